from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers import schedule
from crawlers.model import FailureClass, FeedState, PollPolicy
from tests.builders import NOON, a_source

SOURCE = a_source()
POLL = SOURCE.poll
FRESH = FeedState("daily")


def a_success(state: FeedState = FRESH, **fields: Any) -> FeedState:
    source = fields.pop("source", SOURCE)
    now = fields.pop("now", NOON)
    listing = schedule.ListingSummary(**{"entries": 10, "known": 5} | fields)
    return schedule.after_success(state, source, listing, now=now)


def a_failure(state: FeedState = FRESH, weight: float = 0.5, **fields: Any) -> FeedState:
    return schedule.after_failure(
        state, fields.pop("source", SOURCE), **{"now": NOON, "weight": weight, "error": "503"} | fields
    )


def pause_s(state: FeedState) -> float:
    assert state.next_due is not None
    return (state.next_due - NOON).total_seconds()


def test_a_feed_that_was_never_polled_is_due() -> None:
    assert schedule.is_due(FRESH, NOON, POLL)


def test_a_feed_is_due_when_its_time_has_come_and_not_before() -> None:
    state = a_success()
    assert not schedule.is_due(state, NOON + timedelta(minutes=14), POLL)
    assert schedule.is_due(state, NOON + timedelta(minutes=15), POLL)


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(days=3), timedelta(days=3653)])
def test_a_feed_whose_next_poll_lies_beyond_every_pause_is_due(ahead: timedelta) -> None:
    state = a_success(now=NOON + ahead)
    assert state.is_ahead_of(NOON)
    assert schedule.is_due(state, NOON, POLL)
    mended = a_failure(state)
    assert (mended.last_success, mended.last_polled) == (None, NOON)
    assert not mended.is_ahead_of(NOON)


def test_two_polls_in_a_row_with_little_new_make_it_rarer() -> None:
    once = a_success(known=7)
    assert pause_s(once) == 900
    assert pause_s(a_success(once, known=10)) == 1350


def test_two_polls_in_a_row_with_much_new_make_it_more_frequent() -> None:
    once = a_success(known=0)
    assert pause_s(once) == 900
    assert pause_s(a_success(once, known=3)) == 400


def test_a_poll_between_the_two_breaks_the_row() -> None:
    assert pause_s(a_success(a_success(a_success(known=10), known=5), known=10)) == 900


def test_not_modified_counts_as_nothing_new_and_keeps_what_is_known() -> None:
    state = a_success(known=9, etag='"a"', newest=NOON)
    later = schedule.after_not_modified(state, SOURCE, now=NOON)
    assert pause_s(later) == 1350
    assert (later.etag, later.newest_entry, later.entries_last) == ('"a"', NOON, 10)


def test_the_interval_never_leaves_its_bounds() -> None:
    rare = frequent = FRESH
    for _ in range(100):
        rare, frequent = a_success(rare, known=10), a_success(frequent, known=0)
    assert (rare.interval_s, frequent.interval_s) == (86_400, 300)


def test_bounds_changed_in_the_catalogue_hold_at_once() -> None:
    state = FeedState("daily", interval_s=86_400)
    assert pause_s(a_success(state, source=a_source(poll=PollPolicy(every_s=600, max_s=1800)))) == 1800


def test_the_pause_that_a_feed_asks_for_is_kept_even_after_not_modified() -> None:
    state = a_success(ttl_s=3600)
    assert pause_s(state) == 3600
    assert pause_s(schedule.after_not_modified(state, SOURCE, now=NOON)) == 3600


@pytest.mark.parametrize("wish", [1e12, float("inf"), 86_401])
def test_nobody_can_ask_for_more_than_the_maximum(wish: float) -> None:
    assert pause_s(a_success(ttl_s=wish)) == 86_400
    assert pause_s(a_failure(retry_after_s=wish)) == 86_400


@pytest.mark.parametrize("wish", [-5.0, 0.0, float("nan"), None])
def test_a_senseless_wish_changes_nothing(wish: float | None) -> None:
    assert pause_s(a_success(ttl_s=wish)) == 900
    assert pause_s(a_failure(weight=1, retry_after_s=wish)) == 1800


