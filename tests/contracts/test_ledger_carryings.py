"""What every ledger promises about pages that carry texts of other stories."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.model import Carrying, PageAppended, PagePlaced
from pipelines.ports import Decisions, Ledger
from tests.contracts.ledger_values import (
    a_page_off_beat,
    a_page_placed,
    a_stored,
    a_story,
    changes,
    ident,
    last_seq,
    off_beat,
    take,
    take_story,
)


def carrying(page: int, of: int, *, share: float = 1.0, place: int = 40) -> Carrying:
    return Carrying(ident(page), ident(of), share, 120, place)


def read(ledger: Ledger, *story_ids: str) -> list[tuple[str, str | None, str, str | None]]:
    found = []
    for known in ledger.carryings(story_ids):
        found.append((known.page_id, known.page_story_id, known.article_id, known.story_id))
    return found


def carried_in(ledger: Ledger, *story_ids: str) -> list[int]:
    return [document.carried_in for document in ledger.story_documents(story_ids)]


def test_page_carries_texts_and_both_stories_know(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take_story(ledger, "s2", 2)
    before = last_seq(ledger)
    carries = (carrying(3, 1), carrying(3, 2, share=0.5, place=10))
    take(ledger, a_page_placed(a_stored(3), a_story("s3", 3), carries=carries))
    assert read(ledger, "s1") == [(ident(3), "s3", ident(1), "s1")]
    # In the order in which they stand on the page.
    assert read(ledger, "s3") == [(ident(3), "s3", ident(2), "s2"), (ident(3), "s3", ident(1), "s1")]
    assert ledger.carryings(["s1"])[0] == replace(carries[0], page_story_id="s3", story_id="s1")
    assert carried_in(ledger, "s1", "s2", "s3") == [1, 1, 0]
    assert set(changes(ledger, before)) == {ident(1), ident(2), ident(3)}
    assert ledger.carryings([]) == []
    assert ledger.carryings(["s9"]) == []


def test_pages_are_counted_once_however_many_copies_of_a_text_they_are_like(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 2)
    take(
        ledger,
        a_page_placed(a_stored(3), a_story("s3", 3), carries=(carrying(3, 1), carrying(3, 2, share=0.7))),
    )
    take(ledger, a_page_placed(a_stored(4), a_story("s4", 4), carries=(carrying(4, 2),)))
    assert carried_in(ledger, "s1") == [2]


def test_text_that_comes_after_the_page_that_carries_it_is_carried_all_the_same(ledger: Ledger) -> None:
    take_story(ledger, "s3", 3)
    take(ledger, a_page_placed(a_stored(1), a_story("s1", 1), carries=(carrying(3, 1),)))
    assert carried_in(ledger, "s1", "s3") == [1, 0]


def test_stories_that_are_joined_carry_each_other_no_more_and_go_on_being_carried(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take(ledger, a_page_placed(a_stored(3), a_story("s3", 3), carries=(carrying(3, 1),)))
    take(ledger, a_page_placed(a_stored(4), a_story("s4", 4), carries=(carrying(4, 1),)))
    joined = a_page_placed(a_stored(3, version=2), a_story("s1", 1, 3), joined_story_ids=("s3",))
    take(ledger, replace(joined, carries=(carrying(3, 1),)))
    assert read(ledger, "s1") == [(ident(4), "s4", ident(1), "s1")]
    # By its former id, too.
    assert read(ledger, "s3") == read(ledger, "s1")


def test_page_that_changes_carries_what_it_prints_now(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take_story(ledger, "s2", 2)
    page = a_page_placed(a_stored(3), a_story("s3", 3), carries=(carrying(3, 1),))
    take(ledger, page)
    before = last_seq(ledger)
    again = a_page_placed(
        a_stored(3, version=2, body="Another text."), a_story("s3", 3), carries=(carrying(3, 2),)
    )
    take(ledger, again)
    assert carried_in(ledger, "s1", "s2") == [0, 1]
    # Of both the index has to know.
    assert {ident(1), ident(2)} <= set(changes(ledger, before))


def test_chapter_of_a_story_is_not_counted_among_the_pages_that_carry_it(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    chapter = replace(carrying(3, 1), continues=True)
    take(ledger, a_page_placed(a_stored(3), a_story("s3", 3), carries=(chapter,)))
    assert carried_in(ledger, "s1") == [0]
    (known,) = ledger.carryings(["s1"])
    assert known == replace(chapter, page_story_id="s3", story_id="s1")


def test_page_that_goes_off_the_beat_carries_nothing(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take(ledger, a_page_placed(a_stored(3), a_story("s3", 3), carries=(carrying(3, 1),)))
    before = last_seq(ledger)
    take(ledger, a_page_off_beat(off_beat(3)))
    assert ident(1) in changes(ledger, before)
    assert ledger.carryings(["s1"]) == []
    assert carried_in(ledger, "s1") == [0]


def test_further_page_of_a_full_story_may_carry_a_text(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take_story(ledger, "s2", 2)
    stored, story = a_stored(3), a_story("s2", 2, 3)
    placed = a_page_placed(stored, story)
    head = replace(story, links=())
    before = last_seq(ledger)
    take(ledger, PageAppended(placed.account, stored, head, story.links[1], (carrying(3, 1),)))
    assert read(ledger, "s1") == [(ident(3), "s2", ident(1), "s1")]
    assert {ident(1), ident(3)} <= set(changes(ledger, before))


def test_what_is_carried_is_undone_with_its_decision(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    page = a_page_placed(a_stored(3), a_story("s3", 3), carries=(carrying(3, 1),))
    with pytest.raises(AssertionError, match="later"), ledger.deciding() as deciding:
        _take_and_fail(deciding, page)
    assert ledger.carryings(["s1"]) == []


def _take_and_fail(deciding: Decisions, page: PagePlaced) -> None:
    deciding.take(page, 1)
    raise AssertionError("what comes later fails")
