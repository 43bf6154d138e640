"""How alerts and mails go from state to state: the same for every ledger (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from pipelines.model import Alert, AlertState, Answer, MailNote, OutboxMail

#: States in their order; an alert never goes back.
_ORDER: Mapping[AlertState, int] = {"waiting": 0, "held": 1, "told": 2}


def moved_to(alert: Alert, story_id: str) -> Alert:
    """Return an alert as one of the story that its own was joined into.

    Its key stays: under it the alert was noted, and is never noted again.
    """
    if alert.story_id == story_id:
        return alert
    return replace(alert, story_id=story_id, noted=alert.key)


def farther_alert(known: Alert | None, offered: Alert) -> Alert:
    """Return the alert to keep: the one whose state is farther.

    Of two in the same state the known one stays: what was told stays as it was told.
    """
    if known is None or _ORDER[offered.state] > _ORDER[known.state]:
        return offered
    return known


def after_answers(
    mail: OutboxMail, answers: Mapping[str, Answer], at: datetime, retry_at: datetime
) -> OutboxMail:
    """Return a mail after an attempt: due, sent or failed.

    It is due from `retry_at` on while anybody has still to be tried, and failed where nobody was served.
    Where somebody waits for a person in place of that, it is paused.
    """
    mail = replace(mail, answers={**mail.answers, **answers})
    error = _refusals_in_words(answers) or mail.last_error
    if mail.owed:
        return replace(mail, state="due", not_before=retry_at, last_error=error)
    states = set()
    for answer in mail.answers.values():
        states.add(answer.state)
    if "sent" in states:
        return replace(mail, state="sent", sent_at=at, not_before=None, last_error=error)
    if "paused" in states:
        return replace(mail, state="paused", sent_at=None, not_before=None, last_error=error)
    return replace(mail, state="failed", sent_at=None, not_before=None, last_error=error)


def _refusals_in_words(answers: Mapping[str, Answer]) -> str:
    """Return who was not served, and why; what was said alike of several stands once."""
    addresses_by_text: dict[str, list[str]] = {}
    for address, answer in answers.items():
        if answer.state != "sent":
            addresses_by_text.setdefault(answer.text, []).append(address)
    refusals = []
    for text, addresses in addresses_by_text.items():
        refusals.append(f"{', '.join(addresses)}: {text}")
    return "; ".join(refusals)


def owed_again(mail: OutboxMail, recipients: Iterable[str], note: MailNote) -> OutboxMail:
    """Return a mail that is owed to these, too, and may leave at once.

    Its attempts are counted anew: what was tried before says nothing of what a person has mended since.
    """
    to = dict.fromkeys(mail.to)
    answers = dict(mail.answers)
    for recipient in recipients:
        to[recipient] = None
        answers.pop(recipient, None)
    notes = (*mail.notes, note)
    return replace(mail, to=tuple(to), answers=answers, notes=notes, state="due", attempts=0, not_before=None)


def is_waiting_for(mail: OutboxMail, address: str) -> bool:
    """Tell whether a mail waits until an address is resumed."""
    answer = mail.answers.get(address)
    return answer is not None and answer.state == "paused"


def given_up_for(mail: OutboxMail, address: str, note: MailNote) -> OutboxMail:
    """Return a mail that an address never gets, because a person says so."""
    answers = {address: Answer("failed", note.text, note.at)}
    retry_at = mail.not_before or note.at
    sent_at = mail.sent_at or note.at
    return replace(after_answers(mail, answers, sent_at, retry_at), notes=(*mail.notes, note))
