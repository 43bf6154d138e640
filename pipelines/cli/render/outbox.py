"""How the outbox is printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.alerts.leave_links import shows_open_link
from pipelines.alerts.message_parts import read_message
from pipelines.cli.console import print_json, print_text
from pipelines.cli.render.tables import print_table
from pipelines.cli.render.wording import minute_words
from pipelines.model import OutboxMail, PausedAddress
from pipelines.text.counts import counted
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
        rows.append((
            minute_words(mail.created),
            mail.state,
            recipients,
            mail.subject,
            mail.attempts,
            mail.key,
            mail.trouble,
        ))  # fmt: skip
    columns = ["written (UTC)", "state", "to", "subject", "attempts", "key", "trouble"]
    print_table(counted(len(rows), "message"), columns, rows)


def print_mail(mail: OutboxMail) -> None:
    """Print one message: what became of it, its headers, its text."""
    lines = [
        f"key: {mail.key}",
        f"state: {mail.state}",
        f"channel: {mail.channel}",
        f"written (UTC): {minute_words(mail.created)}",
        f"sent (UTC): {minute_words(mail.sent_at) if mail.sent_at else 'not yet'}",
        f"attempts: {mail.attempts}",
    ]
    if mail.not_before is not None:
        lines.append(f"next try (UTC): {minute_words(mail.not_before)}")
    print_text("\n".join(lines) + "\n")
    print_answers(mail)
    for note in mail.notes:
        print_text(f"{minute_words(note.at)}: {note.text}\n")
    parts = read_message(mail)
    header_lines = [f"{name}: {value}" for name, value in parts.headers]
    if shows_open_link(parts.text):
        print_text("links with “of-this-reader”: each reader’s mail has a link of their own in their place\n")
    print_text("\n" + "\n".join(header_lines) + "\n\n" + parts.text)


def print_answers(mail: OutboxMail) -> None:
    """Print what became of a message, a recipient a line."""
    for recipient in mail.to:
        answer = mail.answers.get(recipient)
        if answer is None:
            print_text(f"{recipient}: not tried yet\n")
        else:
            print_text(f"{recipient}: {answer.state}, {minute_words(answer.at)}, {answer.text}\n")


def print_paused(paused: Sequence[PausedAddress], *, as_json: bool) -> None:
    """Print the addresses that get nothing."""
    if as_json:
        rows = []
        for one in paused:
            row = {"address": one.address, "since": iso(one.since), "why": one.why, "waiting": one.waiting}
            rows.append(row)
        print_json(rows)
        return
    columns = ["address", "since (UTC)", "why", "waiting"]
    lines = [(one.address, minute_words(one.since), one.why, one.waiting) for one in paused]
    title = counted(len(lines), "address gets nothing", "addresses get nothing")
    print_table(title, columns, lines)


def whole_mail_json(mail: OutboxMail) -> dict[str, Any]:
    """Return one message with its headers and its text."""
    parts = read_message(mail)
    headers = [{"name": name, "value": value} for name, value in parts.headers]
    notes = [{"at": iso(note.at), "text": note.text} for note in mail.notes]
    return {**_mail_json(mail), "notes": notes, "headers": headers, "text": parts.text}


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
