"""Stories from articles that match: newest first, counted exactly, on one view of the index.

    filter ──► articles, newest first, page by page ──► the stories of this page, in order
                                                    └──► their articles ──► passages of the first few

A server groups by counting approximately or by keeping everything in memory. So the articles are walked in the order of their
stories, only as far as the page reaches: the first article met of a story is its newest. All of it happens on one
point in time, so what is written meanwhile never makes a story appear on two pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pipelines.adapters.elastic_index.cluster import KEEP_ALIVE, Cluster
from pipelines.adapters.elastic_index.compile import Clause
from pipelines.adapters.elastic_index.documents import moment_of
from pipelines.model import Hit
from pipelines.query import Query, highlights
from pipelines.query.tree import wanted_text

FIRST_STEP = 1_000
STEP = 10_000
"""Articles in one answer; the server's limit."""
BUCKETS = 60_000
"""Stories counted in one request, under the server's limit of 65,536."""
HIGHLIGHTED = 3
"""Hits of a story that get passages; the others are copies that would show the same."""
TEXTS = 100
"""Articles whose text is fetched at once."""

_ORDER = [{"time_us": "desc"}, {"story_id": "asc"}, {"id": "asc"}]


@dataclass(frozen=True, slots=True)
class Found:
    """An article that matches, as the order of the walk tells it."""

    time_us: int
    story_id: str
    id: str


@contextmanager
def view(cluster: Cluster, alias: str, clause: Clause) -> Iterator[View]:
    """Open a point in time, closed at the end."""
    with cluster.point_in_time(alias) as pit:
        yield View(cluster, pit, clause)


class View:
    """One point in time of the articles, and one filter on it."""

    def __init__(self, cluster: Cluster, pit: str, clause: Clause) -> None:
        self._cluster = cluster
        self._clause = clause
        self._pit = pit

    def _search(self, clause: Clause, **options: Any) -> Any:
        with self._cluster.translated():
            answer = self._cluster.client.search(
                query={"bool": {"filter": [clause]}},
                pit={"id": self._pit, "keep_alive": KEEP_ALIVE},
                allow_partial_search_results=False,
                **options,
            )
        return answer.body

    # -- stories -------------------------------------------------------------------------------------------

    def stories(self, limit: int, offset: int) -> tuple[int, list[tuple[str, list[Found]]]]:
        """Return the number of all stories, and those of one page with all their articles, in order."""
        order: dict[str, list[Found]] = {}
        walk = self._walk(self._clause, FIRST_STEP)
        complete = True
        for found in walk:
            if found.story_id not in order and len(order) == offset + limit:
                complete = False
                break
            order.setdefault(found.story_id, []).append(found)
        page = list(order)[offset:]
        if complete:
            return len(order), [(story, order[story]) for story in page]
        return self._count(), self._grouped(page)

    def _walk(self, clause: Clause, step: int) -> Iterator[Found]:
        """Yield matching articles newest first, ties by story, then by id."""
        after: list[Any] | None = None
        while True:
            further: dict[str, Any] = {} if after is None else {"search_after": after}
            answer = self._search(
                clause,
                size=step,
                sort=_ORDER,
                source=False,
                track_total_hits=False,
                filter_path="hits.hits.sort",
                **further,
            )
            hits = answer.get("hits", {}).get("hits", [])
            for hit in hits:
                time_us, story_id, id_, *_ = hit["sort"]
                yield Found(time_us, story_id, id_)
            if len(hits) < step:
                return
            after, step = hits[-1]["sort"], STEP

    def _grouped(self, page: Sequence[str]) -> list[tuple[str, list[Found]]]:
        """Return all matching articles of these stories."""
        if not page:
            return []
        clause = {"bool": {"filter": [self._clause, {"terms": {"story_id": list(page)}}]}}
        groups: dict[str, list[Found]] = {story: [] for story in page}
        for found in self._walk(clause, STEP):
            groups[found.story_id].append(found)
        return list(groups.items())

    def _count(self) -> int:
        """Return the exact number of stories: buckets are counted where they are, in parts of what fits."""
        parts = 1
        while (counted := self._count_in(parts)) is None:
            parts *= 4
        return counted

    def _count_in(self, parts: int) -> int | None:
        """Return the number of stories counted in so many parts; None where a part is too great."""
        total = 0
        for part in range(parts):
            terms: dict[str, Any] = {"field": "story_id", "size": BUCKETS, "shard_size": BUCKETS}
            if parts > 1:
                terms["include"] = {"partition": part, "num_partitions": parts}
            aggregations = {
                "stories": {"terms": terms},
                "number": {"stats_bucket": {"buckets_path": "stories._count"}},
            }
            answer = self._search(
                self._clause,
                size=0,
                track_total_hits=False,
                aggregations=aggregations,
                filter_path="aggregations.number.count",
            )
            count = int(answer["aggregations"]["number"]["count"])
            if count >= BUCKETS:
                return None
            total += count
        return total

    # -- passages ------------------------------------------------------------------------------------------

    def hits(
        self, query: Query, stories: Sequence[tuple[str, list[Found]]]
    ) -> Iterator[tuple[str, tuple[Hit, ...]]]:
        """Yield each story with its hits, the first few of them with passages."""
        asks_for_words = next(wanted_text(query.root), None) is not None
        shown = [found.id for _, some in stories for found in some[:HIGHLIGHTED]] if asks_for_words else []
        passages = dict(self._passages(query, shown))
        for story, some in stories:
            yield (
                story,
                tuple(
                    Hit(found.id, story, moment_of(found.time_us), passages.get(found.id, ()))
                    for found in some
                ),
            )

    def _passages(self, query: Query, ids: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        for at in range(0, len(ids), TEXTS):
            some = list(ids[at : at + TEXTS])
            answer = self._search(
                {"terms": {"id": some}},
                size=len(some),
                source=["id", "title", "body"],
                filter_path="hits.hits._source",
            )
            for hit in answer.get("hits", {}).get("hits", []):
                article = hit["_source"]
                yield article["id"], highlights(query, article.get("title", ""), article.get("body", ""))
