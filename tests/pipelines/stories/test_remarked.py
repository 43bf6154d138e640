"""Queries for tags and stars, answered by the ledger and by each index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.adapters.ledger import open_ledger
from pipelines.model import WordKind
from pipelines.ports import Ledger
from pipelines.query import OneOf, QueryError, parse
from pipelines.query.written import field_query
from pipelines.stories.corrections import merge, undo
from pipelines.stories.person_words import remark, undo_word
from pipelines.stories.remarked import with_remarked_stories
from tests.builders import NOON
from tests.contracts.ledger_values import take_story

ODD_TAG = 'a "b" “c” 「预算」 \\ d:e* (f) AND'


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with_stories = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    with_stories.start_run(NOON)
    for number in range(1, 4):
        take_story(with_stories, f"s{number}", number)
    yield with_stories
    with_stories.close()


def stories(ledger: Ledger, query: str) -> list[str]:
    root = with_remarked_stories(ledger, parse(query)).root
    assert isinstance(root, OneOf)
    assert root.field == "story"
    return sorted(root.values)


def test_a_tag_and_a_star_find_their_stories(ledger: Ledger) -> None:
    remark(ledger, NOON, "s1", WordKind.TAG, "Budget 2026", "nadia")
    remark(ledger, NOON, "s2", WordKind.TAG, ODD_TAG, "sam")
    remark(ledger, NOON, "s2", WordKind.STAR, "", "nadia")
    remark(ledger, NOON, "s3", WordKind.STAR, "", "sam")
    remark(ledger, NOON, "s3", WordKind.NOTE, "budget", "sam")
    assert stories(ledger, 'tag:"budget 2026"') == ["s1"], "capitals do not matter"
    assert stories(ledger, "tag:budget*") == ["s1"]
    assert stories(ledger, "tag:*") == ["s1", "s2"]
    assert stories(ledger, "_exists_:tags") == ["s1", "s2"]
    assert stories(ledger, field_query("tag", ODD_TAG)) == ["s2"]
    assert stories(ledger, "star:*") == ["s2", "s3"]
    assert stories(ledger, "starred:yes") == ["s2", "s3"]
    assert stories(ledger, "star:nadia") == ["s2"]
    assert stories(ledger, "tag:unknown") == []


def test_what_was_taken_back_finds_nothing(ledger: Ledger) -> None:
    remark(ledger, NOON, "s1", WordKind.TAG, "budget")
    undo_word(ledger, NOON, ledger.story_words()[0].number)
    assert stories(ledger, "tag:budget") == []


def test_a_story_that_was_joined_brings_its_tag_along(ledger: Ledger) -> None:
    remark(ledger, NOON, "s2", WordKind.TAG, "budget")
    merge(ledger, NOON, "s1", "s2")
    assert stories(ledger, "tag:budget") == ["s1"]
    undo(ledger, NOON, ledger.corrections()[0].number)
    assert len(stories(ledger, "tag:budget")) == 1


def test_other_parts_of_a_query_stay(ledger: Ledger) -> None:
    remark(ledger, NOON, "s1", WordKind.TAG, "budget")
    asked = parse("(canola OR -tag:budget) AND lang:en AND _exists_:carrier")
    found = with_remarked_stories(ledger, asked)
    written = parse("(canola OR -story:s1) AND lang:en AND _exists_:carrier")
    assert str(found.root) == str(written.root).replace(
        "Keyword(field='story', value='s1')", "OneOf(field='story', values=('s1',))"
    )
    plain = parse("canola")
    assert with_remarked_stories(ledger, plain) is plain


@pytest.mark.parametrize("query", ["canola tag:budget", "starred:nadia", "_exists_:star", "-tag:*"])
def test_a_search_of_what_arrives_asks_for_no_word_of_a_person(query: str) -> None:
    with pytest.raises(QueryError, match="readers say of a story later"):
        parse(query, of_arrivals=True)
