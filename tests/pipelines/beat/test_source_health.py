"""The health of sources: failing, silent, or well, with the facts behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawlers.model import FailureClass, FeedState, Streak
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
    passing = replace(POLLED, failing_since=NOON, failure_weight=0.5, last_error="timeout")
    found = health(passing, {})
    assert (found.state, found.why, found.is_troubled) == ("retrying", "timeout", False)


@pytest.mark.parametrize(
    ("failure", "state"), [("timeout", "failing"), ("tls", "failing"), ("own_network", "retrying")]
)
def test_a_source_that_was_never_read_fails_at_once(failure: FailureClass, state: str) -> None:
    never = FeedState(
        "daily",
        last_polled=NOON,
        failing_since=NOON,
        failure_weight=0.25,
        last_error="no answer",
        failure=failure,
    )
    assert health(never, {}).state == state


@pytest.mark.parametrize(
    ("a_day", "quiet", "state"),
    [(5, 2, "ok"), (5, 3, "silent"), (1, 6, "ok"), (1, 7, "silent"), (40, 3, "silent")],
)
def test_silence_is_told_once_it_is_no_chance(a_day: int, quiet: int, state: str) -> None:
    found = health(POLLED, volumes(a_day, quiet=quiet))
    assert found.state == state
    assert (f"no page for {quiet} days; " in found.why) == (state == "silent")


def test_a_source_that_never_brought_a_page_is_not_called_silent() -> None:
    assert health(POLLED, {}).state == "ok"


# -- what a source can do wrong while it answers ---------------------------------------------------------


def streak(what: str = "x", *, days: float = 0, polls: int = 2, count: int = 4) -> Streak:
    return Streak(NOON - timedelta(days=days), polls, count, what)


READ = replace(POLLED, entries_last=4, same_entries=streak())


@pytest.mark.parametrize(
    ("state", "fields", "name", "told"),
    [
        (replace(READ, entries_last=0), {}, "empty", "has no entries, at 2 polls"),
        (
            replace(READ, left_out=streak("other_address")),
            {"url_pattern": "/news/"},
            "left out",
            "none of its 4 entries is used, at 2 polls so far: url_pattern “/news/” is found in no address",
        ),
        (replace(READ, left_out=streak("off_beat")), {"scope": "broad"}, "off beat", "about the beat"),
        (
            replace(READ, left_out=streak("off_beat", days=8)),
            {"scope": "broad"},
            "left out",
            "about the beat",
        ),
        (replace(READ, left_out=streak("off_beat", polls=1)), {"scope": "broad"}, "ok", ""),
        (replace(READ, pages_failing=streak("404", count=1)), {}, "no pages", "at 1 request in 2 polls: 404"),
        (replace(READ, one_page=streak("https://x.example/consent")), {}, "no pages", "lead to one page"),
        (replace(READ, moved=streak("https://x.example/new")), {}, "moved", "https://x.example/new"),
        (replace(READ, moved=streak("https://x.example/new", polls=1)), {}, "ok", ""),
        (
            replace(READ, newest_entry=NOON - timedelta(days=8), entries_a_day=2.0),
            {},
            "stale",
            "2026-01-09, 8 days ago; its own dates show 2.0 a day",
        ),
        (replace(READ, newest_entry=NOON - timedelta(days=29)), {}, "ok", ""),
        (replace(READ, newest_entry=NOON - timedelta(days=31)), {}, "stale", "31 days ago"),
        (replace(READ, newest_entry=NOON - timedelta(days=3), entries_a_day=0.1), {}, "ok", ""),
        (replace(READ, same_entries=streak(days=15)), {}, "frozen", "the same for 15 days"),
    ],
)
def test_a_source_that_answers_and_brings_nothing_is_named(
    state: FeedState, fields: dict[str, Any], name: str, told: str
) -> None:
    found = health(state, {}, **fields)
    assert (found.state, told in found.why) == (name, True)
    assert bool(found.since and found.advice) == (name != "ok")


def test_new_entries_with_old_dates_are_not_stale() -> None:
    alive = replace(READ, newest_entry=NOON - timedelta(days=90), entries_changed=NOON)
    assert health(alive, {}).state == "ok"


def test_pages_that_fail_are_no_trouble_while_others_come() -> None:
    failing = replace(READ, pages_failing=streak("404", count=2))
    assert health(failing, volumes(5, quiet=0)).state == "ok"
    many = replace(READ, pages_failing=streak("404", count=3))
    assert health(many, volumes(5, quiet=0)).state == "no pages"
    came_since = replace(READ, pages_failing=streak("404", count=3, days=1))
    assert health(came_since, volumes(5, quiet=0)).state == "ok"


@pytest.mark.parametrize(("read_before", "state"), [(True, "redesigned"), (False, "no pages")])
def test_pages_without_articles_are_told(read_before: bool, state: str) -> None:
    pages = {"2026-01-17": {Outcome.QUARANTINED: 3}}
    if read_before:
        pages["2026-01-16"] = {Outcome.OFF_BEAT: 3, Outcome.QUARANTINED: 1}
    found = health(READ, {"daily": pages})
    assert (found.state, found.since) == (state, datetime(2026, 1, 17, tzinfo=UTC))


# -- how many pages --------------------------------------------------------------------------------------


def by_day(*counts: int) -> Volumes:
    """A source with so many pages on each day, the last one today's."""
    days = {}
    for ago, count in enumerate(reversed(counts)):
        if count:
            days[f"{NOON - timedelta(days=ago):%Y-%m-%d}"] = {Outcome.OFF_BEAT: count}
    return {"daily": days}


