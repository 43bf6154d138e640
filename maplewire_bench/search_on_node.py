"""Writing and searching on an Elasticsearch, beside its own `query_string`.

Ours counts and shows stories, with passages in all forms of a word; the node's own finds words as they are
written and returns articles. Both are asked in turns, and the quickest answer of each counts.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from maplewire_bench.cpu_time import cpu_s, summary_of
from maplewire_bench.elasticsearch_node import benched_node
from maplewire_bench.made_up_articles import changes_of
from maplewire_bench.row import Row
from maplewire_bench.spread_articles import spread_articles
from pipelines.query import parse

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from pipelines.ports import SearchIndex

_BATCH = 500
_LIMIT_S = 120.0
_SHOWN = 20
_ASKED_TIMES = 3
#: What a reader who asks the node itself would search.
_FIELDS = ["title", "summary", "body"]
_NEARNESS = re.compile(r"(\w+) NEAR/(\d+) (\w+)")


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
        rows = _measure_writing(index, articles)
        ours_ms, plain_ms = _ask_both(client, index, f"{prefix}-articles*", queries)
        rows += summary_of("node: all queries", ours_ms)
        rows += summary_of("node: query_string", plain_ms)
    return rows


def _measure_writing(index: SearchIndex, articles: int) -> list[Row]:
    client_s = elapsed_s = 0.0
    for changes in changes_of(list(spread_articles(articles)), _BATCH):
        started = time.perf_counter()
        client_s += cpu_s(partial(index.write, changes))
        elapsed_s += time.perf_counter() - started
    return [
        Row("node: articles written a second", articles / elapsed_s, ""),
        Row("node: writing, CPU of the client an article", 1e6 * client_s / articles, "µs"),
    ]


def _ask_both(
    client: Elasticsearch, index: SearchIndex, names: str, queries: Sequence[str]
) -> tuple[list[float], list[float]]:
    ours_ms: list[float] = []
    plain_ms: list[float] = []
    for text in queries:
        ask_ours = partial(index.search, parse(text), limit=_SHOWN)
        ask_plainly = partial(_search_plainly, client, names, in_plain_syntax(text))
        ours, plainly = _quickest_ms(ask_ours, ask_plainly)
        ours_ms.append(ours)
        plain_ms.append(plainly)
    return ours_ms, plain_ms


def _quickest_ms(ask_ours: Callable[[], object], ask_plainly: Callable[[], object]) -> tuple[float, float]:
    """Ask both in turns; return the time of the quickest answer of each."""
    ours: list[float] = []
    plainly: list[float] = []
    for _ in range(_ASKED_TIMES):
        ours.append(_elapsed_ms(ask_ours))
        plainly.append(_elapsed_ms(ask_plainly))
    return min(ours), min(plainly)


def _elapsed_ms(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return 1e3 * (time.perf_counter() - started)


def in_plain_syntax(text: str) -> str:
    """Return a query of ours in the syntax of `query_string`.

    It knows nearness as a phrase with a slop, and takes the slash of NEAR/5 for a regular expression.
    """
    return _NEARNESS.sub(r'"\1 \3"~\2', text)


def _search_plainly(client: Elasticsearch, names: str, text: str) -> None:
    client.search(
        index=names,
        query={"query_string": {"query": text, "fields": _FIELDS, "default_operator": "AND"}},
        highlight={"fields": {name: {} for name in _FIELDS}},
        size=_SHOWN,
        track_total_hits=True,
    )
