"""The health of sources: failing, silent, or well, with the facts behind it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawlers.model import FeedState
from pipelines.beat.source_health import Health, Volumes, health_of
from pipelines.model import Outcome
from tests.builders import NOON, a_source

POLLED = FeedState("daily", last_polled=NOON, last_success=NOON)
FAILING = FeedState(
    "daily",
    last_polled=NOON,
    failing_since=NOON - timedelta(hours=30),
    failure_weight=1.5,
    last_error="404 Not Found",
)


def volumes(a_day: int, *, quiet: int, days: int = 28) -> Volumes:
    """A source with so many pages a day until `quiet` days ago."""
    return {
        "daily": {
            f"{NOON - timedelta(days=n):%Y-%m-%d}": {Outcome.OFF_BEAT: a_day - 1, Outcome.NEW: 1}
            for n in range(quiet, days)
        }
    }


def health(state: FeedState | None, pages: Volumes, **fields: object) -> Health:
    return health_of([a_source("daily", **fields)], {"daily": state} if state else {}, pages, NOON)[0]


def test_a_source_that_answers_and_brings_pages_is_well() -> None:
    assert health(POLLED, volumes(5, quiet=0, days=29)) == Health(a_source("daily"), "ok", usual=5.0, today=5)


def test_a_success_in_the_future_is_not_believed() -> None:
    ahead = NOON + timedelta(days=3653)
    found = health(FeedState("daily", last_polled=ahead, last_success=ahead), {})
    assert found.state == "not tried"
    assert "by a clock that was ahead" in found.why


def test_a_failing_source_says_since_when_and_why() -> None:
    found = health(FAILING, {})
    assert found.state == "failing"
    assert "(30 h): 404 Not Found" in found.why


def test_one_failure_that_may_pass_is_told_and_raises_no_alarm() -> None:
    passing = FeedState(
        "daily", last_polled=NOON, failing_since=NOON, failure_weight=0.5, last_error="timeout"
    )
    assert (health(passing, {}).state, health(passing, {}).why) == ("ok", "timeout")


@pytest.mark.parametrize(
    ("a_day", "quiet", "state"),
    [(5, 2, "ok"), (5, 3, "silent"), (1, 6, "ok"), (1, 7, "silent"), (40, 3, "silent")],
)
def test_silence_is_told_once_it_is_no_chance(a_day: int, quiet: int, state: str) -> None:
    found = health(POLLED, volumes(a_day, quiet=quiet))
    assert found.state == state
    assert (f"no page for {quiet} days; usual are" in found.why) == (state == "silent")


def test_a_source_that_never_brought_a_page_is_not_called_silent() -> None:
    assert health(POLLED, {}).state == "ok"


def test_what_is_switched_off_or_was_never_asked_is_neither() -> None:
    assert health(FAILING, {}, enabled=False).state == "off"
    assert health(None, {}).state == "not tried"
