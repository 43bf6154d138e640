"""What matching a thousand saved searches costs.

Both get the same queries and the same articles in one run. Here it is the CPU time of this process, from
articles to matches. There it is the CPU time of the node, by its own account, for one `_msearch` after the
articles are indexed (which is not counted), and that of this process for sending it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maplewire_bench.elasticsearch_node import benched_node
from maplewire_bench.made_up_articles import changes_of
from maplewire_bench.made_up_searches import articles_and_queries
from maplewire_bench.row import Row
from pipelines.alerts.leaf_masks import AnalysedDocuments
from pipelines.alerts.search_matcher import Matcher
from pipelines.model import Document
from pipelines.query import Query, parse

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

# The median of five rounds is told; of the server's the best of three, in its favour.
_ROUNDS = 5
_MSEARCH_ROUNDS = 3

_REQUEST_LIMIT_S = 300


@dataclass(frozen=True)
class _MatcherCost:
    """CPU seconds of matching here, and what was found."""

    compiling_s: float
    analysing_s: list[float]
    matching_s: list[float]
    matches: list[list[Document]]

    @property
    def rounds_s(self) -> list[float]:
        """Return the whole of each round: from articles to matches."""
        return [a + m for a, m in zip(self.analysing_s, self.matching_s, strict=True)]


def bench_alerts(
    url: str | None, *, api_key: str | None = None, ca_certs: Path | str | None = None
) -> list[Row]:
    """Measure matching here and, with a URL, on Elasticsearch."""
    documents, queries = articles_and_queries()
    cost = _measure_matcher(documents, queries)
    match_s = _median(cost.rounds_s)
    rows = [
        Row("searches", len(queries), ""),
        Row("articles", len(documents), ""),
        Row("matches", sum(map(len, cost.matches)), ""),
        Row("taking the searches apart, once, CPU", cost.compiling_s * 1e3, "ms"),
        Row("cutting the articles into words, CPU", _median(cost.analysing_s) * 1e3, "ms"),
        Row("matching all searches, CPU", _median(cost.matching_s) * 1e3, "ms"),
        Row("articles to matches, CPU", match_s * 1e3, "ms"),
        Row("… for the first time in a process, CPU", cost.rounds_s[0] * 1e3, "ms"),
    ]
    if url is not None:
        with benched_node(url, api_key, ca_certs, timeout_s=_REQUEST_LIMIT_S) as (client, index, prefix):
            index.setup()
            for changes in changes_of(documents):
                index.write(changes)
            rows += _measure_msearch(client, prefix, documents, queries, cost.matches, match_s)
    return rows


def _measure_matcher(documents: Sequence[Document], queries: Sequence[Query]) -> _MatcherCost:
    started = time.process_time()
    matcher = Matcher(queries)
    compiling_s = time.process_time() - started
    # The tables of characters are loaded once in a process, which is not counted.
    Matcher([parse("*:*")]).match(documents[:50])
    analysing_s = []
    matching_s = []
    matches: list[list[Document]] = []
    for _ in range(_ROUNDS):
        started = time.process_time()
        analysed = AnalysedDocuments(documents)
        between = time.process_time()
        matches = matcher.match_analysed(analysed)
        analysing_s.append(between - started)
        matching_s.append(time.process_time() - between)
    return _MatcherCost(compiling_s, analysing_s, matching_s, matches)


def _measure_msearch(
    client: Elasticsearch,
    prefix: str,
    documents: Sequence[Document],
    queries: Sequence[Query],
    matches: Sequence[Sequence[Document]],
    match_s: float,
) -> list[Row]:
    """Ask the node the same searches.

    Those for which it finds something else are counted.
    """
    from pipelines.adapters.elastic_index.compile import compiled

    header = {"index": f"{prefix}-articles*", "ignore_unavailable": True}
    lines: list[dict[str, Any]] = []
    for query in queries:
        lines += [header, {"query": compiled(query.root), "size": len(documents), "_source": False}]
    client.indices.refresh(index=f"{prefix}-articles*")
    node_s, client_s = [], []
    for _ in range(_MSEARCH_ROUNDS):
        node_before, started = _node_cpu_s(client), time.process_time()
        answers = client.msearch(searches=lines)
        client_s.append(time.process_time() - started)
        node_s.append(_node_cpu_s(client) - node_before)
    differing = 0
    for answer, found in zip(answers["responses"], matches, strict=True):
        their_ids = {hit["_id"] for hit in answer["hits"]["hits"]}
        if their_ids != {document.id for document in found}:
            differing += 1
    return [
        Row("_msearch, CPU of the node", min(node_s) * 1e3, "ms"),
        Row("_msearch, CPU of the client", min(client_s) * 1e3, "ms"),
        Row("_msearch to matching here", (min(node_s) + min(client_s)) / match_s, "×"),
        Row("searches that found something else", differing, ""),
    ]


def _node_cpu_s(client: Elasticsearch) -> float:
    """Return the CPU seconds that all nodes have used."""
    stats = client.nodes.stats(metric="process")
    milliseconds = 0
    for node in stats["nodes"].values():
        milliseconds += node["process"]["cpu"]["total_in_millis"]
    return milliseconds / 1e3


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
