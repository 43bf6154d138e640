"""What `search` finds, the alert matches: standing queries against the index that says what a query means."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.adapters.memory.search_index import MemoryIndex
from pipelines.alerts.search_matcher import Matcher
from pipelines.model import Document
from pipelines.query import QueryError, parse
from tests.builders import NOON
from tests.contracts.searches import DOCUMENTS, NOW, ODD, SEARCHES
from tests.contracts.test_indexes_agree import QUERIES, documents


def test_every_query_of_the_corpus_matches_what_the_index_finds() -> None:
    written = [text for text, _ in (*SEARCHES, *ODD)]
    queries = [parse(text, now=NOW) for text in written]
    index = MemoryIndex(DOCUMENTS)
    found = Matcher(queries).match(DOCUMENTS)
    for query, matched in zip(queries, found, strict=True):
        assert [d.id for d in matched] == [d.id for d in index.matching(query)], query.text
    assert sum(bool(matched) for matched in found) > 200


@settings(max_examples=150, deadline=None)
@given(st.lists(QUERIES, min_size=1, max_size=4), documents())
def test_any_queries_together_match_what_each_finds_alone(texts: list[str], some: list[Document]) -> None:
    queries = []
    for text in texts:
        try:
            queries.append(parse(text, now=NOON))
        except QueryError:
            continue
    index = MemoryIndex(some)
    together = Matcher(queries).match(some)
    assert [[d.id for d in m] for m in together] == [[d.id for d in index.matching(q)] for q in queries]


def test_a_matcher_without_queries_or_documents_finds_nothing() -> None:
    assert Matcher([]).match(DOCUMENTS) == []
    assert Matcher([parse("*:*"), parse("canola")]).match([]) == [[], []]
