"""Forms of a word find each other, and other words do not: pairs of `word_pairs.yaml` on every index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from pipelines.alerts.search_matcher import Matcher
from pipelines.model import Change, Document
from pipelines.ports import SearchIndex
from pipelines.query import Query, parse
from tests.builders import NOON, a_document
from tests.contracts.answers import article_ids
from tests.contracts.test_search_index import INDEXES

_FILE = Path(__file__).with_name("word_pairs.yaml")


class Pair(NamedTuple):
    """A text that is asked for, and one that is in an article."""

    lang: str
    is_quoted: bool
    typed: str
    text: str
    is_one: bool

    def query(self) -> Query:
        typed = f'"{self.typed}"' if self.is_quoted else self.typed
        return parse(f"title:({typed})", NOON)

    def __str__(self) -> str:
        verb = "should find" if self.is_one else "should not find"
        return f"{self.lang}: {self.query().text} {verb} “{self.text}”"


def _pairs() -> Iterator[Pair]:
    for group in yaml.safe_load(_FILE.read_text(encoding="utf-8")):
        is_quoted = group["typed"] == "quoted"
        for key in ("one", "two", "finds"):
            for written in group.get(key, ()):
                one, other = written.split(" / ")
                yield Pair(group["lang"], is_quoted, one, other, key != "two")
                if key != "finds":
                    yield Pair(group["lang"], is_quoted, other, one, key != "two")


PAIRS = tuple(_pairs())


def _documents() -> dict[tuple[str, str], Document]:
    found: dict[tuple[str, str], Document] = {}
    for pair in PAIRS:
        key = pair.lang, pair.text
        if key not in found:
            number = len(found) + 1
            found[key] = a_document(number, id=f"a{number}", lang=pair.lang, title=pair.text, body="")
    return found


DOCUMENTS = _documents()


@pytest.fixture(scope="module", params=INDEXES)
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    made = INDEXES[request.param](request, tmp_path_factory.mktemp("index"))
    made.write([Change(document.seq, document.id, document) for document in DOCUMENTS.values()])
    yield made
    made.close()


def test_there_are_two_hundred_pairs() -> None:
    assert len(PAIRS) > 2 * 200


def test_pairs_are_one_or_two_words_in_a_search(corpus: SearchIndex) -> None:
    wrong = []
    for pair in PAIRS:
        found = article_ids(corpus.search(pair.query(), limit=1_000))
        if (DOCUMENTS[pair.lang, pair.text].id in found) != pair.is_one:
            wrong.append(str(pair))
    assert not wrong


def test_pairs_are_one_or_two_words_in_an_alert() -> None:
    matches = Matcher([pair.query() for pair in PAIRS]).match(list(DOCUMENTS.values()))
    wrong = []
    for pair, matched in zip(PAIRS, matches, strict=True):
        if (DOCUMENTS[pair.lang, pair.text] in matched) != pair.is_one:
            wrong.append(str(pair))
    assert not wrong
