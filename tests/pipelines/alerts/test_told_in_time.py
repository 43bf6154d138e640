"""What is told keeps its reader's hours and ceiling, and is true when it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from crawlers.model import FeedState, Source
from pipelines.adapters.ledger import open_ledger
from pipelines.alerts.cadence import is_quiet
from pipelines.alerts.receipt import write_receipt
from pipelines.model import SavedSearch
from tests.builders import NOON, a_source
from tests.contracts.ledger_values import a_result
from tests.pipelines.alerts.newsroom_mail import Newsroom, canola
from tests.pipelines.alerts.test_cadence import at
from tests.pipelines.alerts.values import a_search, parts, read

#: Makes a newsroom with these searches.
OpenNewsroom = Callable[..., Newsroom]
NIGHT = (time(21), time(6, 30))
HOUR = timedelta(hours=1)


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[OpenNewsroom]:
    """Return what makes a newsroom on a ledger of its own."""
    with closing(open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as ledger:

        def open_newsroom(*searches: SavedSearch) -> Newsroom:
            return Newsroom(*searches, ledger=ledger)

        yield open_newsroom


def last_text(house: Newsroom) -> str:
    return parts(read(house.inbox.taken[-1]))[0]


# -- quiet hours --------------------------------------------------------------------------------------------


def test_an_overdue_hourly_mail_waits_for_the_end_of_quiet_hours(newsroom: OpenNewsroom) -> None:
    house = newsroom(canola(cadence="hourly", quiet=NIGHT))
    house.at("2026-01-18T00:10").tell()  # 19:10 in Ottawa
    house.take("s1", 1)
    assert house.at("2026-01-18T00:30").tell() == []
    # Nothing ran from then on until 23:00.
    assert house.at("2026-01-18T04:00").tell() == []
    assert house.at("2026-01-18T11:29").tell() == []
    assert len(house.at("2026-01-18T11:30").tell()) == 1
    assert house.at("2026-01-18T11:40").tell() == []


def test_an_overdue_daily_mail_waits_for_the_end_of_quiet_hours(newsroom: OpenNewsroom) -> None:
    house = newsroom(canola(cadence="daily", at=time(18), quiet=NIGHT))
    house.at("2026-01-17T22:10").tell()
    house.take("s1", 1)
    house.tell()
    assert house.at("2026-01-19T03:00").tell() == [], "22:00, four hours late"
    assert len(house.at("2026-01-19T11:45").tell()) == 1


@pytest.mark.parametrize("cadence", ["daily", "weekly"])
def test_a_digest_that_is_late_tells_what_the_run_found_that_ended_the_outage(
    newsroom: OpenNewsroom, cadence: str
) -> None:
    house = newsroom(canola(cadence=cadence, empty=True))
    house.at("2026-01-19T13:05").tell()  # Monday, 08:05 in Ottawa
    house.at("2026-01-26T16:00").take("s1", 1)
    assert len(house.tell()) == 1
    assert "1 story since" in last_text(house)
    house.at("2026-02-02T13:05").tell()
    assert "Nothing matched since" in last_text(house), "it is told once"


def test_a_digest_that_is_in_time_leaves_what_came_after_its_hour(newsroom: OpenNewsroom) -> None:
    house = newsroom(canola(cadence="daily", empty=True))
    house.at("2026-01-19T13:05").tell()
    house.at("2026-01-20T13:05").take("s1", 1)
    house.tell()
    assert "Nothing matched since" in last_text(house)
    house.at("2026-01-21T13:05").tell()
    assert "1 story since" in last_text(house)


def test_the_first_hour_of_a_search_tells_nothing_before_it(newsroom: OpenNewsroom) -> None:
    house = newsroom(canola(cadence="daily"))
    house.at("2026-01-19T20:00").take("s1", 1)
    assert house.tell() == []
    assert len(house.at("2026-01-20T13:05").tell()) == 1


def test_an_hour_within_quiet_hours_was_chosen_by_the_reader(newsroom: OpenNewsroom) -> None:
    house = newsroom(canola(cadence="daily", at=time(6), quiet=NIGHT))
    house.at("2026-01-17T11:10").tell()
    house.take("s1", 1)
    house.tell()
    assert len(house.at("2026-01-18T11:05").tell()) == 1


def test_a_day_that_is_quiet_as_a_whole_keeps_nothing_back_for_ever() -> None:
    search = a_search(cadence="hourly", quiet=(time(0), time(23, 59)))
    assert not is_quiet(search, at("2026-01-18T04:00"))
    assert not is_quiet(a_search(), at("2026-01-18T04:00"))
    assert is_quiet(a_search(cadence="hourly", quiet=NIGHT), at("2026-01-18T04:00"))


# -- the ceiling --------------------------------------------------------------------------------------------


def test_a_receipt_takes_no_place_of_the_day(newsroom: OpenNewsroom) -> None:
    house = newsroom(canola(reasons=("new", "watch"), ceiling=1, at=time(8)))
    house.at("2026-01-17T13:01")
    assert house.tell() == ["canola::watch:2026-01-17"]
    house.take("s1", 1)
    assert house.later(minutes=5).tell() == ["canola:s1:new"]
    house.take("s2", 2)
    assert house.later(minutes=5).tell() == ["canola::ceiling:2026-01-17"]


def test_a_receipt_comes_also_where_the_ceiling_is_reached(newsroom: OpenNewsroom) -> None:
    house = newsroom(canola(reasons=("new", "watch"), ceiling=1, at=time(8)))
    house.at("2026-01-17T13:01").tell()
    house.at("2026-01-18T12:00")  # 07:00
    house.take("s1", 1)
    assert house.tell() == ["canola:s1:new"]
    assert house.at("2026-01-18T13:01").tell() == ["canola::watch:2026-01-18"]
    assert "1 new stories" in last_text(house) or "1 new story" in last_text(house)


# -- what is over -------------------------------------------------------------------------------------------


def with_source(house: Newsroom) -> Source:
    source = a_source("daily")
    house.beat = replace(house.beat, sources=(source,))
    return source


def poll(house: Newsroom, *, fails_since: datetime | None = None) -> None:
    """Note a poll of the source, in vain where it fails."""
    now = house.clock.at
    state = FeedState("daily", last_polled=now, last_success=None if fails_since else now)
    if fails_since is not None:
        state = replace(
            state,
            failing_since=fails_since,
            last_error="HTTP status 500",
            failure_weight=9.0,
            last_success=fails_since - HOUR,
        )
    house.ledger.adopt(a_result(f"b{now:%Y%m%d%H%M}", states=(state,)), "path", house.run)


def silent_source(newsroom: OpenNewsroom) -> Newsroom:
    """Return a newsroom whose weekly search lived on a source that fails since Thursday."""
    house = newsroom(canola(cadence="weekly", at=time(8)), canola(id="now"))
    with_source(house)
    for number in range(1, 6):
        house.take(f"s{number}", number)
    poll(house)
    house.tell()
    house.at("2026-01-19T13:05").tell()  # the Monday mail
    failing = house.at("2026-01-22T12:00").clock.at
    house.later(hours=30)
    poll(house, fails_since=failing)
    house.tell()
    return house


def test_a_source_that_was_mended_is_not_told_as_failing(newsroom: OpenNewsroom) -> None:
    house = silent_source(newsroom)
    held = house.ledger.alerts(search="canola", states=["held"])
    assert [alert.reason for alert in held] == ["silence"]
    house.at("2026-01-25T12:00")
    poll(house)
    sent = house.at("2026-01-26T13:05").tell()
    assert not any(key.startswith("canola:") for key in sent)
    assert house.ledger.alerts(search="canola", states=["held"]) == []


def test_a_source_that_still_fails_is_told_as_it_is_by_then(newsroom: OpenNewsroom) -> None:
    house = silent_source(newsroom)
    since = house.clock.at - timedelta(hours=30)
    poll(house.at("2026-01-26T13:00"), fails_since=since)
    house.at("2026-01-26T13:05").tell()
    texts = [parts(read(mail))[0] for mail in house.inbox.taken if mail.key.startswith("canola::digest:")]
    # It was noted three days earlier, when it was (29 h).
    assert "has been failing since 2026-01-22 (4 days): HTTP status 500" in texts[-1]


# -- the newest item ----------------------------------------------------------------------------------------


def test_a_page_dated_ahead_is_not_the_newest_item() -> None:
    states = {
        "one": FeedState("one", last_polled=NOON, last_success=NOON, newest_entry=NOON + 40 * HOUR),
        "two": FeedState("two", last_polled=NOON, last_success=NOON, newest_entry=NOON - 3 * HOUR),
    }
    found = write_receipt([a_source("one"), a_source("two")], states, [], NOON)
    assert (found.newest, found.newest_source) == (NOON - 3 * HOUR, "Two")
    alone = write_receipt([a_source("one")], states, [], NOON)
    assert (alone.newest, alone.newest_source) == (None, None)
