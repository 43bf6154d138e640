"""`maplewire outbox`: the newest mails and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.application import open_app
from pipelines.cli.options import AsJson, Limit

if TYPE_CHECKING:
    from pipelines.model import OutboxMail

# More mails than any outbox holds: all of them are asked for.
_ALL_MAILS = 100_000


def outbox(
    limit: Limit = 20,
    open_only: Annotated[
        bool, typer.Option("--open", help="Only what somebody did not get: not sent yet, or refused.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the newest mails and messages.

    With what became of them for each recipient.
    """
    from pipelines.cli.render.outbox import print_outbox

    with open_app(reading=True) as maplewire:
        if open_only:
            mails = [mail for mail in maplewire.ledger.mails(_ALL_MAILS) if _is_open(mail)][:limit]
        else:
            mails = list(maplewire.ledger.mails(limit))
    print_outbox(mails, as_json=as_json)


def _is_open(mail: OutboxMail) -> bool:
    """Tell whether somebody did not get a mail.

    It was not sent yet, or refused for good.
    """
    states = []
    for answer in mail.answers.values():
        states.append(answer.state)
    # A mail counts as sent when nobody is left to try, even if some refused it.
    return mail.state != "sent" or any(state != "sent" for state in states)
