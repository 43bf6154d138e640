"""What happened to a story before its readers heard of it stands in the mail that brings it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import time, timedelta
from pathlib import Path

import pytest

from pipelines.adapters.ledger import open_ledger
from pipelines.alerts.exports import brief_of
from pipelines.model import PageRechecked, RecheckState, SavedSearch, StoryChange, StoryEvent
from tests.builders import NOON
from tests.contracts.ledger_values import a_stored, ident, page
from tests.pipelines.alerts.newsroom_mail import UPDATED, Newsroom, canola
from tests.pipelines.alerts.values import parts, read

FOURTEEN = "A ship sank off the coast with canola on board, and 14 sailors died, the ministry said on Monday."
ELEVEN = FOURTEEN.replace("14 sailors", "11 sailors")
#: Quiet from noon in Ottawa's winter (17:00 UTC) to the next morning at 07:00 (12:00 UTC).
QUIET = (time(12), time(7))


@pytest.fixture
def ledger_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.sqlite'}"


#: Makes a newsroom with these searches.
OpenNewsroom = Callable[..., Newsroom]


@pytest.fixture
def newsroom(ledger_url: str) -> Iterator[OpenNewsroom]:
    """Return what makes a newsroom on a ledger of its own."""
    with closing(open_ledger(ledger_url)) as ledger:

        def open_newsroom(*searches: SavedSearch) -> Newsroom:
            return Newsroom(*searches, ledger=ledger)

        yield open_newsroom


def bring(house: Newsroom, body: str = FOURTEEN) -> None:
    house.take("s1", 1, stored=a_stored(1, title="Canola ship sinks", body=body, collected=house.clock.at))


def edit(house: Newsroom, body: str = ELEVEN, version: int = 2, *, material: bool = True) -> None:
    line = StoryEvent("s1", house.clock.at, StoryChange.UPDATE, "edited", ident(1), version, material)
    stored = a_stored(
        1,
        title="Canola ship sinks",
        body=body,
        version=version,
        outcome=UPDATED,
        collected=house.clock.at,
    )
    house.take("s1", 1, stored=stored, history=(line,))


def turn(house: Newsroom, change: StoryChange, text: str, number: int = 1) -> None:
    """Let a page be gone, or come back."""
    at = house.clock.at
    gone = at if change is StoryChange.GONE else None
    state = RecheckState(ident(number), "daily", page(number), NOON, None, at, gone=gone)
    line = StoryEvent("s1", at, change, text, ident(number), 1, material=True)
    house.decide(PageRechecked(state, (line,)))


def take_away(house: Newsroom, number: int = 1) -> None:
    turn(house, StoryChange.GONE, "North Wire took the page away: it answered 404", number)


def bring_back(house: Newsroom) -> None:
    turn(house, StoryChange.BACK, "the page is back, with the text it had; it had been gone since noon")


def last_mail(house: Newsroom) -> tuple[str, str, str]:
    """Return subject, text and HTML of the newest mail."""
    mail = house.inbox.taken[-1]
    return mail.subject, *parts(read(mail))


def held_by_quiet_hours(newsroom: OpenNewsroom) -> Newsroom:
    house = newsroom(canola(quiet=QUIET))
    house.later(hours=6)
    bring(house)
    assert house.tell() == []
    return house.later(hours=3)


def test_an_edit_in_quiet_hours_is_told_with_the_story(newsroom: OpenNewsroom) -> None:
    house = held_by_quiet_hours(newsroom)
    edit(house)
    assert house.tell() == []
    house.later(hours=16)
    assert len(house.tell()) == 1
    _subject, plain, html = last_mail(house)
    assert "Changed since" in plain
    assert "14 → 11" in plain
    assert "was: A ship sank" in plain
    assert "now: A ship sank" in plain
    assert "<del>" in html
    assert "<ins>" in html


def test_what_was_told_with_the_story_is_not_told_again(newsroom: OpenNewsroom) -> None:
    house = held_by_quiet_hours(newsroom)
    edit(house)
    house.later(hours=16).tell()
    assert house.later(hours=24).tell() == []
    edit(house, FOURTEEN.replace("14", "9"), 3)
    assert len(house.tell()) == 1
    assert "11 → 9" in last_mail(house)[1]


def test_a_story_taken_away_before_its_digest_says_so(newsroom: OpenNewsroom) -> None:
    house = newsroom(canola(cadence="daily", at=time(8)))
    house.tell()
    bring(house)
    house.later(minutes=90)
    take_away(house)
    house.tell()
    house.later(days=1)
    house.tell()
    subject, plain, html = last_mail(house)
    for text in (plain, html):
        assert "Taken away since" in text
        assert "maplewire story s1 --text" in text
    assert "14 sailors died" in plain
    assert "aken away" in subject


def test_a_page_that_came_back_before_the_first_mail_is_not_called_taken_away(newsroom: OpenNewsroom) -> None:
    house = held_by_quiet_hours(newsroom)
    take_away(house)
    house.later(hours=2)
    bring_back(house)
    house.later(hours=16).tell()
    subject, plain, _html = last_mail(house)
    assert "Back since" in plain
    assert "aken away" not in subject
    assert "--text" not in plain


def test_an_edit_that_came_with_the_story_in_one_run_is_told_with_it(newsroom: OpenNewsroom) -> None:
    house = newsroom(canola())
    bring(house)
    house.later(hours=2)
    edit(house)
    assert house.tell() == ["canola:s1:new"]
    assert "14 → 11" in last_mail(house)[1]
    assert house.later(hours=1).tell() == []


def test_small_edits_and_those_of_copies_far_down_are_not_told(newsroom: OpenNewsroom) -> None:
    house = held_by_quiet_hours(newsroom)
    edit(house, FOURTEEN + " Rain fell.", material=False)
    numbers = list(range(1, 9))
    for last in numbers[1:]:
        house.take("s1", *numbers[:last])
    take_away(house, 8)
    house.later(hours=16).tell()
    plain = last_mail(house)[1]
    assert "since, " not in plain
    assert "took the page away" not in plain


def test_a_page_that_is_back_by_the_time_of_a_digest_is_not_told_as_gone(newsroom: OpenNewsroom) -> None:
    house = newsroom(canola(cadence="hourly"))
    house.tell()
    bring(house)
    house.later(hours=1).tell()
    house.later(hours=1).tell()
    house.later(minutes=20)
    take_away(house)
    assert house.tell() == []
    house.later(hours=1)
    bring_back(house)
    assert len(house.tell()) == 1
    subject, plain, _html = last_mail(house)
    assert "Back again: " in subject
    assert "took the page away" in plain
    assert house.later(hours=2).tell() == []


def test_the_brief_marks_changed_and_taken_away_stories(newsroom: OpenNewsroom) -> None:
    house = newsroom(canola())
    bring(house)
    house.later(hours=1)
    edit(house)
    house.later(hours=1)
    take_away(house)
    page = brief_of(house, NOON - timedelta(hours=1))
    assert "Changed since" in page
    assert "14 → 11" in page
    assert "Taken away since" in page
