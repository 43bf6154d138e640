"""A story that came in before a search was added, resumed or changed is no news to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.adapters.ledger import open_ledger
from pipelines.beat.searches import ParsedSearch
from pipelines.model import SavedSearch, StoryChange, StoryEvent
from pipelines.query import parse
from tests.contracts.ledger_values import a_stored, ident
from tests.pipelines.alerts.newsroom_mail import UPDATED, Newsroom, canola

OpenNewsroom = Callable[..., Newsroom]


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[OpenNewsroom]:
    """Return what makes a newsroom on a ledger of its own."""
    with closing(open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as ledger:

        def open_newsroom(*searches: SavedSearch) -> Newsroom:
            return Newsroom(*searches, ledger=ledger)

        yield open_newsroom


def set_searches(house: Newsroom, *searches: SavedSearch) -> None:
    house.beat = replace(house.beat, searches=tuple(ParsedSearch(s, parse(s.query)) for s in searches))


FIRST = canola(id="first", to=("first@newsroom.example",))
ADDED = canola(id="added", to=("added@newsroom.example",))


def with_old_story(newsroom: OpenNewsroom) -> Newsroom:
    house = newsroom(FIRST)
    house.take("s1", 1)
    assert house.tell() == ["first:s1:new"]
    return house.later(days=3)


def test_a_search_added_later_does_not_tell_an_old_story_for_its_copy(newsroom: OpenNewsroom) -> None:
    house = with_old_story(newsroom)
    house.tell()
    set_searches(house, FIRST, ADDED)
    house.later(hours=1).tell()
    house.later(hours=1).take("s1", 1, 2)
    assert house.tell() == []
    house.later(hours=1).take("s1", 1, 2, 3)
    assert house.tell() == []


def test_it_does_not_either_where_the_copy_comes_in_its_first_run(newsroom: OpenNewsroom) -> None:
    house = with_old_story(newsroom)
    set_searches(house, FIRST, ADDED)
    house.take("s1", 1, 2)
    assert house.tell() == []


def test_it_tells_what_comes_from_then_on_copies_too(newsroom: OpenNewsroom) -> None:
    house = with_old_story(newsroom)
    set_searches(house, FIRST, ADDED)
    house.take("s2", 2)
    assert sorted(house.tell()) == ["added:s2:new", "first:s2:new"]
    house.later(hours=1).take("s3", 3)
    house.take("s3", 3, 4)
    assert sorted(house.tell()) == ["added:s3:new", "first:s3:new"]


def test_what_came_in_since_the_last_run_is_new_to_a_search_added_in_between(newsroom: OpenNewsroom) -> None:
    house = with_old_story(newsroom)
    house.take("s2", 2)
    house.later(minutes=4)
    set_searches(house, FIRST, ADDED)
    assert "added:s2:new" in house.tell()


def test_a_page_collected_before_the_last_run_and_processed_after_it_is_new(newsroom: OpenNewsroom) -> None:
    house = newsroom(FIRST)
    house.take("s1", 1)
    house.tell()
    collected = house.clock.at
    house.later(minutes=30).tell()
    house.later(minutes=1)
    house.take("s2", 2, stored=a_stored(2, title="Canola duties", collected=collected))
    assert house.tell() == ["first:s2:new"]


def test_a_search_that_was_resumed_or_changed_is_like_one_that_was_added(newsroom: OpenNewsroom) -> None:
    house = newsroom(FIRST, replace(ADDED, enabled=False))
    house.take("s1", 1)
    house.tell()
    house.later(days=3)
    set_searches(house, FIRST, ADDED, canola(id="other", query="peas"))
    house.tell()
    set_searches(house, FIRST, ADDED, canola(id="other", query="duties"))
    house.later(hours=1).take("s1", 1, 2)
    assert house.tell() == []


def test_an_old_page_that_matches_only_since_its_edit_is_told(newsroom: OpenNewsroom) -> None:
    house = newsroom(FIRST)
    house.take("s1", 1, stored=a_stored(1, title="Peas", body="Peas alone.", collected=house.clock.at))
    house.tell()
    house.later(days=2)
    edited = a_stored(
        1, title="Canola", body="Canola too.", version=2, outcome=UPDATED, collected=house.clock.at
    )
    house.take("s1", 1, stored=edited)
    assert house.tell() == ["first:s1:new"]


def test_an_old_story_that_is_edited_is_no_news_to_a_search_added_later(newsroom: OpenNewsroom) -> None:
    house = with_old_story(newsroom)
    house.tell()
    set_searches(house, FIRST, ADDED)
    house.later(hours=1)
    edited = a_stored(
        1, title="Canola", body="Canola and peas.", version=2, outcome=UPDATED, collected=house.clock.at
    )
    house.take("s1", 1, stored=edited)
    assert house.tell() == []


def test_a_copy_that_matches_where_the_original_does_not_is_told(newsroom: OpenNewsroom) -> None:
    house = newsroom(FIRST)
    house.take("s1", 1, stored=a_stored(1, title="Peas", body="Peas alone.", collected=house.clock.at))
    house.tell()
    house.later(days=1).take("s1", 1, 2)
    assert house.tell() == ["first:s1:new"]


def test_a_first_copy_in_a_wanted_language_is_told(newsroom: OpenNewsroom) -> None:
    house = newsroom(replace(FIRST, languages=("zh",)))
    house.take("s1", 1)
    assert house.tell() == []
    house.later(hours=3)
    copy = a_stored(2, title="Canola 油菜籽", collected=house.clock.at)
    chinese = replace(copy, article=replace(copy.article, lang="zh-Hans"))
    house.take("s1", 1, 2, stored=chinese)
    assert house.tell() == ["first:s1:new"]


def test_a_story_that_is_no_paid_release_any_more_is_told(newsroom: OpenNewsroom) -> None:
    house = newsroom(replace(FIRST, paid=False))
    house.take("s1", 1, kind="paid_release")
    assert house.tell() == []
    house.later(hours=3)
    line = StoryEvent("s1", house.clock.at, StoryChange.ORIGIN, "origin changed", ident(1), material=True)
    house.take("s1", 1, 2, history=(line,))
    assert house.tell() == ["first:s1:new"]


def test_an_old_text_that_was_no_news_is_new_by_a_young_copy(newsroom: OpenNewsroom) -> None:
    house = newsroom(FIRST)
    old = a_stored(1, title="Canola", collected=house.clock.at)
    house.take("s1", 1, stored=replace(old, article=replace(old.article, flags=("old",))))
    assert house.tell() == []
    house.later(days=1).take("s1", 1, 2)
    assert house.tell() == ["first:s1:new"]


def test_a_run_that_was_killed_leaves_its_stories_new(newsroom: OpenNewsroom) -> None:
    house = newsroom(FIRST)
    house.take("s1", 1)
    house.tell()
    house.later(hours=1).take("s2", 2)

    class Killed(Exception):
        """Ends a run in the middle, as a kill does."""

    ledger = house.ledger

    class Dying:
        def __getattr__(self, name: str) -> object:
            if name == "settle":
                raise Killed
            return getattr(ledger, name)

    house.ledger = Dying()  # type: ignore[assignment]
    with pytest.raises(Killed):
        house.tell()
    house.ledger = ledger
    house.later(minutes=5).take("s2", 2, 3)
    assert house.tell() == ["first:s2:new"]


def test_a_clock_that_was_ahead_hides_nothing(newsroom: OpenNewsroom) -> None:
    house = newsroom(FIRST)
    house.take("s1", 1)
    house.later(days=30).tell()
    house.later(days=-29)
    house.take("s2", 2)
    assert house.tell() == ["first:s2:new"]
