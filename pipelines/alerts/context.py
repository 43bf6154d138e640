"""What the steps that write to readers work with, and what all mails of a run have in common."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from pipelines.alerts.mail_content import MailContext
from pipelines.alerts.receipt import PAUSE, receipt
from pipelines.beat.beat import Beat
from pipelines.ports import Clock, Ledger

LISTENED = "last run told"
PAUSE_MARKS = ("pause began", "pause ended")
"""Moments of the last long pause, in seconds since 1970."""


class NotifyContext(Protocol):
    """What the steps work with."""

    @property
    def beat(self) -> Beat: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def mail_from(self) -> str: ...
    @property
    def kibana_url(self) -> str | None: ...


def desk_of(house: NotifyContext) -> MailContext:
    """Return what all mails written now have in common, the receipt above all."""
    ledger, beat, now = house.ledger, house.beat, house.clock.now()
    return MailContext(
        house.mail_from,
        now,
        receipt(beat.sources, ledger.feed_states(), ledger.quarantined(), now, _last_pause(ledger)),
        beat.name,
        {topic.id: topic.name["en"] for topic in beat.terms.topics},
        beat.terms.english,
        house.kibana_url,
        frozenset(source.name for source in beat.sources if source.owner == "state"),
    )


def _last_pause(ledger: Ledger) -> tuple[datetime, datetime] | None:
    begin, end = (ledger.watermark(name) for name in PAUSE_MARKS)
    return (datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)) if end else None


def note_run(ledger: Ledger, now: datetime) -> None:
    """Note that somebody is here, and a pause where nobody was for long; killed anywhere, it is noted by the next run."""
    last, at = ledger.watermark(LISTENED), int(now.timestamp())
    if last and at - last > PAUSE.total_seconds():
        for name, moment in zip(PAUSE_MARKS, (last, at), strict=True):
            ledger.set_watermark(name, moment)
    if at > last:
        ledger.set_watermark(LISTENED, at)
