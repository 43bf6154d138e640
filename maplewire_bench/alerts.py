"""What it costs to ask a thousand saved searches of the articles that have just arrived, beside asking Elasticsearch.

Both get the same queries and the same articles, in one run. Here it is CPU time of this process, from articles to matches;
there it is CPU time of the node, as it tells itself, for one `_msearch` after the articles are indexed (which is not counted), and
of this process for sending it.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate, product
from typing import Any

from maplewire_bench.index import Row, changes_of, made_up
from pipelines.alerts.leaf_masks import AnalysedDocuments
from pipelines.alerts.search_matcher import Matcher
from pipelines.model import Document
from pipelines.query import Query, parse

SEARCHES, ARTICLES, WORDS = 1000, 500, 420
ROUNDS = 5
_START = datetime(2026, 1, 1, tzinfo=UTC)
_SYLLABLES = "ca no la ter ri fa mi si on bre ka lo ven tu pro de gra sel mon ti".split()  # noqa: SIM905
_HAN = "油菜籽关税总理贸易农民草原出口使馆签证学生战略伙伴关系钢铁市场对话港口铁路科学气候会谈协议代表团领事矿产北极海峡"
_COMMON_HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 1500)]
_RAREST, _COMMONEST = 20_000, 400
"""Ranks of the words that people search for: none of the most frequent."""


class _Language:
    """Twenty thousand invented words, used as often as words are: the n-th one 1/n as often as the first."""

    def __init__(self, chance: random.Random) -> None:
        self.words = ["".join(parts) for parts in product(_SYLLABLES, repeat=3)] + [
            "".join(parts) for parts in product(_SYLLABLES[:11], repeat=4)
        ]
        chance.shuffle(self.words)
        self.words = self.words[:20_000]
        self._often = list(accumulate(1 / (n + 3) for n in range(len(self.words))))

    def text(self, chance: random.Random, length: int) -> str:
        return " ".join(chance.choices(self.words, cum_weights=self._often, k=length))

    def rare(self, chance: random.Random) -> str:
        """Return a word that people search for."""
        return self.words[int(_COMMONEST * (_RAREST / _COMMONEST) ** chance.random()) - 1]


def articles_and_queries(
    articles: int = ARTICLES, searches: int = SEARCHES, seed: int = 1
) -> tuple[list[Document], list[Query]]:
    """Return made-up articles and standing queries, always the same."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    language = _Language(chance)
    documents = [
        replace(
            document,
            lang="zh-Hans" if n % 5 == 0 else "en",
            title=_han(chance, 14) if n % 5 == 0 else language.text(chance, 10),
            body=_han(chance, 600) if n % 5 == 0 else language.text(chance, WORDS),
            published=_START + timedelta(minutes=n),
        )
        for n, document in enumerate(made_up(articles, seed))
    ]
    return documents, [parse(_query(chance, language), now=_START) for _ in range(searches)]