@pytest.mark.parametrize("quiet", [29, 60, 300])
def test_a_silence_does_not_end_by_growing_long(quiet: int) -> None:
    found = health(POLLED, volumes(5, quiet=quiet, days=quiet + 28))
    assert (found.state, f"no page for {quiet} days" in found.why) == ("silent", True)


def test_what_is_usual_counts_from_the_first_day() -> None:
    assert health(replace(POLLED, first_polled=NOON - timedelta(days=5)), by_day(10, 10, 10, 10, 10, 3)) == (
        Health(a_source("daily"), "ok", usual=10.0, today=3)
    )


def test_the_first_day_brings_old_entries_and_is_not_usual() -> None:
    """Thirty pages on the first day, then one every other day."""
    pages = by_day(30, 0, 1, 0, 1, 0, 1, 0, 0, 0)
    assert health(replace(POLLED, first_polled=NOON - timedelta(days=9)), pages).state == "ok"


# 2026-01-17 is a Saturday: the last full day, a Friday, is compared with other weekdays.
@pytest.mark.parametrize(
    ("last", "state"),
    [
        ([10, 4, 0], "ok"),  # by chance once in 30 days
        ([10, 1, 0], "low"),
        ([4, 4, 0], "low"),
        ([10, 18, 0], "ok"),
        ([10, 30, 0], "high"),
    ],
)
def test_unusual_numbers_are_told_once_they_are_no_chance(last: list[int], state: str) -> None:
    found = health(POLLED, by_day(*[9, 10, 11, 10] * 6, *last))
    assert found.state == state


def test_weekends_and_holidays_are_no_silence_and_no_drop() -> None:
    monday = datetime(2026, 1, 19, 12, tzinfo=UTC)
    weekdays = {}
    for ago in range(1, 29):
        day = monday - timedelta(days=ago)
        if day.weekday() < 5:
            weekdays[f"{day:%Y-%m-%d}"] = {Outcome.OFF_BEAT: 9 + ago % 3}
    polled = replace(POLLED, last_polled=monday)
    (found,) = health_of([a_source("daily")], {"daily": polled}, {"daily": weekdays}, monday)
    assert found.state == "ok"


def test_a_holiday_of_its_country_explains_a_silence() -> None:
    """China's Golden Week: Thursday 1 to Wednesday 7 October 2026."""
    now = datetime(2026, 10, 7, 12, tzinfo=UTC)
    pages = {}
    for ago in range(7, 35):
        day = now - timedelta(days=ago)
        if day.weekday() < 5:
            pages[f"{day:%Y-%m-%d}"] = {Outcome.OFF_BEAT: 4}
    polled = replace(POLLED, last_polled=now)
    states = []
    for country in ("CN", "CA"):
        (found,) = health_of([a_source("daily", country=country)], {"daily": polled}, {"daily": pages}, now)
        states.append(found.state)
    assert states == ["ok", "silent"]


def test_what_is_switched_off_or_was_never_asked_is_neither() -> None:
    assert health(FAILING, {}, enabled=False).state == "off"
    assert health(None, {}).state == "not tried"


@pytest.mark.parametrize(
    ("lost", "came", "state", "told"),
    [
        (3, 20, "losing", "3 articles lost in the last 7 days, of 23"),
        (3, 300, "ok", "3 articles lost in the last 7 days, of 303"),
        (1, 2, "ok", "1 article lost in the last 7 days, of 3"),
        (1, 300, "ok", "1 article lost in the last 7 days, of 301"),
    ],
)
def test_lost_articles_are_told(lost: int, came: int, state: str, told: str) -> None:
    pages = {"2026-01-16": {Outcome.LOST: lost, Outcome.OFF_BEAT: came}}
    found = health(READ, {"daily": pages})
    assert (found.state, found.why) == (state, told)
    why = health(replace(READ, last_loss="answered 403 Forbidden"), {"daily": pages}).why
    assert why == f"{told}; the last one: answered 403 Forbidden"
    long_ago = {"2026-01-09": {Outcome.LOST: 9}, "2026-01-17": {Outcome.OFF_BEAT: 1}}
    assert health(READ, {"daily": long_ago}).why == ""


