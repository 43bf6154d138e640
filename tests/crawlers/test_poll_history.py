"""What polls show over time: moves, pages that fail, entries that nobody uses, listings that stand still."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawlers.model import FeedState, Streak
from crawlers.poll_history import PROBLEMS_KEPT, PollFacts, with_history, with_pages
from tests.builders import NOON, an_entry

FRESH = FeedState("daily")
LATER = NOON + timedelta(hours=1)
ENTRIES = (an_entry(1), an_entry(2))


def after(before: FeedState, now: datetime = NOON, **facts: Any) -> FeedState:
    """Return the state after one more poll."""
    polled = replace(before, polls=before.polls + 1)
    return with_history(before, polled, PollFacts(now, **{"entries": ENTRIES} | facts))


def test_the_first_poll_is_remembered() -> None:
    first = after(FRESH)
    assert (first.first_polled, after(first, LATER).first_polled) == (NOON, NOON)
    assert after(FeedState("daily", polls=99)).first_polled is None, "it was before this was noted"


def test_a_move_counts_polls_and_ends_with_the_first_that_goes_elsewhere() -> None:
    once = after(FRESH, moved_to="https://new.example/feed")
    twice = after(once, LATER, moved_to="https://new.example/feed", entries=None)
    assert twice.moved == Streak(NOON, 2, 1, "https://new.example/feed")
    failed = after(twice, LATER, failure="timeout", entries=None)
    assert failed.moved == twice.moved, "what cannot be read says nothing of where it is"
    assert after(failed, LATER).moved is None
    third = after(twice, LATER, moved_to="https://third.example/feed")
    assert third.moved == Streak(LATER, 1, 1, "https://third.example/feed")


def test_pages_that_fail_add_up_until_one_comes() -> None:
    first = after(FRESH, pages_failed=3, page_error="404")
    second = after(first, LATER, pages_failed=2, page_error="403")
    assert second.pages_failing == Streak(NOON, 2, 5, "403")
    assert after(second, LATER).pages_failing == second.pages_failing, "no page was asked for"
    assert after(second, LATER, pages_failed=1, pages_fetched=1).pages_failing is None


def test_newest_pages_of_the_last_good_poll_are_kept() -> None:
    entries = (replace(an_entry(1), published=NOON), replace(an_entry(2), published=LATER), an_entry(2))
    polled = after(FRESH, entries=entries)
    assert [(page.address[-1], page.published) for page in polled.listed] == [("2", LATER), ("1", NOON)]
    assert after(polled, LATER, entries=None).listed == polled.listed
    assert after(polled, LATER, failure="timeout", entries=None).listed == polled.listed
    part = after(polled, LATER, entries=entries, is_whole=False)
    assert {page.published for page in part.listed} == {None}, "nobody knows what else is listed"


def test_pages_that_come_without_their_listing_end_the_failures_of_pages() -> None:
    failed = after(FRESH, pages_failed=3, page_error="403")
    came = with_pages(failed, PollFacts(LATER, pages_fetched=3))
    assert came == replace(failed, pages_failing=None)
    lost = with_pages(failed, PollFacts(LATER, pages_failed=1, page_error="403", last_loss="403; again"))
    assert (lost.last_loss, lost.polls) == ("403; again", failed.polls)


@pytest.mark.parametrize(("led_there", "counts"), [(2, False), (3, True)])
def test_entries_that_lead_to_one_page_are_counted(led_there: int, counts: bool) -> None:
    state = after(FRESH, pages_fetched=1, common_page="https://x.example/c", led_to_common_page=led_there)
    assert (state.one_page is not None) is counts


def test_entries_that_nobody_uses_are_counted_also_while_the_listing_is_as_it_was() -> None:
    first = after(FRESH, left_out=2, left_out_by="off_beat")
    same = after(first, LATER, entries=None)
    assert same.left_out == Streak(NOON, 2, 2, "off_beat")
    assert after(same, LATER).left_out is None


def test_a_listing_stands_still_while_it_lists_the_same_addresses() -> None:
    first = after(FRESH)
    turned = after(first, LATER, entries=tuple(reversed(ENTRIES)))
    assert turned.same_entries is not None
    assert (turned.same_entries.since, turned.same_entries.polls) == (NOON, 2)
    assert turned.entries_changed is None
    other = after(turned, LATER, entries=(an_entry(3),))
    assert other.same_entries is not None
    assert (other.same_entries.since, other.entries_changed) == (LATER, LATER)


def test_dates_of_entries_show_how_often_new_ones_come() -> None:
    entries = tuple(an_entry(n, published=NOON - n * timedelta(hours=12)) for n in range(5))
    assert after(FRESH, entries=entries).entries_a_day == 2.0
    assert after(FRESH, entries=ENTRIES).entries_a_day is None, "all of one moment"
    entries = tuple(an_entry(n, published=NOON - timedelta(minutes=n)) for n in range(5))
    assert after(FRESH, entries=entries).entries_a_day == 4.0, "minutes are no pace of a day"
    assert after(FRESH, entries=(an_entry(1, published=None),)).entries_a_day is None


def test_few_complaints_of_a_listing_are_kept_and_the_others_counted() -> None:
    complaints = [f"date {n} cannot be\nread" for n in range(40)]
    kept = after(FRESH, problems=complaints).problems
    assert len(kept) == PROBLEMS_KEPT + 1
    assert (kept[0], kept[-1]) == ("date 0 cannot be read", "and 35 more of such problems")
    assert after(after(FRESH, problems=complaints), entries=None).problems == kept


def test_a_page_that_comes_without_its_listing_ends_the_streak_of_failures() -> None:
    failing = after(FRESH, pages_failed=3, page_error="404")
    assert with_pages(failing, PollFacts(LATER, pages_fetched=1)).pages_failing is None
    again = with_pages(failing, PollFacts(LATER, pages_failed=1, page_error="403"))
    assert again.pages_failing == Streak(NOON, 2, 4, "403")
    assert again.same_entries == failing.same_entries