def test_retry_after_is_honoured() -> None:
    assert pause_s(a_failure(weight=0.5, retry_after_s=7200)) == 7200


def test_a_heavier_failure_waits_longer_and_a_second_one_longer_still() -> None:
    light, heavy = a_failure(weight=0.25), a_failure(weight=1)
    assert 900 < pause_s(light) < pause_s(heavy) < pause_s(a_failure(heavy, weight=1)) == 3600


def test_a_failure_keeps_what_is_known_of_the_content() -> None:
    state = a_success(etag='"a"', last_modified="x", body_hash="h", newest=NOON)
    failed = a_failure(state, error="no\nanswer")
    assert (failed.etag, failed.last_modified, failed.body_hash) == ('"a"', "x", "h")
    assert (failed.newest_entry, failed.entries_last, failed.interval_s) == (NOON, 10, 900)
    assert (failed.last_error, failed.failing_since, failed.last_success) == ("no answer", NOON, NOON)


def test_failing_since_is_the_first_failure_and_a_success_clears_it() -> None:
    failed = a_failure(a_failure(), now=NOON + timedelta(days=3))
    assert failed.failing_since == NOON
    healed = a_success(failed)
    assert (healed.failing_since, healed.failure_weight, healed.last_error) == (None, 0.0, None)


def test_a_feed_that_failed_for_years_is_still_asked() -> None:
    state = FRESH
    for _ in range(5000):
        state = a_failure(state, weight=1)
    assert pause_s(state) == 86_400


def test_every_twelfth_poll_sends_no_validators_whatever_the_polls_brought() -> None:
    state, unconditional = FRESH, []
    for poll in range(1, 37):
        if schedule.wants_unconditional(state):
            unconditional.append(poll)
        state = a_failure(state) if poll % 5 == 0 else a_success(state)
    assert unconditional == [12, 24, 36]


def test_only_a_listing_that_had_entries_can_lose_them() -> None:
    assert schedule.has_lost_its_entries(a_success(entries=10), 0)
    assert not schedule.has_lost_its_entries(a_success(entries=10), 1)
    assert not schedule.has_lost_its_entries(FRESH, 0)


def test_an_empty_listing_is_no_division_by_zero() -> None:
    assert a_success(entries=0, known=0).streak == -1


def test_the_newest_entry_never_goes_back() -> None:
    state = a_success(newest=NOON)
    assert a_success(state, newest=NOON - timedelta(days=1)).newest_entry == NOON
    assert a_success(state, newest=None).newest_entry == NOON


@pytest.mark.parametrize("name", get_args(FailureClass))
def test_every_class_of_failure_has_one_of_three_weights(name: FailureClass) -> None:
    assert schedule.failure_weight(name) in (1.0, 0.5, 0.25)


@pytest.mark.parametrize(
    ("status", "name", "weight"),
    [(404, "not_found", 0.5), (410, "gone", 1.0), (429, "rate_limited", 0.5), (403, "forbidden", 0.5),
     (500, "server_error", 0.5), (503, "server_error", 0.5), (302, "redirects", 1.0)],
)  # fmt: skip
def test_a_status_has_its_class_and_weight(status: int, name: str, weight: float) -> None:
    found = schedule.failure_of_status(status)
    assert (found, schedule.failure_weight(found)) == (name, weight)


_WISHES = st.none() | st.floats()


@given(st.lists(st.tuples(st.sampled_from(["ok", "same", "bad"]), st.integers(0, 10), _WISHES), max_size=40))
def test_whatever_happens_the_next_poll_lies_between_the_bounds(
    story: list[tuple[str, int, float | None]],
) -> None:
    state = FRESH
    for what, known, wish in story:
        if what == "ok":
            state = a_success(state, known=known, ttl_s=wish)
        elif what == "same":
            state = schedule.after_not_modified(state, SOURCE, now=NOON, ttl_s=wish)
        else:
            state = a_failure(state, weight=known / 10, retry_after_s=wish)
        assert SOURCE.poll.min_s <= pause_s(state) <= SOURCE.poll.max_s
    assert state.polls == len(story)


def test_an_entry_dated_ahead_is_no_newer_than_the_poll() -> None:
    state = a_success(newest=NOON + timedelta(days=2))
    assert state.newest_entry == NOON
