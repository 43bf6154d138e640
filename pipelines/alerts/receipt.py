"""The receipt under every mail: what was read, and what was not (pure).

Silence tells a reader something only when somebody listened. So each mail ends with how many sources were due
and read, and which ones fail since when and why. It also says what was kept aside, and what the newest item
is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawlers.model import FeedState, Source
from pipelines.alerts.bug_log import log_bug
from pipelines.beat.source_health import Health, State
from pipelines.model import Quarantined

#: What a receipt looks back on.
WINDOW = timedelta(hours=24)
#: A pause of ours is mentioned for so long after its end: weekly digests look back that far.
PAUSE_KEPT = timedelta(days=7)
#: States of sources whose silence may be nothing.
_DOUBTFUL: frozenset[State] = frozenset({"low", "off beat"})


@dataclass(frozen=True, slots=True)
class SourceFault:
    """One source that cannot be read, or that brings nothing: since when, and why."""

    name: str
    since: datetime | None
    why: str
    state: State = "failing"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was read in the last 24 hours, up to `at`."""

    at: datetime
    #: Sources that were polled in the window or should have been.
    due: int = 0
    #: Those of them that answered and do not fail now.
    read: int = 0
    failing: tuple[SourceFault, ...] = ()
    #: Sources that answer and may bring less than they should.
    doubtful: tuple[SourceFault, ...] = ()
    #: Sources that were never polled since they were added.
    untried: int = 0
    quarantined: int = 0
    newest: datetime | None = None
    newest_source: str | None = None
    #: When nobody ran this for a long time: what came and went in between may never be seen.
    #: None where that is longer ago than a week.
    pause: tuple[datetime, datetime] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every source was tried, and everything that was due was read."""
        return self.due > 0 and self.read == self.due and not self.failing and not self.untried

    def proves_quiet(self, since: datetime | None = None) -> bool:
        """Tell whether finding nothing since a moment means that nothing happened.

        Without a moment it is asked of the last 24 hours.
        """
        if not self.is_complete:
            return False
        start = since or self.at - WINDOW
        return self.pause is None or self.pause[1] <= start


def write_receipt(
    sources: Sequence[Source],
    states: Mapping[str, FeedState],
    quarantined: Sequence[Quarantined],
    now: datetime,
    pause: tuple[datetime, datetime] | None = None,
    health: Sequence[Health] = (),
) -> Receipt:
    """Return the receipt of the last 24 hours.

    Sources that are switched off do not count. `health` is that of the sources: one that answers and brings
    nothing is named like one that fails.
    """
    since = now - WINDOW
    count = _SourceCount(since, now)
    for source in sources:
        if source.enabled:
            _count_guarded(count, source, states)
    doubtful: list[SourceFault] = []
    for one in health:
        fault = SourceFault(one.source.name, one.since, one.why, one.state)
        # What fails to answer is told by its feed state already.
        if one.is_troubled and one.state != "failing":
            count.failing.append(fault)
        elif one.state in _DOUBTFUL:
            doubtful.append(fault)
    newest, newest_source = max(count.newest, default=(None, None))
    kept_aside = 0
    for kept in quarantined:
        if kept.at >= since:
            kept_aside += 1
    return Receipt(
        at=now,
        due=count.due,
        read=count.read,
        failing=tuple(sorted(count.failing, key=lambda fault: (fault.since or now, fault.name))),
        doubtful=tuple(doubtful),
        untried=count.untried,
        quarantined=kept_aside,
        newest=newest,
        newest_source=newest_source,
        pause=_recent_pause(pause, now),
    )


def _count_guarded(count: _SourceCount, source: Source, states: Mapping[str, FeedState]) -> None:
    """Count a source.

    One whose state cannot be read is listed as failing, beside the others.
    """
    try:
        count.add_source(source, states.get(source.id))
    except Exception as e:  # noqa: BLE001  (noted in the log; the others go on)
        log_bug("bug while counting a source", e, source=source.id)
        count.failing.append(SourceFault(source.name, None, f"its state cannot be read ({type(e).__name__})"))


class _SourceCount:
    """What the sources of one receipt add up to."""

    def __init__(self, since: datetime, now: datetime) -> None:
        self._since = since
        self._now = now
        self.due = 0
        self.read = 0
        self.untried = 0
        self.failing: list[SourceFault] = []
        #: The newest entry of each source, with the source's name.
        self.newest: list[tuple[datetime, str]] = []

    def add_source(self, source: Source, state: FeedState | None) -> None:
        if state is None or state.last_polled is None:
            self.untried += 1
            return
        if _was_due(state, self._since, self._now):
            self.due += 1
            if _was_read(state, self._since):
                self.read += 1
        if state.failing_since:
            reason = state.last_error or "no answer"
            self.failing.append(SourceFault(source.name, state.failing_since, reason))
        # A page may be dated ahead, by mistake or as an announcement: it is not what came last.
        if state.newest_entry and state.newest_entry <= self._now:
            self.newest.append((state.newest_entry, source.name))


def _was_due(state: FeedState, since: datetime, now: datetime) -> bool:
    """Tell whether a source was polled in the window, or should have been."""
    if state.last_polled is not None and state.last_polled >= since:
        return True
    return state.next_due is not None and state.next_due <= now


def _was_read(state: FeedState, since: datetime) -> bool:
    if state.failing_since:
        return False
    return state.last_success is not None and state.last_success >= since


def _recent_pause(pause: tuple[datetime, datetime] | None, now: datetime) -> tuple[datetime, datetime] | None:
    if pause is None or pause[1] < now - PAUSE_KEPT:
        return None
    return pause
