"""`maplewire outbox`: the newest mails and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crawlers.errors import PermanentError
from pipelines.cli.application import open_app
from pipelines.cli.commands.outbox_orders import (
    outbox_pause,
    outbox_paused,
    outbox_resend,
    outbox_resume,
    outbox_show,
)
from pipelines.cli.console import complain, say
from pipelines.cli.options import AsJson, Limit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.model import OutboxMail

# More mails than any outbox holds: all of them are asked for.
_ALL_MAILS = 100_000


outbox_app = typer.Typer(
    help="The outbox: mails and messages, and who got them.",
    invoke_without_command=True,
)


@outbox_app.callback()
def outbox(
    context: typer.Context,
    limit: Limit = 20,
    open_only: Annotated[
        bool, typer.Option("--open", help="Only what somebody did not get: not sent yet, or refused.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the newest mails and messages.

    With what became of them for each recipient.
    """
    # `maplewire outbox release` comes through here first.
    if context.invoked_subcommand is not None:
        return
    from pipelines.alerts.paused_addresses import paused_sentences
    from pipelines.alerts.restore_hold import hold_sentence
    from pipelines.cli.render.outbox import print_outbox

    with open_app(reading=True) as maplewire:
        if open_only:
            mails = _open_mails(maplewire.ledger.mails(_ALL_MAILS))[:limit]
        else:
            mails = list(maplewire.ledger.mails(limit))
        held = hold_sentence(maplewire.ledger)
        paused = paused_sentences(maplewire.ledger)
    if held is not None:
        complain(held)
    for sentence in paused:
        complain(sentence)
    print_outbox(mails, as_json=as_json)


@outbox_app.command("hold")
def hold_outbox() -> None:
    """Let no mail leave until you release or discard it.

    For a ledger that was restored by other means than `maplewire restore`: before anything runs on it.
    """
    from pipelines.alerts.restore_hold import hold_mail

    with open_app() as maplewire:
        hold_mail(maplewire.ledger, maplewire.clock.now())
    say("mail is held; `maplewire outbox release` or `maplewire outbox discard` ends that")


@outbox_app.command("release")
def release_outbox() -> None:
    """Let held mail leave with the next run.

    What had left before the ledger was restored is then mailed once more.
    """
    from pipelines.alerts.restore_hold import release_mail
    from pipelines.text.counts import counted

    with open_app() as maplewire:
        released = release_mail(maplewire.ledger)
    say(f"{counted(released, 'mail')} will leave with the next run")


@outbox_app.command("discard")
def discard_outbox() -> None:
    """Give up what is owed; later mail leaves as ever.

    What is given up stays visible in the outbox. Only while mail is held.
    """
    from pipelines.alerts.restore_hold import discard_mail, mail_held_since
    from pipelines.text.counts import counted

    with open_app() as maplewire:
        if mail_held_since(maplewire.ledger) is None:
            raise PermanentError(
                "mail is not held, so nothing is discarded; hold it first: maplewire outbox hold"
            )
        discarded = discard_mail(maplewire.ledger)
    say(f"{counted(discarded, 'mail')} discarded; mail leaves again")


def _open_mails(mails: Iterable[OutboxMail]) -> list[OutboxMail]:
    found = []
    for mail in mails:
        if _is_open(mail):
            found.append(mail)
    return found


def _is_open(mail: OutboxMail) -> bool:
    """Tell whether somebody did not get a mail.

    It was not sent yet, or refused for good.
    """
    # A mail counts as sent when nobody is left to try, even if some refused it.
    return mail.state != "sent" or any(answer.state != "sent" for answer in mail.answers.values())


# These stand in a file of their own: they are about one message or one address.
outbox_app.command("show")(outbox_show)
outbox_app.command("resend")(outbox_resend)
outbox_app.command("pause")(outbox_pause)
outbox_app.command("resume")(outbox_resume)
outbox_app.command("paused")(outbox_paused)