def _han(chance: random.Random, length: int) -> str:
    """Write Chinese: mostly characters that nobody asks for, now and then a stretch of those that somebody does."""
    parts = []
    for _ in range(length // 4):
        start = chance.randrange(len(_HAN) - 4)
        parts.append(
            _HAN[start : start + 4] if chance.random() < 0.02 else "".join(chance.choices(_COMMON_HAN, k=4))
        )
    return "，".join("".join(parts[n : n + 4]) for n in range(0, len(parts), 4))


def _query(chance: random.Random, language: _Language) -> str:
    """Write a query as desks do: words, names and prefixes in three languages, sometimes a field or a NOT."""
    some = " OR ".join(_leaf(chance, language) for _ in range(chance.randint(2, 14)))
    others = " OR ".join(_leaf(chance, language) for _ in range(chance.randint(1, 8)))
    form = chance.random()
    if form < 0.45:
        return some
    if form < 0.75:
        return f"({some}) AND ({others})"
    if form < 0.9:
        return f"({some}) AND NOT ({others})"
    return f"({some}) AND {chance.choice(('lang:zh', 'country:CA', 'topic:canola', 'owner:private', 'kind:report'))}"


def _leaf(chance: random.Random, language: _Language) -> str:
    form = chance.random()
    if form < 0.35:
        return language.rare(chance)
    if form < 0.55:
        return f"{language.rare(chance)[:-1]}*"
    if form < 0.7:
        return f'"{language.rare(chance)} {language.rare(chance)}"'
    if form < 0.95:
        start = chance.randrange(len(_HAN) - 4)
        return f'"{_HAN[start : start + chance.randint(2, 4)]}"'
    return f"title:{language.rare(chance)}"


def bench_alerts(url: str | None, *, api_key: str | None = None, ca_certs: str | None = None) -> list[Row]:
    """Measure matching here and, with an address, on an Elasticsearch in indices of its own, removed at the end."""
    documents, queries = articles_and_queries()
    since = time.process_time()
    matcher = Matcher(queries)
    compiled = time.process_time() - since
    Matcher([parse("*:*")]).match(documents[:50])  # the tables of characters are loaded once for a process
    analysing, matching = [], []
    found: list[list[Document]] = []
    for _ in range(ROUNDS):
        since = time.process_time()
        batch = AnalysedDocuments(documents)
        between = time.process_time()
        found = matcher.match_analysed(batch)
        analysing.append(between - since)
        matching.append(time.process_time() - between)
    ours = sorted(a + b for a, b in zip(analysing, matching, strict=True))[ROUNDS // 2]
    rows = [
        Row("searches", len(queries), ""),
        Row("articles", len(documents), ""),
        Row("matches", sum(map(len, found)), ""),
        Row("taking the searches apart, once, CPU", compiled * 1e3, "ms"),
        Row("cutting the articles into words, CPU", sorted(analysing)[ROUNDS // 2] * 1e3, "ms"),
        Row("matching all searches, CPU", sorted(matching)[ROUNDS // 2] * 1e3, "ms"),
        Row("articles to matches, CPU", ours * 1e3, "ms"),
        Row("… for the first time in a process, CPU", (analysing[0] + matching[0]) * 1e3, "ms"),
    ]
    return (
        rows
        if url is None
        else rows + _on_elasticsearch(url, api_key, ca_certs, documents, queries, found, ours)
    )


def _on_elasticsearch(
    url: str,
    api_key: str | None,
    ca_certs: str | None,
    documents: Sequence[Document],
    queries: Sequence[Query],
    found: Sequence[Sequence[Document]],
    ours: float,
) -> list[Row]:
    from elasticsearch import Elasticsearch

    from maplewire_bench.index import _forget
    from pipelines.adapters.elastic_index import ElasticIndex
    from pipelines.adapters.elastic_index.compile import compiled

    prefix = f"bench-{uuid.uuid4().hex[:8]}"
    index = ElasticIndex(url, api_key=api_key, ca_certs=ca_certs, prefix=prefix)
    trust: dict[str, Any] = {"ca_certs": ca_certs} if ca_certs else {}
    client = Elasticsearch(url, api_key=api_key, request_timeout=300, **trust)
    head = {"index": f"{prefix}-articles*", "ignore_unavailable": True}
    lines: list[dict[str, Any]] = []
    for query in queries:
        lines += [head, {"query": compiled(query.root), "size": len(documents), "_source": False}]
    try:
        index.setup()
        for changes in changes_of(documents):
            index.write(changes)
        client.indices.refresh(index=f"{prefix}-articles*")
        node, sending, answers = [], [], None
        for _ in range(3):
            before, since = _node_cpu(client), time.process_time()
            answers = client.msearch(searches=lines)
            sending.append(time.process_time() - since)
            node.append(_node_cpu(client) - before)
    finally:
        _forget(client, prefix)
        client.close()
        index.close()
    assert answers is not None
    theirs = [{hit["_id"] for hit in one["hits"]["hits"]} for one in answers["responses"]]
    differ = sum(ids != {d.id for d in mine} for ids, mine in zip(theirs, found, strict=True))
    asked = min(node) + min(sending)
    return [
        Row("_msearch, CPU of the node", min(node) * 1e3, "ms"),
        Row("_msearch, CPU of the client", min(sending) * 1e3, "ms"),
        Row("_msearch to matching here", asked / ours, "×"),
        Row("searches that found something else", differ, ""),
    ]


def _node_cpu(client: Any) -> float:
    """Return the CPU seconds that all nodes have used."""
    stats = client.nodes.stats(metric="process")
    return float(sum(node["process"]["cpu"]["total_in_millis"] for node in stats["nodes"].values()) / 1e3)
