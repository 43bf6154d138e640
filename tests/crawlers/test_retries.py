"""When a page that did not come is asked for again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crawlers.model import Entry, Failing, PageRetry
from crawlers.retries import (
    describe_loss,
    first_failure,
    is_retry_due,
    newer_retry,
    next_failure,
    sources_with_due_pages,
    waiting_pages,
)
from tests.builders import NOON

HOUR = timedelta(hours=1)
URL = "https://daily.example/a"


def a_failure(kind: Failing = "doubtful", at: datetime = NOON) -> PageRetry:
    retry = first_failure(URL, "daily", Entry(URL), kind, "answered 403 Forbidden", at)
    assert retry is not None
    return retry


def waits(retry: PageRetry | None, *, late: timedelta = timedelta(0)) -> list[timedelta]:
    """Return when a page is asked for that is refused each time, counted from the first request."""
    asked = []
    while retry is not None:
        at = retry.due + late
        asked.append(at - NOON)
        retry = next_failure(retry, "doubtful", "answered 403 Forbidden", at)
    return asked


def test_refused_page_is_asked_for_after_one_six_and_twenty_four_hours_and_then_given_up() -> None:
    assert waits(a_failure()) == [HOUR, 6 * HOUR, 24 * HOUR]


def test_page_is_asked_three_times_more_however_late_the_crawls_come() -> None:
    assert waits(a_failure(), late=30 * HOUR) == [31 * HOUR, 62 * HOUR, 93 * HOUR]


def test_what_fails_for_ever_is_given_up_at_once() -> None:
    assert first_failure(URL, "daily", Entry(URL), "permanent", "answered 410 Gone", NOON) is None
    assert next_failure(a_failure(), "permanent", "answered 410 Gone", NOON + HOUR) is None


def test_page_that_its_listing_dropped_is_not_asked_for_again() -> None:
    assert next_failure(a_failure(), "doubtful", "answered 404", NOON + HOUR, is_listed=False) is None


def test_trouble_of_the_moment_is_asked_for_at_each_poll_and_seldom_after_a_day() -> None:
    retry = a_failure("temporary")
    assert is_retry_due(retry, NOON)
    later = next_failure(retry, "temporary", "answered 503", NOON + 23 * HOUR)
    assert later is not None
    assert is_retry_due(later, NOON + 23 * HOUR)
    much_later = next_failure(later, "temporary", "answered 503", NOON + 25 * HOUR)
    assert much_later is not None
    assert much_later.due == NOON + 31 * HOUR


def test_trouble_of_the_moment_counts_as_no_refusal() -> None:
    retry: PageRetry | None = a_failure("temporary")
    for hours in (1, 2, 3, 4, 5):
        assert retry is not None
        retry = next_failure(retry, "temporary", "no complete answer in time", NOON + hours * HOUR)
    assert retry is not None
    refused = next_failure(retry, "doubtful", "answered 403", NOON + 6 * HOUR)
    assert refused is not None
    assert (refused.refusals, refused.due) == (1, NOON + 7 * HOUR)


def test_wait_that_a_wrong_clock_noted_is_over() -> None:
    ahead = a_failure(at=NOON + 3653 * 24 * HOUR)
    assert is_retry_due(ahead, NOON)
    again = next_failure(ahead, "doubtful", "answered 403", NOON)
    assert again is not None
    assert again.since == NOON
    assert again.due <= NOON + 6 * HOUR


def test_only_refused_pages_have_their_source_asked_before_its_listing_is_due() -> None:
    refused, troubled = a_failure(), a_failure("temporary")
    assert sources_with_due_pages([refused], NOON) == set()
    assert sources_with_due_pages([refused], NOON + HOUR) == {"daily"}
    assert sources_with_due_pages([troubled], NOON + HOUR) == set()
    assert waiting_pages({URL: refused}, NOON) == {URL}
    assert waiting_pages({URL: refused}, NOON + HOUR) == frozenset()


def test_older_batch_that_comes_in_late_changes_no_retry() -> None:
    early = a_failure()
    late = next_failure(early, "doubtful", "answered 403", NOON + HOUR)
    assert late is not None
    assert newer_retry(late, early) == late
    assert newer_retry(early, late) == late
    assert newer_retry(None, early) == early
    # Noted by a clock that was ahead: it would be kept for years.
    assert newer_retry(a_failure(at=NOON + 3653 * 24 * HOUR), early) == early


@pytest.mark.parametrize("is_listed", [True, False])
def test_loss_says_why_and_since_when(*, is_listed: bool) -> None:
    told = describe_loss(a_failure(), "answered 403 Forbidden", is_listed=is_listed)
    assert told.startswith("answered 403 Forbidden; tried in vain since 2026-")
    assert told.endswith("its listing no longer has it") is not is_listed
