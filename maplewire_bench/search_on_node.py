"""Writing and searching on an Elasticsearch, beside its own `query_string`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from maplewire_bench.elasticsearch_node import benched_node
from maplewire_bench.made_up_articles import changes_of
from maplewire_bench.row import Row
from maplewire_bench.search import summary_of
from maplewire_bench.spread_articles import spread_articles
from pipelines.query import parse

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from pipelines.ports import SearchIndex

_BATCH = 500
_LIMIT_S = 120.0
_SHOWN = 20
#: What a reader who asks the node itself would search.
_FIELDS = ["title", "summary", "body"]


def bench_search_on_node(
    url: str,
    articles: int,
    queries: Sequence[str],
    *,
    api_key: str | None = None,
    ca_certs: Path | str | None = None,
) -> list[Row]:
    """Write made-up articles, and ask each query of both.

    Everything is removed again.
    """
    with benched_node(url, api_key, ca_certs, timeout_s=_LIMIT_S) as (client, index, prefix):
        index.setup()
        rows = [Row("node: articles written a second", _written_a_second(index, articles), "")]
        client.indices.refresh(index=f"{prefix}-*")
        ours_ms, plain_ms = _ask_both(client, index, f"{prefix}-*", queries)
        rows += summary_of("node: all queries", ours_ms)
        rows += summary_of("node: query_string", plain_ms)
    return rows


def _written_a_second(index: SearchIndex, articles: int) -> float:
    spent_s = 0.0
    for changes in changes_of(list(spread_articles(articles)), _BATCH):
        started = time.perf_counter()
        index.write(changes)
        spent_s += time.perf_counter() - started
    return articles / spent_s


def _ask_both(
    client: Elasticsearch, index: SearchIndex, names: str, queries: Sequence[str]
) -> tuple[list[float], list[float]]:
    ours_ms: list[float] = []
    plain_ms: list[float] = []
    for text in queries:
        query = parse(text)
        started = time.perf_counter()
        index.search(query, limit=_SHOWN)
        ours_ms.append(1e3 * (time.perf_counter() - started))
        plain_ms.append(_plain_ms(client, names, text))
    return ours_ms, plain_ms


def _plain_ms(client: Elasticsearch, names: str, text: str) -> float:
    started = time.perf_counter()
    client.search(
        index=names,
        query={"query_string": {"query": text, "fields": _FIELDS, "default_operator": "AND"}},
        highlight={"fields": {name: {} for name in _FIELDS}},
        size=_SHOWN,
        track_total_hits=True,
    )
    return 1e3 * (time.perf_counter() - started)
