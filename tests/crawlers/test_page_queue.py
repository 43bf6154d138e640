"""Which entries of a source wait for their turn, and which are left out where there is no room."""

from __future__ import annotations

from datetime import UTC, datetime

from crawlers.model import Entry
from crawlers.spiders.page_queue import PageQueue


def dated(day: int) -> Entry:
    return Entry(f"https://daily.example/{day}", published=datetime(2026, 1, day, tzinfo=UTC))


def all_of(queue: PageQueue) -> list[str]:
    taken = []
    while queue:
        taken.append(queue.take().url.rpartition("/")[2])
    return taken


def test_entries_keep_the_order_of_their_listing_where_there_is_room_for_all() -> None:
    queue = PageQueue(3)
    assert queue.add_news([dated(1), dated(3), dated(2)]) == 0
    assert all_of(queue) == ["1", "3", "2"]


def test_the_newest_are_taken_where_some_must_be_left_out_and_no_date_counts_as_new() -> None:
    queue = PageQueue(3)
    undated = Entry("https://daily.example/undated")
    assert queue.add_news([dated(1), dated(3), undated, dated(2)]) == 1
    assert all_of(queue) == ["undated", "3", "2"]


def test_what_the_listing_dropped_goes_first_and_takes_its_room() -> None:
    queue = PageQueue(3)
    queue.add([dated(9)])
    assert queue.add_news([dated(1), dated(3), dated(2)]) == 1
    assert all_of(queue) == ["9", "1", "3"]


def test_old_entries_fill_what_room_is_left_and_push_nothing_out() -> None:
    queue = PageQueue(3)
    queue.add_news([dated(8), dated(9)])
    assert queue.add_baseline([dated(1), dated(3), dated(2)]) == 2
    assert queue.add_baseline([dated(4)]) == 1
    assert all_of(queue) == ["8", "9", "3"]


def test_of_all_that_wait_the_first_are_kept() -> None:
    queue = PageQueue(5)
    queue.add([dated(1), dated(2), dated(3)])
    assert queue.keep_first(4) == 0
    assert queue.keep_first(1) == 2
    assert all_of(queue) == ["1"]
    assert queue.keep_first(0) == 0
