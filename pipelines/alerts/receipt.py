"""The receipt under every mail: was everything read that should have been (pure).

Silence means something only to a reader who knows that somebody listened. So each mail ends by saying how many sources
were due and read, which are failing since when and why, what was kept aside, and what the newest item is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawlers.model import FeedState, Source
from pipelines.model import Quarantined

WINDOW = timedelta(hours=24)
PAUSE = timedelta(hours=6)
"""So long without a run, and entries may have left their feeds unseen."""
PAUSE_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Fault:
    """One source that cannot be read, or of which nothing comes: since when, and why."""

    name: str
    since: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was listened to in the last 24 hours, up to `at`."""

    at: datetime
    due: int = 0
    read: int = 0
    failing: tuple[Fault, ...] = ()
    untried: int = 0
    quarantined: int = 0
    newest: datetime | None = None
    newest_source: str | None = None
    pause: tuple[datetime, datetime] | None = None
    """When last nobody ran this for so long that what came and went meanwhile may never be seen; None where long ago."""

    @property
    def is_complete(self) -> bool:
        """Whether silence proves that nothing happened: every source was tried, and what was due was read."""
        return self.due > 0 and self.read == self.due and not self.failing and not self.untried

    def proves_quiet(self, since: datetime | None = None) -> bool:
        """Tell whether nothing found since a moment, else in the last 24 hours, means that nothing happened."""
        since = since or self.at - WINDOW
        return self.is_complete and (self.pause is None or self.pause[1] <= since)


def receipt(
    sources: Sequence[Source],
    states: Mapping[str, FeedState],
    quarantined: Sequence[Quarantined],
    now: datetime,
    pause: tuple[datetime, datetime] | None = None,
) -> Receipt:
    """Return the receipt of the last 24 hours. Sources that are switched off do not count; a pause counts for a week."""
    watched = [(s, states.get(s.id)) for s in sources if s.enabled]
    since = now - WINDOW
    tried = [(source, state) for source, state in watched if state and state.last_polled]
    due = [(s, x) for s, x in tried if _in(x.last_polled, since) or _was_due(x, now)]
    read = [(s, x) for s, x in due if _in(x.last_success, since) and not x.failing_since]
    failing = [
        Fault(s.name, x.failing_since, x.last_error or "no answer") for s, x in tried if x.failing_since
    ]
    newest, its_source = max(
        ((x.newest_entry, s.name) for s, x in tried if x.newest_entry), default=(None, None)
    )
    return Receipt(
        now,
        len(due),
        len(read),
        tuple(sorted(failing, key=lambda fault: (fault.since or now, fault.name))),
        len(watched) - len(tried),
        sum(1 for kept in quarantined if kept.at >= since),
        newest,
        its_source,
        pause if pause and pause[1] >= now - PAUSE_KEPT else None,
    )


def _in(at: datetime | None, since: datetime) -> bool:
    return at is not None and at >= since


def _was_due(state: FeedState, now: datetime) -> bool:
    return state.next_due is not None and state.next_due <= now
