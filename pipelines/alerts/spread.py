"""How far a story has spread, and how fast (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.model import Alert, SavedSearch, Story

#: So many articles within `FAST_WITHIN`: the story spreads faster than readers notice by themselves.
FAST = 5
FAST_WITHIN = timedelta(hours=1)
#: The step of an alert about a fast spread. It is stored, and it is a part of alert keys.
_FAST_STEP = "fast"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A passed threshold: the step that remembers it, and a sentence."""

    step: str
    why: str


def passed_thresholds(search: SavedSearch, story: Story, published: Sequence[datetime]) -> list[Threshold]:
    """Return every threshold that a story has passed, the highest of each kind last.

    `published` are the times at which its articles appeared, as far as their hour is known.
    """
    passed: list[Threshold] = []
    for number in search.copies:
        if story.copies >= number:
            known = f"{story.copies} copies are known by now"
            passed.append(Threshold(f"copies-{number}", f"{known} (this search reports it from {number} on)"))
    for number in search.reports:
        if story.independent >= number:
            known = f"{story.independent} independent reports of this event are known by now"
            passed.append(
                Threshold(f"reports-{number}", f"{known} (this search reports it from {number} on)")
            )
    pace = pace_of(published)
    if pace is not None:
        passed.append(Threshold(_FAST_STEP, pace))
    return passed


def pace_of(published: Sequence[datetime]) -> str | None:
    """Say how fast a story was taken up, or return None where that is usual."""
    # A window over the sorted times: the articles of a fast spread are neighbours there.
    times = sorted(published)
    for first, last in zip(times, times[FAST - 1 :], strict=False):
        if last - first <= FAST_WITHIN:
            minutes = max(1, round((last - first) / timedelta(minutes=1)))
            return f"{FAST} sites ran it within {minutes} min"
    return None


def new_thresholds(
    search: SavedSearch, story: Story, published: Sequence[datetime], known: Sequence[Alert]
) -> list[Threshold]:
    """Return the thresholds that no alert of `known` has told, the most telling first.

    One mail tells them all: its first line is the highest threshold, the others are noted with it.
    """
    told_steps = set()
    for alert in known:
        told_steps.add(alert.step)
    fresh: list[Threshold] = []
    for threshold in passed_thresholds(search, story, published):
        if threshold.step not in told_steps:
            fresh.append(threshold)
    fresh.reverse()
    return fresh
