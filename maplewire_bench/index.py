"""What writing, searching and rebuilding an index cost.

The client's work is measured in CPU time of this process, beside a *bare bulk*: `client.bulk()` of the
official client with the same documents in requests of the same size, into an index of the same mapping,
and nothing around it. That is measured in two ways:

    from dicts   the dicts lie ready; the client makes the NDJSON and sends it. Any program has to do this
    from NDJSON  the bytes that our adapter would send lie ready; what remains is copying them to a socket

Our adapter starts from the article. It makes the dict, its JSON and the action line, chooses the month's
index, looks at every answer, and asks afterwards whether an article stands in two months.

All go to the same node in turns, so that a busy machine slows all of them. A few articles are written in
each way before: opening a connection and making the months' indices is no part of what an article costs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maplewire_bench.elasticsearch_node import benched_node
from maplewire_bench.made_up_articles import BATCH, MONTHS, changes_of, made_up
from maplewire_bench.row import Row
from pipelines.model import Change, Document
from pipelines.query import parse

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from pipelines.adapters.elastic_index.documents import Operation
    from pipelines.ports import SearchIndex

__all__ = ["ARTICLES", "BATCH", "Row", "bench_index", "changes_of", "made_up"]

ARTICLES = 5_000

# Articles written before the measurement. They fall into all months.
_WARM_UP = 60

_REQUEST_LIMIT_S = 120

_SEARCHES = (
    "canola",
    "canola AND tariff*",
    '"strategic partnership" OR “战略伙伴”',
    "贸易",
    "關稅 AND lang:zh",
    "export* -lang:fr",
    "published:[2025-06-01 TO 2025-07-01] visa",
    '"talks market"~8',
    "*:*",
)
_ASKED_TIMES = 5
_LAST_PAGE = 10
_NOW = datetime(2026, 3, 1, tzinfo=UTC)


def bench_index(
    url: str,
    *,
    api_key: str | None = None,
    ca_certs: Path | str | None = None,
    articles: int = ARTICLES,
    months: int = MONTHS,
) -> list[Row]:
    """Measure an Elasticsearch, in indices of our own.

    They are removed in the end.
    """
    documents = list(made_up(articles, months=months))
    warm_up = list(made_up(_WARM_UP, seed=0, months=months))
    with benched_node(url, api_key, ca_certs, timeout_s=_REQUEST_LIMIT_S) as (client, index, prefix):
        index.setup()
        writing = _WritingBench(index, client, f"{prefix}-articles-bare")
        rows = writing.measure(warm_up, documents)
        rows += _measure_searches(index)
        rows += _measure_rebuild(index, documents)
    return rows


class _WritingBench:
    """Writes each batch twice: plainly, and by the adapter.

    The plain way is in turns a bulk of ready NDJSON and a bulk of ready dicts.
    """

    def __init__(self, index: SearchIndex, client: Elasticsearch, bare_index: str) -> None:
        self._index = index
        self._client = client
        self._bare_index = bare_index
        #: CPU seconds and articles by the way of writing.
        self._spent_s = {"ndjson": 0.0, "dicts": 0.0, "adapter": 0.0}
        self._written = {"ndjson": 0, "dicts": 0, "adapter": 0}

    def measure(self, warm_up: Sequence[Document], documents: Sequence[Document]) -> list[Row]:
        """Write all documents; return the cost of each way."""
        self._client.indices.create(index=self._bare_index)
        for changes in changes_of(warm_up):
            self._prepare_dicts(changes)()
            self._prepare_ndjson(changes)()
            self._index.write(changes)
        # Two batches at least, so that few articles too are written in both plain ways.
        size = min(BATCH, (len(documents) + 1) // 2)
        elapsed_s = 0.0
        for turn, changes in enumerate(changes_of(documents, size)):
            if turn % 2:
                self._measure_cpu("dicts", self._prepare_dicts(changes), len(changes))
            else:
                self._measure_cpu("ndjson", self._prepare_ndjson(changes), len(changes))
            started = time.perf_counter()
            self._measure_cpu("adapter", self._prepare_write(changes), len(changes))
            elapsed_s += time.perf_counter() - started
        self._client.indices.delete(index=self._bare_index)
        return self._rows(len(documents), elapsed_s)

    def _measure_cpu(self, way: str, write: Callable[[], object], number: int) -> None:
        started = time.process_time()
        write()
        self._spent_s[way] += time.process_time() - started
        self._written[way] += number

    def _prepare_write(self, changes: Sequence[Change]) -> Callable[[], object]:
        return lambda: self._index.write(changes)

    def _prepare_dicts(self, changes: Sequence[Change]) -> Callable[[], object]:
        """Return the sending of ready dicts."""
        dicts: list[dict[str, Any]] = []
        for change in changes:
            dicts += _action_and_source(change, self._bare_index)
        return lambda: self._client.bulk(operations=dicts)

    def _prepare_ndjson(self, changes: Sequence[Change]) -> Callable[[], object]:
        """Return the sending of ready bytes."""
        from pipelines.adapters.elastic_index.documents import article_operation, bulk_body

        def bare_action(operation: Operation) -> bytes:
            return operation.action(self._bare_index, require_alias=False)

        body = bulk_body([article_operation(change) for change in changes], bare_action)
        # It takes ready lines as they are, though its annotation says dicts.
        send: Callable[..., object] = self._client.bulk
        return lambda: send(body=body)

    def _rows(self, articles: int, elapsed_s: float) -> list[Row]:
        cost_us = {}
        for way, spent_s in self._spent_s.items():
            cost_us[way] = 1e6 * spent_s / max(self._written[way], 1)
        adapter, dicts, ndjson = cost_us["adapter"], cost_us["dicts"], cost_us["ndjson"]
        return [
            Row("articles", articles, ""),
            Row("writing by the adapter, CPU an article", adapter, "µs"),
            Row("bare bulk, the client makes NDJSON of ready dicts", dicts, "µs"),
            Row("bare bulk of ready NDJSON, only sent", ndjson, "µs"),
            Row("writing, to a bare bulk", adapter / dicts, "×"),
            Row("writing, to a bare bulk of ready NDJSON", adapter / ndjson, "×"),
            Row("articles written a second", articles / elapsed_s, ""),
        ]


def _action_and_source(change: Change, index: str) -> tuple[dict[str, Any], dict[str, Any]]:
    from pipelines.adapters.elastic_index.documents import article_source

    assert change.document is not None, "made-up articles are never removed"
    action = {"_index": index, "_id": change.article_id, "version": change.seq, "version_type": "external"}
    return {"index": action}, article_source(change.document)


def _measure_searches(index: SearchIndex) -> list[Row]:
    """Ask each query a few times, then the last page of all."""
    seconds = []
    for text in _SEARCHES * _ASKED_TIMES:
        query = parse(text, _NOW)
        started = time.perf_counter()
        index.search(query)
        seconds.append(time.perf_counter() - started)
    seconds.sort()
    started = time.perf_counter()
    everything = index.search(parse("*:*"), limit=0)
    last_page = index.search(parse("*:*"), limit=_LAST_PAGE, offset=max(0, everything.total - _LAST_PAGE))
    last_page_s = time.perf_counter() - started
    assert len(last_page.stories) == min(_LAST_PAGE, everything.total), "the last page is not whole"
    return [
        Row("a search, median", seconds[len(seconds) // 2] * 1e3, "ms"),
        Row("a search, slowest", seconds[-1] * 1e3, "ms"),
        Row("counting all stories and the last page", last_page_s * 1e3, "ms"),
    ]


def _measure_rebuild(index: SearchIndex, documents: Sequence[Document]) -> list[Row]:
    started = time.perf_counter()
    written = index.rebuild(changes_of(documents))
    seconds = time.perf_counter() - started
    assert written == len(documents), f"{written} of {len(documents)} articles are there after a rebuild"
    return [Row("articles rebuilt a second", written / seconds, "")]