def test_days_on_which_nobody_asked_say_nothing_of_a_source() -> None:
    """Maplewire stood still from Monday the 12th to Thursday the 15th, and caught up then."""
    pages = by_day(*[9, 10, 11, 10] * 5, 10, 0, 0, 40, 10, 3)
    pause = (datetime(2026, 1, 12, 18, tzinfo=UTC), datetime(2026, 1, 15, 6, tzinfo=UTC))
    (found,) = health_of([a_source("daily")], {"daily": POLLED}, pages, NOON, pause)
    assert found.state == "ok"
    asleep = replace(POLLED, last_polled=NOON - timedelta(days=9), last_success=NOON - timedelta(days=9))
    assert health(asleep, volumes(5, quiet=9)).state == "ok", "nobody asked since the last page"


@pytest.mark.parametrize(
    ("before", "last", "state"),
    [((20, 1), (8, 4), "redesigned"), ((20, 6), (8, 4), "ok"), ((20, 1), (8, 2), "ok")],
)
def test_pages_that_are_read_worse_than_before_are_told(
    before: tuple[int, int], last: tuple[int, int], state: str
) -> None:
    """Each pair is the pages of a day, and how many of them show no article."""
    pages = {}
    for day, (came, unreadable) in {"2026-01-10": before, "2026-01-17": last}.items():
        pages[day] = {Outcome.OFF_BEAT: came - unreadable, Outcome.QUARANTINED: unreadable}
    found = health(READ, {"daily": pages})
    assert found.state == state


LONG, BRIEF = 3000, 400


@pytest.mark.parametrize(
    ("before", "last", "state"),
    [
        ([LONG] * 12, [BRIEF] * 6, "redesigned"),
        ([LONG, BRIEF, LONG, LONG] * 3, [BRIEF] * 6, "redesigned"),
        ([LONG] * 12, [BRIEF] * 5, "ok"),
        ([LONG] * 12, [BRIEF, BRIEF, LONG, BRIEF, BRIEF, BRIEF], "ok"),
        ([LONG] * 12, [1300] * 6, "ok"),
        ([LONG] * 11, [BRIEF] * 6, "ok"),
        ([BRIEF] * 12, [LONG] * 6, "ok"),
        ([BRIEF] * 12, [BRIEF] * 6, "ok"),
        ([], [], "ok"),
    ],
)
def test_texts_that_only_get_shorter_are_told(before: list[int], last: list[int], state: str) -> None:
    lengths = [("2026-01-14", length) for length in before] + [("2026-01-16", length) for length in last]
    pages = volumes(5, quiet=0, days=29)
    (found,) = health_of([a_source("daily")], {"daily": POLLED}, pages, NOON, None, {"daily": lengths})
    assert found.state == state
    if state == "redesigned":
        assert found.since == datetime(2026, 1, 16, tzinfo=UTC)
        assert found.why.startswith("its last 6 texts have 400 characters at the median; before, it was 3000")


def test_nothing_is_said_to_be_so_since_before_the_first_poll() -> None:
    morning = NOON - timedelta(hours=2)
    state = replace(POLLED, first_polled=morning)
    pages: Volumes = {"daily": {f"{NOON:%Y-%m-%d}": {Outcome.QUARANTINED: 1}}}
    found = health(state, pages)
    assert (found.state, found.since) == ("no pages", morning)
    assert found.why == "the only page that came shows no article"


def test_what_began_on_a_later_day_is_so_since_the_beginning_of_that_day() -> None:
    state = replace(POLLED, first_polled=NOON - timedelta(days=3))
    pages: Volumes = {"daily": {f"{NOON - timedelta(days=1):%Y-%m-%d}": {Outcome.QUARANTINED: 2}}}
    found = health(state, pages)
    assert (found.state, found.since) == (
        "no pages",
        datetime(NOON.year, NOON.month, NOON.day - 1, tzinfo=UTC),
    )
    assert found.why == "none of the last 2 pages shows an article"


def test_a_listing_that_is_too_large_has_its_own_advice() -> None:
    found = health(replace(FAILING, failure="too_large"), {})
    assert found.advice == "look for a smaller listing of the same site"
