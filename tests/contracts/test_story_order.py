"""The orders of a search, and pages by place, on every index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from pipelines.model import Change, Document, StoryOrder, StoryPlace
from pipelines.ports import SearchIndex
from pipelines.query import parse
from tests.builders import NOON, a_document
from tests.contracts.test_search_index import index

__all__ = ["index"]

LONG = " ".join(f"filler{number}" for number in range(60))


def _written(index: SearchIndex, *documents: Document) -> None:
    index.write([Change(document.seq, document.id, document) for document in documents])


def _a_day_ago(number: int, story_id: str, days: float = 0, **facts: Any) -> Document:
    at = NOON - timedelta(days=days)
    return a_document(number, story_id=story_id, published=at, collected=at, **facts)


def _ordered(index: SearchIndex, query: str, order: StoryOrder, **options: Any) -> list[str]:
    return [story for story, _hits in index.search(parse(query), order=order, **options).stories]


# -- oldest ------------------------------------------------------------------------------------------------


def test_the_oldest_story_is_the_one_whose_first_match_is_oldest(index: SearchIndex) -> None:
    _written(
        index,
        _a_day_ago(1, "a", 5, title="canola"),
        _a_day_ago(2, "a", 0, title="canola"),
        _a_day_ago(3, "b", 3, title="canola"),
        _a_day_ago(4, "c", 9, title="wheat"),
        _a_day_ago(5, "c", 4, title="canola"),
        _a_day_ago(6, "b2", 3, title="canola"),
    )
    answer = index.search(parse("canola"), order="oldest")
    assert [story for story, _hits in answer.stories] == ["a", "c", "b", "b2"]
    assert [hit.article_id for hit in answer.stories[0][1]] == ["a1", "a2"]
    assert answer.stories[0][1][0].highlights
    assert _ordered(index, "canola", "newest") == ["a", "b", "b2", "c"]


# -- best --------------------------------------------------------------------------------------------------

#: query; documents as (story, days ago, title, summary, body); the stories in the order that is expected.
BEST: Sequence[tuple[str, Sequence[tuple[str, float, str, str, str]], str]] = (
    # A title goes before a body, also where the body is newer.
    ("canola", [("body", 0, "markets", "", "canola"), ("title", 2, "canola", "", "prices")], "title body"),
    # A summary stands between the two.
    (
        "canola",
        [("b", 0, "x", "", "canola"), ("s", 0, "x", "canola", "y"), ("t", 0, "canola", "", "y")],
        "t s b",
    ),
    # What is about it goes before what mentions it.
    (
        "canola",
        [("once", 0, "x", "", f"canola {LONG}"), ("often", 1, "x", "", "canola canola canola canola")],
        "often once",
    ),
    # Of like words the newer goes first, and the greater story.
    ("canola", [("old", 400, "canola", "", ""), ("new", 0, "canola", "", "")], "new old"),
    (
        "canola",
        [
            ("single", 0, "canola", "", ""),
            *[("spread", 0.1 * number, "canola", "", "") for number in range(5)],
        ],
        "spread single",
    ),
    # A rare word goes before a common one.
    (
        "common OR rare",
        [("c", 0, "common", "", ""), ("r", 0, "rare", "", ""), *[("d", 5, "common", "", "x")] * 4],
        "r d c",
    ),
    # Both words before one of them.
    (
        "canola OR tariff",
        [("one", 0, "canola", "", ""), ("both", 3, "canola tariff", "", ""), ("other", 0, "tariff", "", "")],
        "both one other",
    ),
    # Without words: newest first.
    ("lang:en", [("old", 9, "a", "", ""), ("new", 0, "b", "", "")], "new old"),
    # Phrases, stars and Chinese are words too.
    (
        '"strategic partnership"',
        [("b", 0, "x", "", "strategic partnership"), ("t", 1, "strategic partnership", "", "")],
        "t b",
    ),
    ("tarif*", [("b", 0, "x", "", "tariffs"), ("t", 1, "tariff", "", "")], "t b"),
    ("油菜籽", [("b", 0, "加拿大", "", "油菜籽"), ("t", 1, "油菜籽", "", "加拿大")], "t b"),
    # What stands under a NOT says nothing about the place.
    (
        "canola -wheat",
        [("b", 0, "x", "", "canola"), ("t", 1, "canola", "", ""), ("w", 0, "wheat canola", "", "")],
        "t b",
    ),
)


@pytest.mark.parametrize(("query", "documents", "expected"), BEST, ids=[case[0] for case in BEST])
def test_the_best_story_comes_first(
    index: SearchIndex, query: str, documents: Sequence[tuple[str, float, str, str, str]], expected: str
) -> None:
    made = []
    for number, (story, days, title, summary, body) in enumerate(documents, 1):
        made.append(_a_day_ago(number, story, days, title=title, summary=summary, body=body or "text"))
    # Others, so that a word of the query is rarer than all documents.
    for number in range(100, 130):
        made.append(_a_day_ago(number, f"z{number}", 0, title="另外", body="something else", lang="de"))
    _written(index, *made)
    assert _ordered(index, query, "best") == expected.split()
    assert _ordered(index, query, "best", offset=1, limit=1) == expected.split()[1:2]
    assert index.search(parse(query), order="best", limit=1).total == len(expected.split())


def test_the_best_story_has_all_its_matches_and_their_passages(index: SearchIndex) -> None:
    _written(
        index,
        _a_day_ago(1, "a", 1, title="canola"),
        _a_day_ago(2, "a", 0, title="x", body="canola"),
        _a_day_ago(3, "a", 0, title="wheat"),
    )
    ((story, hits),) = index.search(parse("canola"), order="best").stories
    assert (story, [hit.article_id for hit in hits]) == ("a", ["a2", "a1"])
    assert all("<mark>canola</mark>" in hit.highlights[0] for hit in hits)
    assert index.search(parse("nothing"), order="best").stories == ()


# -- places ------------------------------------------------------------------------------------------------


def _place_of(
    index: SearchIndex, query: str, order: StoryOrder, **options: Any
) -> tuple[list[str], StoryPlace]:
    answer = index.search(parse(query), order=order, **options)
    story, hits = answer.stories[-1]
    return [story for story, _hits in answer.stories], StoryPlace(hits[0].sort_time, story)


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_pages_by_place_join_to_the_whole(index: SearchIndex, order: StoryOrder) -> None:
    made = []
    for number in range(1, 24):
        # Ties, and stories whose articles stand on both sides of a place.
        made.append(_a_day_ago(number, f"s{number % 11}", number // 4, title="canola"))
    _written(index, *made)
    whole = _ordered(index, "canola", order, limit=100)
    joined: list[str] = []
    after = None
    while len(joined) < len(whole):
        stories, after = _place_of(index, "canola", order, after=after, limit=3)
        joined += stories
    assert joined == whole
    assert index.search(parse("canola"), order=order, after=after).stories == ()
    assert index.search(parse("canola"), order=order, after=after).total == len(whole)


def test_what_arrives_repeats_no_story_and_moves_none(index: SearchIndex) -> None:
    _written(index, *[_a_day_ago(number, f"s{number}", number, title="canola") for number in range(1, 9)])
    first, after = _place_of(index, "canola", "newest", limit=3)
    _written(
        index,
        _a_day_ago(20, "fresh", 0, title="canola"),
        _a_day_ago(21, "s2", 0, title="canola"),
    )
    second, _ = _place_of(index, "canola", "newest", limit=3, after=after)
    assert (first, second) == (["s1", "s2", "s3"], ["s4", "s5", "s6"])
