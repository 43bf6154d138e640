"""Which sources are gone for good, and what is asked about them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawlers.model import FailureClass, FeedState
from pipelines.beat.dead_sources import find_dead_sources
from tests.builders import NOON, a_source

WEEK = timedelta(days=7)


def failing(failure: FailureClass | None, lasted: timedelta = WEEK) -> FeedState:
    return FeedState("daily", failing_since=NOON - lasted, last_polled=NOON, failure=failure)


@pytest.mark.parametrize(
    ("failure", "said"), [("gone", "answers 410"), ("not_found", "answers 404"), ("dns", "host name")]
)
def test_what_is_gone_for_a_week_is_asked_about(failure: FailureClass, said: str) -> None:
    source = a_source("daily", name="Prairie Post")
    (dead,) = find_dead_sources([source], {"daily": failing(failure)})
    since = NOON - WEEK
    assert dead.question.startswith("Prairie Post ")
    assert said in dead.question
    assert dead.question.endswith(f"since {since.day} {since:%B %Y}, for 7 days. Turn it off?")


@pytest.mark.parametrize("failure", ["timeout", "server_error", "forbidden", "own_network", "tls", None])
def test_what_may_come_back_is_not(failure: FailureClass | None) -> None:
    assert find_dead_sources([a_source("daily")], {"daily": failing(failure)}) == []


def test_a_day_less_than_a_week_is_too_early() -> None:
    assert find_dead_sources([a_source("daily")], {"daily": failing("gone", timedelta(days=6))}) == []


def test_a_pause_of_our_own_is_no_week_of_the_source() -> None:
    """One poll before a long pause tells nothing of the days since."""
    long_ago = NOON - timedelta(days=30)
    state = FeedState("daily", failing_since=long_ago, last_polled=long_ago, failure="gone")
    assert find_dead_sources([a_source("daily")], {"daily": state}) == []


def test_a_source_that_is_off_or_was_never_asked_is_left_out() -> None:
    sources = [a_source("daily", enabled=False), a_source("new")]
    assert find_dead_sources(sources, {"daily": failing("gone")}) == []


def test_the_key_stays_while_the_failure_lasts_and_a_new_failure_has_another() -> None:
    source = a_source("daily")
    (first,) = find_dead_sources([source], {"daily": failing("gone")})
    state = FeedState("daily", failing_since=first.since, last_polled=NOON + WEEK, failure="not_found")
    (later,) = find_dead_sources([source], {"daily": state})
    (other,) = find_dead_sources([source], {"daily": failing("gone", 2 * WEEK)})
    assert first.key == later.key != other.key
