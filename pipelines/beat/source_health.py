"""How the sources are doing: which fail, which are silent, and why (pure)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from crawlers.model import FeedState, Source
from pipelines.model import Outcome

State = Literal["ok", "failing", "silent", "not tried", "off"]
#: Pages by source, day (2026-01-17) and outcome.
Volumes = Mapping[str, Mapping[str, Mapping[Outcome, int]]]

#: Full days over which the usual number of pages is counted.
USUAL_DAYS = 28
#: A weekend and a day: most newsrooms and ministries publish little on two days of a week.
LEAST_QUIET_DAYS = 3
#: Silence is news once so many pages were to be expected in it: by chance alone that happens once in
#: four hundred times (Poisson, e^-6).
EXPECTED_IN_SILENCE = 6.0
#: One certain failure (gone, unreadable), two that may pass, or four that may be our own network.
FAILING_WEIGHT = 1.0
#: A failure is told in hours up to three days, and in days after.
_MAX_HOURS_TOLD = 72


@dataclass(frozen=True, slots=True)
class Health:
    """One source's state, and why it is in it."""

    source: Source
    state: State
    #: The facts behind the state in one sentence; "" where all is well.
    why: str = ""
    #: The mean of pages a day over the last `USUAL_DAYS` full days.
    usual: float = 0.0
    #: What this day brought so far.
    today: int = 0

    def __str__(self) -> str:
        return f"{self.source.name} ({self.source.id}): {self.why}"


def health_of(
    sources: Iterable[Source], states: Mapping[str, FeedState], volumes: Volumes, now: datetime
) -> list[Health]:
    """Return the health of each source, in order.

    `volumes` reach back over `USUAL_DAYS` full days and today.
    """
    found = []
    for source in sources:
        pages = _count_pages(volumes.get(source.id, {}), now)
        today, *before = pages
        health = _judge_source(source, states.get(source.id), pages, now)
        found.append(replace(health, usual=sum(before) / len(before), today=today))
    return found


def _count_pages(volume: Mapping[str, Mapping[Outcome, int]], now: datetime) -> list[int]:
    """Return the pages of each day, today first, then backwards.

    Unchanged ones do not count: a page that we look at again says nothing of its source's listing.
    """
    pages = []
    for days_ago in range(USUAL_DAYS + 1):
        day = now - timedelta(days=days_ago)
        count = 0
        for outcome, number in volume.get(f"{day:%Y-%m-%d}", {}).items():
            if outcome is not Outcome.UNCHANGED:
                count += number
        pages.append(count)
    return pages


def _judge_source(source: Source, state: FeedState | None, pages: Sequence[int], now: datetime) -> Health:
    """Return the state of a source; `pages` are those of each day, today first."""
    if not source.enabled:
        return Health(source, "off", source.note or "")
    if state is None or state.last_polled is None:
        return Health(source, "not tried")
    if state.is_ahead_of(now):
        # Whatever it says of a success was not then.
        when = f"{state.last_polled:%Y-%m-%d %H:%M} UTC"
        return Health(
            source, "not tried", f"last asked at {when}, by a clock that was ahead; asked again now"
        )
    if state.failing_since and state.failure_weight >= FAILING_WEIGHT:
        since = _describe_since(state.failing_since, now)
        return Health(source, "failing", f"failing since {since}: {state.last_error}")
    silence = _describe_silence(pages)
    if silence is not None:
        return Health(source, "silent", silence)
    if state.failing_since:
        # It may pass, so it raises no alarm yet.
        return Health(source, "ok", state.last_error or "")
    return Health(source, "ok")


def _describe_silence(pages: Sequence[int]) -> str | None:
    """Return for how long a source has been silent, None where that can be chance."""
    quiet_days = 0
    for count in pages:
        if count:
            break
        quiet_days += 1
    before = pages[quiet_days:]
    if not before:
        return None
    usual = sum(before) / len(before)
    needed_days = max(LEAST_QUIET_DAYS, math.ceil(EXPECTED_IN_SILENCE / usual))
    if quiet_days < needed_days:
        return None
    return f"answers, but no page for {quiet_days} days; usual are {usual:.1f} a day"


def _describe_since(moment: datetime, now: datetime) -> str:
    hours = (now - moment) / timedelta(hours=1)
    if hours < _MAX_HOURS_TOLD:
        return f"{moment:%Y-%m-%d %H:%M} UTC ({hours:.0f} h)"
    return f"{moment:%Y-%m-%d} ({hours / 24:.0f} days)"
