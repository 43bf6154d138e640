"""How the outbox is printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.cli.console import print_json
from pipelines.cli.render.tables import print_table
from pipelines.model import OutboxMail
from pipelines.text.iso_time import iso


def print_outbox(mails: Sequence[OutboxMail], *, as_json: bool) -> None:
    """Print messages in the order given.

    As JSON with the answer for each recipient.
    """
    if as_json:
        print_json(list(map(_mail_json, mails)))
        return
    rows = []
    for mail in mails:
        recipients = ", ".join(mail.to)
        trouble = mail.last_error or ""
        rows.append((iso(mail.created), mail.state, recipients, mail.subject, mail.attempts, trouble))
    columns = ["written", "state", "to", "subject", "attempts", "trouble"]
    print_table(f"{len(rows)} messages", columns, rows)


def _mail_json(mail: OutboxMail) -> dict[str, Any]:
    # By recipient: one address may be refused while the others got the mail.
    answers = {}
    for recipient, answer in mail.answers.items():
        answers[recipient] = {"state": answer.state, "text": answer.text, "at": iso(answer.at)}
    return {
        "key": mail.key,
        "channel": mail.channel,
        "state": mail.state,
        "to": list(mail.to),
        "subject": mail.subject,
        "created": iso(mail.created),
        "sent": iso(mail.sent_at),
        "attempts": mail.attempts,
        "not_before": iso(mail.not_before),
        "last_error": mail.last_error,
        "answers": answers,
    }
