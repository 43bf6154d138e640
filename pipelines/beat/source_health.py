"""How the sources are doing: which fail, which have fallen silent, and why we say so (pure)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from crawlers.model import FeedState, Source
from pipelines.model import Outcome

State = Literal["ok", "failing", "silent", "not tried", "off"]
Volumes = Mapping[str, Mapping[str, Mapping[Outcome, int]]]

USUAL_DAYS = 28
LEAST_QUIET_DAYS = 3
"""A weekend and a day: most newsrooms and ministries publish little on two days of a week."""
EXPECTED_IN_SILENCE = 6.0
"""Silence is news once so many pages were to be expected in it: by chance alone that happens once in
four hundred times (Poisson, e^-6)."""
FAILING_WEIGHT = 1.0
"""One certain failure (gone, unreadable), two that may pass, or four that may be our own network."""


@dataclass(frozen=True, slots=True)
class Health:
    """One source's state and, in `why`, the facts behind it in one sentence; "" where all is well.

    `usual` is the mean of pages a day over the last `USUAL_DAYS` full days, `today` what this day brought so far.
    """

    source: Source
    state: State
    why: str = ""
    usual: float = 0.0
    today: int = 0

    def __str__(self) -> str:
        return f"{self.source.name} ({self.source.id}): {self.why}"


def health_of(
    sources: Iterable[Source], states: Mapping[str, FeedState], volumes: Volumes, now: datetime
) -> list[Health]:
    """Return the health of each source, in order. `volumes` reach back over `USUAL_DAYS` full days and today."""
    return [_counted(s, states.get(s.id), _days(volumes.get(s.id, {}), now), now) for s in sources]


def _counted(source: Source, state: FeedState | None, days: Sequence[int], now: datetime) -> Health:
    today, *before = days
    return replace(_health(source, state, days, now), usual=sum(before) / len(before), today=today)


def _days(volume: Mapping[str, Mapping[Outcome, int]], now: datetime) -> list[int]:
    """Return the pages of each day, today first, then backwards.

    Unchanged ones do not count: a page that we look at again says nothing of its source's listing.
    """
    days = (volume.get(f"{now - timedelta(days=n):%Y-%m-%d}", {}) for n in range(USUAL_DAYS + 1))
    return [sum(n for outcome, n in day.items() if outcome is not Outcome.UNCHANGED) for day in days]


def _health(source: Source, state: FeedState | None, days: Sequence[int], now: datetime) -> Health:
    if not source.enabled:
        return Health(source, "off", source.note or "")
    if state is None or state.last_polled is None:
        return Health(source, "not tried")
    if state.failing_since and state.failure_weight >= FAILING_WEIGHT:
        return Health(
            source, "failing", f"failing since {_ago(state.failing_since, now)}: {state.last_error}"
        )
    quiet = next((n for n, pages in enumerate(days) if pages), len(days))
    before = days[quiet:]
    usual = sum(before) / len(before) if before else 0.0
    if usual and quiet >= max(LEAST_QUIET_DAYS, math.ceil(EXPECTED_IN_SILENCE / usual)):
        return Health(source, "silent", f"answers, but no page for {quiet} days; usual are {usual:.1f} a day")
    return Health(source, "ok", state.last_error or "" if state.failing_since else "")


def _ago(at: datetime, now: datetime) -> str:
    hours = (now - at) / timedelta(hours=1)
    return (
        f"{at:%Y-%m-%d %H:%M} UTC ({hours:.0f} h)" if hours < 72 else f"{at:%Y-%m-%d} ({hours / 24:.0f} days)"
    )
