"""A story of so many pages that a further copy leaves the others as they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest

from crawlers.model import Page
from pipelines.adapters.memory.decisions import MemoryDecisions
from pipelines.ingest import full_story, page_decision
from pipelines.model import Member, Outcome, article_id
from tests.pipelines.world import LATE, RELEASE, World, a_page

TITLE = "Beijing and Ottawa open a new chapter"
FEW = 4


@pytest.fixture(autouse=True)
def few_are_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full_story, "ARRANGED", FEW)


def copy(number: int, hours: float = 0.0, source: str = "daily") -> Page:
    return a_page(f"p{number}", TITLE, RELEASE, source=source, hours=hours or number)


def ident(number: int, source: str = "daily") -> str:
    return article_id(f"https://{source}.example/p{number}")


@pytest.fixture
def full(world: World) -> World:
    assert world.process(*map(copy, range(1, FEW + 1))) == {Outcome.NEW: 1, Outcome.COPY: FEW - 1}
    return world


def articles_of(world: World) -> list[str]:
    story = world.ledger.story(f"s{ident(1)}")
    assert story
    return [link.article_id for link in story.links]


def test_further_copies_are_stored_and_counted_and_no_other_page_is_read(
    full: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_all(_: MemoryDecisions, story_ids: Collection[str]) -> Sequence[Member]:
        raise AssertionError(f"all articles of {story_ids} were read")

    monkeypatch.setattr(MemoryDecisions, "members", read_all)
    before = articles_of(full)
    assert full.process(*map(copy, range(5, 9))) == {Outcome.COPY: 4}
    assert articles_of(full) == [*before, *map(ident, range(5, 9))]
    story = full.ledger.story(f"s{ident(1)}")
    assert story
    assert story.copies == 7
    assert story.links[-1].of == ident(1)
    stored = full.ledger.article(ident(8))
    assert stored
    assert stored.story_id == story.id


def test_the_account_of_a_further_copy_says_that_the_story_was_not_put_in_order(full: World) -> None:
    full.process(copy(5))
    reasons = [kept.page.reason for kept in full.ledger._accounts.values()]
    assert any("not put in order anew" in reason for reason in reasons)


def test_an_edit_of_a_further_copy_keeps_its_place_and_is_told(full: World) -> None:
    full.process(copy(5), copy(6))
    before = articles_of(full)
    edited = a_page("p5", TITLE, [p.replace("two ", "three ") for p in RELEASE], source="daily", hours=9)
    assert full.process(edited) == {Outcome.UPDATE: 1}
    assert articles_of(full) == before
    (line,) = full.ledger.history(f"s{ident(1)}")
    assert line.article_id == ident(5)
    assert line.material


def test_a_page_of_another_source_that_comes_first_still_becomes_the_original(full: World) -> None:
    full.process(copy(5))
    assert full.process(copy(7, 0.25, "wire")) == {Outcome.COPY: 1}
    assert articles_of(full)[0] == ident(7, "wire")
    assert len(articles_of(full)) == FEW + 2


def test_a_page_of_the_same_source_does_not_displace_the_original_of_a_full_story(full: World) -> None:
    assert full.process(copy(7, 0.25)) == {Outcome.COPY: 1}
    assert articles_of(full)[0] == ident(1)
    assert articles_of(full)[-1] == ident(7)


def test_a_story_takes_so_many_pages_of_one_publisher_and_tells_of_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_decision, "MOST_OF_ONE_PUBLISHER", 2)
    monkeypatch.setattr(full_story, "MOST_OF_ONE_PUBLISHER", 2)
    pages = [copy(1), copy(2), copy(3), copy(4)]
    assert world.process(*pages) == {Outcome.NEW: 1, Outcome.COPY: 1, Outcome.UNCHANGED: 2}
    assert articles_of(world) == [ident(1), ident(2)]
    reasons = [kept.page.reason for kept in world.ledger._accounts.values()]
    told = f"not stored: daily has 2 pages with this text already; `maplewire story s{ident(1)}` shows them"
    assert reasons.count(told) == 2
    # What is another publisher's comes in, and so does a new state of a page that is in.
    assert world.process(copy(5, source="wire")) == {Outcome.COPY: 1}
    edited = a_page("p2", TITLE, [p.replace("two ", "three ") for p in RELEASE], source="daily", hours=9)
    assert world.process(edited) == {Outcome.UPDATE: 1}


def test_a_page_that_was_left_out_is_judged_again_when_it_says_something_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(full_story, "MOST_OF_ONE_PUBLISHER", 2)
    world.process(copy(1), copy(2), copy(3))
    assert "https://daily.example/p3" in world.ledger.known_urls(["daily"])
    other = a_page("p3", "A letter from the customs administration", LATE, source="daily", hours=4)
    assert world.process(other) == {Outcome.NEW: 1}
