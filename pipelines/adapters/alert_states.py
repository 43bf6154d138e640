"""How alerts and mails go from state to state: the same for every ledger (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from pipelines.model import Alert, AlertState, Answer, OutboxMail

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

    It is due from `retry_at` on while anybody has still to be served, and failed where nobody was.
    """
    mail = replace(mail, answers={**mail.answers, **answers})
    refusals = []
    for address, answer in answers.items():
        if answer.state != "sent":
            refusals.append(f"{address}: {answer.text}")
    error = "; ".join(refusals) or mail.last_error
    if mail.owed:
        return replace(mail, state="due", not_before=retry_at, last_error=error)
    if any(answer.state == "sent" for answer in mail.answers.values()):
        return replace(mail, state="sent", sent_at=at, not_before=None, last_error=error)
    return replace(mail, state="failed", sent_at=None, not_before=None, last_error=error)
