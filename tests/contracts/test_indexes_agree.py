"""Memory says what a query means; every other index has to say the same of any query and any documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.adapters.elastic_index import ElasticIndex
from pipelines.adapters.memory.search_index import MemoryIndex
from pipelines.adapters.sqlite_index import SqliteIndex
from pipelines.model import Change, Document
from pipelines.ports import SearchIndex
from pipelines.query import QueryError, parse
from tests.builders import NOON, a_document
from tests.contracts.searches import DOCUMENTS, NOW

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

NUMBERS = count(1_000_000)
WORDS = (
    "canola",
    "tariffs",
    "Québec",
    "l’or",
    "加拿大",
    "中国",
    "锂",
    "G7峰会",
    "1,000",
    "U.S.",
    "wheat",
    "O'Brien",
    "習近平",
    "ﬁsh",
)
TEXTS = st.lists(st.sampled_from([*WORDS, "and", ".", "，", "\n\n", "-"]), max_size=8).map(" ".join)

LEAVES = st.one_of(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda some: '"' + " ".join(some) + '"'),
    st.tuples(st.lists(st.sampled_from(WORDS), min_size=2, max_size=4), st.integers(0, 6)).map(
        lambda pair: '"' + " ".join(pair[0]) + f'"~{pair[1]}'
    ),
    st.tuples(st.sampled_from(("title:", "body:", "text:", "origin:", "author:")),
    st.sampled_from(WORDS)).map("".join),
    st.sampled_from(
        [
            *("can*", "t*", "t?r*s", "w*t", "加拿*", "中*", "q*c", "1*"),
            *("title:can*", "author:o*", "origin:c*"),
            *("lang:zh", "lang:en", "lang:*", "source:daily", "source:d*", "site:example", "kind:agency",
            "topic:canola"),
            *("published:>=2026-01-18", "published:[2026-01-16 TO 2026-01-17]", "published:*", "tier:<=1",
            "tier:[2 TO 3}"),
            *("*:*", "carrier:*", "body:*", "author:*", "(-title:*)"),
        ]
    ),
)  # fmt: skip


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from((" AND ", " OR ", " ", " AND NOT ", " OR NOT ")), inner).map(
            "".join
        ),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"(NOT ({text}))"),
    )


QUERIES = st.recursive(LEAVES, _joined, max_leaves=8).filter(lambda text: text.count("(") <= 20)


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    return [
        a_document(
            n,
            story_id=draw(st.sampled_from(("s1", "s2", "s3"))),
            title=draw(TEXTS),
            body=draw(TEXTS),
            lang=draw(st.sampled_from((None, "en", "zh-Hans", "zh-Hant"))),
            published=draw(st.sampled_from((None, NOON, NOON + timedelta(days=1), NOON - timedelta(days=1)))),
            origin=draw(st.sampled_from((None, "CGTN", "O'Brien 中国"))),
            carrier=draw(st.sampled_from((None, "WirePoint"))),
            authors=draw(st.sampled_from(((), ("O'Brien", "習近平"), ("canola",)))),
            kind=draw(st.sampled_from(("agency", "report"))),
            topics=draw(st.sampled_from(((), ("canola",)))),
            tier=draw(st.integers(1, 3)),
        )
        for n in range(draw(st.integers(0, 6)))
    ]


def _written(index: SearchIndex, some: list[Document]) -> SearchIndex:
    index.setup()
    index.write([Change(d.seq, d.id, d) for d in some])
    return index


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=documents(), queries=st.lists(QUERIES, min_size=1, max_size=12))
def test_sqlite_answers_as_memory_does(tmp_path: Path, some: list[Document], queries: list[str]) -> None:
    path = tmp_path / "index.sqlite"
    path.unlink(missing_ok=True)
    memory, sqlite = _written(MemoryIndex(), some), _written(SqliteIndex(path), some)
    for text in queries:
        query = parse(text, NOW)
        assert sqlite.search(query) == memory.search(query), text
    sqlite.close()


@pytest.fixture
def empty_index(elastic_index: ElasticIndex) -> ElasticIndex:
    """The index of the session without what another test has left in it."""
    elastic_index.rebuild([])
    return elastic_index


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(some=documents(), queries=st.lists(QUERIES, min_size=20, max_size=60))
def test_elasticsearch_answers_as_memory_does(
    empty_index: ElasticIndex, some: list[Document], queries: list[str]
) -> None:
    """One corpus follows the other within one index, where making a new one would take a second."""
    memory = _written(MemoryIndex(), some)
    empty_index.write([Change(next(NUMBERS), f"a{n}", None) for n in range(6)])
    empty_index.write([Change(next(NUMBERS), d.id, d) for d in some])
    for text in queries:
        query = parse(text, NOW)
        assert empty_index.search(query) == memory.search(query), text


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SearchIndex, SearchIndex]]:
    memory = _written(MemoryIndex(), list(DOCUMENTS))
    sqlite = _written(SqliteIndex(tmp_path_factory.mktemp("index") / "index.sqlite"), list(DOCUMENTS))
    yield memory, sqlite
    sqlite.close()


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(st.text(max_size=30), QUERIES, st.sampled_from(DOCUMENTS).map(lambda d: f'"{d.title}"'))
)
def test_they_agree_on_anything_that_can_be_asked(
    pair: tuple[SearchIndex, SearchIndex], elastic_corpus: ElasticIndex, text: str
) -> None:
    try:
        query = parse(text, NOW)
    except QueryError:
        return
    memory, sqlite = pair
    assert sqlite.search(query, limit=100) == memory.search(query, limit=100)
    assert elastic_corpus.search(query, limit=100) == memory.search(query, limit=100)
