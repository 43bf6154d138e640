"""Articles by year, and by month where a year is full, on a real node."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.adapters.elastic_index import ElasticIndex
from pipelines.adapters.elastic_index.year_sizes import YearSizes
from pipelines.model import Change
from pipelines.query import parse
from tests.builders import a_document
from tests.contracts.answers import article_ids
from tests.elasticsearch.fixtures import Elastic

COLLECTED = datetime(2026, 12, 31, tzinfo=UTC)
LIMIT = 4


@pytest.fixture
def index(elastic: Elastic, elastic_prefix: str) -> Iterator[ElasticIndex]:
    made = ElasticIndex(elastic.url, prefix=elastic_prefix, year_limit=LIMIT)
    made.setup()
    yield made
    made.close()


def a_change(n: int, year: int, month: int, *, seq: int | None = None) -> Change:
    published = datetime(year, month, 2, tzinfo=UTC) + timedelta(seconds=n)
    seq = seq or n
    document = a_document(n, seq=seq, published=published, collected=COLLECTED, title="canola")
    return Change(seq, document.id, document)


def places(elastic: Elastic, index: ElasticIndex) -> dict[str, set[str]]:
    """Return year or month -> ids of the articles in its index."""
    alias = f"{index.prefix}-articles"
    hits = elastic("POST", f"/{alias}/_search", {"size": 1_000})["hits"]["hits"]
    found: dict[str, set[str]] = {}
    for hit in hits:
        period = hit["_index"].removeprefix(f"{alias}-").rpartition("-")[0]
        found.setdefault(period, set()).add(hit["_id"])
    return found


def test_an_archive_of_decades_makes_an_index_a_year(elastic: Elastic, index: ElasticIndex) -> None:
    index.write([a_change(n, 2000 + n % 20, 1 + n % 12) for n in range(60)])
    found = places(elastic, index)
    assert sorted(found) == [str(year) for year in range(2000, 2020)]
    assert index.count() == 60


def test_names_of_indices_longer_than_an_address_may_be_are_rebuilt(
    elastic: Elastic, elastic_prefix: str
) -> None:
    # The server takes 4 kB of address: the names of some 120 indices, or of 20 with a long prefix.
    long_prefix = f"{elastic_prefix}-{'x' * 190}"
    index = ElasticIndex(elastic.url, prefix=long_prefix)
    index.setup()
    changes = [a_change(n, 2000 + n % 20, 1 + n % 12) for n in range(40)]
    assert index.rebuild([changes]) == 40
    index.close()


def test_a_full_year_goes_on_by_month_and_each_article_stands_once(
    elastic: Elastic, index: ElasticIndex
) -> None:
    index.write([a_change(n, 2026, n) for n in (1, 2, 3, 4)])
    index.write([a_change(5, 2026, 5), a_change(6, 2025, 6)])
    assert places(elastic, index) == {
        "2026": {"a1", "a2", "a3", "a4"},
        "2026.05": {"a5"},
        "2025": {"a6"},
    }
    index.write([a_change(1, 2026, 1, seq=10)])
    found = places(elastic, index)
    assert found["2026"] == {"a2", "a3", "a4"}
    assert found["2026.01"] == {"a1"}
    index.write([a_change(1, 2026, 1, seq=7), Change(11, "a2", None)])
    assert sorted(article_ids(index.search(parse("canola")))) == ["a1", "a3", "a4", "a5", "a6"]


def test_a_rebuild_places_articles_by_the_same_rule(elastic: Elastic, index: ElasticIndex) -> None:
    changes = [a_change(n, 2026, n) for n in (1, 2, 3, 4, 5, 6)]
    assert index.rebuild([changes[:3], changes[3:5], changes[5:]]) == 6
    assert places(elastic, index)["2026.06"] == {"a6"}
    assert sorted(article_ids(index.search(parse("canola")))) == [f"a{n}" for n in range(1, 7)]
    index.write([a_change(7, 2026, 7)])
    assert places(elastic, index)["2026.07"] == {"a7"}


def test_a_year_is_counted_only_when_it_may_be_full() -> None:
    asked: list[str] = []

    def count(year: str) -> int:
        asked.append(year)
        return 6

    sizes = YearSizes(count, limit=10)
    assert sizes.full_years({"2026": 3}) == frozenset()
    assert sizes.full_years({"2026": 1}) == frozenset()
    assert asked == ["2026"]
    assert sizes.full_years({"2026": 1}) == frozenset(), "it is counted again, and has room"
    assert asked == ["2026", "2026"]
