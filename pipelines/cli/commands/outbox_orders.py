"""`maplewire outbox show`, `resend`, `pause`, `resume` and `paused`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated

import typer

from crawlers.errors import CatalogueError
from pipelines.cli.application import open_app, user_name
from pipelines.cli.console import print_json, say
from pipelines.cli.options import AsJson
from pipelines.cli.stage import finish_command

if TYPE_CHECKING:
    from pipelines.alerts.outbox_orders import Person
    from pipelines.bootstrap import App
    from pipelines.stages.context import RunProblems

Key = Annotated[str, typer.Argument(help="A message's key, as `maplewire outbox` shows it.")]
Address = Annotated[str, typer.Argument(help="A mail address, or the id of a channel.")]


def outbox_show(key: Key, as_json: AsJson = False) -> None:
    """Show one message, and what became of it.

    With headers and text, and the answer for each recipient.

    Example: maplewire outbox show leaders:s9c1f0a2b3c4d5e6f:new
    """
    from pipelines.alerts.outbox_orders import find_mail
    from pipelines.cli.render.outbox import print_mail, whole_mail_json

    with open_app(reading=True) as maplewire:
        mail = find_mail(maplewire.ledger, key)
    if as_json:
        print_json(whole_mail_json(mail))
    else:
        print_mail(mail)


def outbox_resend(
    key: Key,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            help="To this address alone, whether it got the mail or not; may be repeated.",
        ),
    ] = None,
) -> None:
    """Send a message again to those who did not get it.

    Or to one whom you name. It has the same Message-ID, so a mail program shows it once.

    Example: maplewire outbox resend leaders:s9c1f0a2b3c4d5e6f:new --to desk@newsroom.example
    """
    from pipelines.alerts.outbox_orders import resend
    from pipelines.cli.render.outbox import print_answers

    with open_app() as maplewire, _sending(maplewire):
        resend(maplewire.ledger, key, to or [], _person(maplewire))
        problems = _send(maplewire)
        mail = maplewire.ledger.mail(key)
    assert mail is not None, "it was found before"
    print_answers(mail)
    finish_command(problems)


def outbox_pause(address: Address) -> None:
    """Let nothing leave to an address until `resume`.

    What it misses waits.

    Example: maplewire outbox pause desk@newsroom.example
    """
    from pipelines.alerts.outbox_orders import list_recipients, pause_address

    with open_app() as maplewire:
        searches = maplewire.beat.saved_searches
        recipients = list_recipients(maplewire.ledger, searches, maplewire.settings.operator_mail)
        is_new = pause_address(maplewire.ledger, address, recipients, _person(maplewire))
    if is_new:
        say(f"{address} gets nothing until: maplewire outbox resume {address}")
    else:
        say(f"{address} is paused already")


def outbox_resume(
    addresses: Annotated[
        list[str] | None, typer.Argument(metavar="ADDRESS…", help="Mail addresses, or ids of channels.")
    ] = None,
    all_addresses: Annotated[bool, typer.Option("--all", help="Every address that is paused.")] = False,
    discard: Annotated[bool, typer.Option("--discard", help="Give up what they missed.")] = False,
) -> None:
    """Let mail leave to an address again, and send what it missed.

    Also for an address that a server refused; mend the cause first.

    Example: maplewire outbox resume desk@newsroom.example
    """
    from pipelines.alerts.outbox_orders import list_paused, resume_address
    from pipelines.text.counts import counted

    if bool(addresses) == all_addresses:
        raise CatalogueError(["name the addresses, or say --all"])
    with open_app() as maplewire, _sending(maplewire):
        wanted = addresses or list_paused(maplewire.ledger)
        for address in wanted:
            resumed = resume_address(maplewire.ledger, address, _person(maplewire), give_up=discard)
            fate = "given up" if discard else "owed to it again"
            say(f"{address} is resumed; {counted(resumed, 'message')} {fate}")
        problems = _send(maplewire)
    say(f"{counted(problems.mails_sent, 'message')} sent")
    finish_command(problems)


def outbox_paused(as_json: AsJson = False) -> None:
    """Show the addresses that get nothing, and why.

    A server refused them, or somebody paused them.
    """
    from pipelines.cli.render.outbox import print_paused

    with open_app(reading=True) as maplewire:
        paused = maplewire.ledger.paused_addresses()
    print_paused(paused, as_json=as_json)


def _person(maplewire: App) -> Person:
    from pipelines.alerts.outbox_orders import Person

    return Person(user_name(), maplewire.clock.now())


def _sending(maplewire: App) -> AbstractContextManager[None]:
    """Hold the lock of the outbox.

    A run that sends meanwhile would note answers from before the order.
    """
    from pipelines.stages.locks import lock_outbox

    return lock_outbox(maplewire.settings.home)


def _send(maplewire: App) -> RunProblems:
    """Send what is due, and return what went wrong."""
    from pipelines.cli.console import configure_events
    from pipelines.stages.context import RunProblems
    from pipelines.stages.notify import send_owed_mails

    configure_events()
    problems = RunProblems()
    send_owed_mails(maplewire.parts, problems)
    return problems
