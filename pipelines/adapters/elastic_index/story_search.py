"""Stories from articles that match: newest first, counted exactly, in as few requests as an answer needs.

    filter ──► articles, newest first, and the number of stories ──► the stories of this page, in order
                                                                      └──► all their articles, with the first few texts

A server groups by counting approximately or by keeping everything in memory. So the articles are walked in the order of their
stories, only as far as the page reaches: the first article met of a story is its newest. Nearly always one step of the walk
is enough, and then nothing has to be held open. A page far down takes more steps; they all look at one point in time, so
what is written meanwhile never makes a story appear twice or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.adapters.elastic_index.cluster import KEEP_ALIVE, Cluster
from pipelines.adapters.elastic_index.compile import Clause
from pipelines.adapters.elastic_index.documents import moment_of
from pipelines.model import Hit, StoryHits
from pipelines.query import Query, highlights
from pipelines.query.tree import wanted_text

STEP = 10_000
"""Articles in one answer; the server's limit."""
FIRST_STEP = 100
PER_STORY = 5
"""Articles that the first step asks for, on top, for each story wanted; most stories have fewer."""
BUCKETS = 60_000
"""Stories counted in one request, under the server's limit of 65,536."""
HIGHLIGHTED = 3
"""Hits of a story that get passages; the others are copies that would show the same."""
AT_ONCE = 50
"""Stories whose articles and texts are fetched in one request."""

_ORDER = [{"time_us": "desc"}, {"story_id": "asc"}, {"id": "asc"}]
_SORT_ALONE: dict[str, Any] = {"sort": _ORDER, "stored_fields": "_none_", "_source": False}
"""What an answer needs stands in the sort values, so the server opens no document."""


@dataclass(frozen=True, slots=True)
class Found:
    """An article that matches, as the order of the walk tells it."""

    time_us: int
    story_id: str
    id: str


Page = dict[str, list[Found]]
"""Stories in order, each with its articles, newest first."""


class _GoneOn(Exception):
    """One step was not enough, and the next would look at a later state of the index."""


def stories_found(
    cluster: Cluster, alias: str, clause: Clause, query: Query, limit: int, offset: int
) -> StoryHits:
    """Return the page of stories that starts at `offset`, and the number of all."""
    try:
        return _View(cluster, alias, clause).found(query, limit, offset)
    except _GoneOn:
        with cluster.point_in_time(alias) as pit:
            return _View(cluster, None, clause, pit).found(query, limit, offset)


class _View:
    """One filter on the articles: of an index as it stands at each request, or of a point in time."""

    def __init__(self, cluster: Cluster, index: str | None, clause: Clause, pit: str | None = None) -> None:
        self._cluster = cluster
        self._index = index
        self._clause = clause
        self._held = {"pit": {"id": pit, "keep_alive": KEEP_ALIVE}} if pit else {}

    def found(self, query: Query, limit: int, offset: int) -> StoryHits:
        total, page, is_whole = self._page(limit, offset)
        asks_for_words = next(wanted_text(query.root), None) is not None
        hits: list[tuple[str, tuple[Hit, ...]]] = []
        for some in _parts(list(page), AT_ONCE):
            articles = self._complete(page, some, asks_for_words) if asks_for_words or not is_whole else ()
            passages = {a["id"]: highlights(query, a.get("title", ""), a.get("body", "")) for a in articles}
            hits += [(story, _hits(page[story], passages)) for story in some]
        return StoryHits(total, tuple(hits))

    def _ask(self, clause: Clause, *searches: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Send these searches in one request; the server works on them at the same time."""
        common = {"query": {"bool": {"filter": [clause]}}, "track_total_hits": False}
        return self._cluster.searches(self._index, [{**common, **self._held, **each} for each in searches])

    # -- the walk ------------------------------------------------------------------------------------------

    def _page(self, limit: int, offset: int) -> tuple[int, Page, bool]:
        """Return the number of all stories, and those of one page; and whether these have all their articles."""
        wanted = offset + limit
        step = min(FIRST_STEP + PER_STORY * wanted, STEP)
        # Two searches, for one that also counts may not stop at the newest articles, and takes four times as long.
        answer, counted = self._ask(self._clause, {"size": step, **_SORT_ALONE}, _story_count())
        rows = _rows(answer)
        order = _Gathered(rows)
        more = len(rows) == step
        while more and len(order.stories) < wanted:
            rows = self._next(self._clause, rows[-1])
            order.add(rows)
            more = len(rows) == STEP
        page = {story: order.stories[story] for story in list(order.stories)[offset:wanted]}
        if not more:
            return len(order.stories), page, True
        return _number(counted) or self._count_in_parts(4), page, False

    def _next(self, clause: Clause, last: Sequence[Any]) -> list[Sequence[Any]]:
        if not self._held:
            raise _GoneOn
        [answer] = self._ask(clause, {"size": STEP, "search_after": last, **_SORT_ALONE})
        return _rows(answer)

    def _count_in_parts(self, parts: int) -> int:
        """Return the exact number of stories, counted in so many parts, or more where one is too great."""
        total = 0
        for part in range(parts):
            [answer] = self._ask(self._clause, _story_count({"partition": part, "num_partitions": parts}))
            count = _number(answer)
            if count is None:
                return self._count_in_parts(parts * 4)
            total += count
        return total

    # -- the stories of a page -----------------------------------------------------------------------------

    def _complete(self, page: Page, some: Sequence[str], with_texts: bool) -> Iterator[Mapping[str, Any]]:
        """Put all matching articles into some stories of a page; yield id, title and body of the first few of each."""
        clause = {"bool": {"filter": [self._clause, {"terms": {"story_id": some}}]}}
        searches = [{"size": STEP, **_SORT_ALONE}, *([_first_texts(len(some))] if with_texts else [])]
        answer, *texts = self._ask(clause, *searches)
        rows = _rows(answer)
        gathered = _Gathered(rows)
        while len(rows) == STEP:
            rows = self._next(clause, rows[-1])
            gathered.add(rows)
        page.update(gathered.stories)
        for text in texts:
            for bucket in text.get("aggregations", {}).get("stories", {}).get("buckets", []):
                yield from (hit["_source"] for hit in bucket["first"]["hits"]["hits"])


class _Gathered:
    """Articles by story, in their order; one that moves to another month stands in two for a moment, and counts once."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self.stories: Page = {}
        self._known: set[str] = set()
        self.add(rows)

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        for time_us, story_id, id_, *_ in rows:
            if id_ not in self._known:
                self._known.add(id_)
                self.stories.setdefault(story_id, []).append(Found(time_us, story_id, id_))


def _story_count(part: Mapping[str, Any] | None = None) -> dict[str, Any]:
    # In the order of their keys the shards' parts are merged as they come.
    terms: dict[str, Any] = {
        "field": "story_id",
        "size": BUCKETS,
        "shard_size": BUCKETS,
        "order": {"_key": "asc"},
    }
    if part:
        terms["include"] = part
    number = {"stats_bucket": {"buckets_path": "stories._count"}}
    return {"size": 0, "aggregations": {"stories": {"terms": terms}, "number": number}}


def _number(answer: Mapping[str, Any]) -> int | None:
    """Return the number of stories counted; None where there are more than one request counts."""
    count = int(answer["aggregations"]["number"]["count"])
    return count if count < BUCKETS else None


def _first_texts(stories: int) -> dict[str, Any]:
    first = {"sort": _ORDER, "size": HIGHLIGHTED, "_source": ["id", "title", "body"]}
    terms = {"field": "story_id", "size": stories, "shard_size": stories, "execution_hint": "map"}
    return {
        "size": 0,
        "aggregations": {"stories": {"terms": terms, "aggregations": {"first": {"top_hits": first}}}},
    }


def _rows(answer: Mapping[str, Any]) -> list[Sequence[Any]]:
    return [hit["sort"] for hit in answer.get("hits", {}).get("hits", [])]


def _hits(found: Sequence[Found], passages: Mapping[str, tuple[str, ...]]) -> tuple[Hit, ...]:
    return tuple(
        Hit(one.id, one.story_id, moment_of(one.time_us), passages.get(one.id, ()) if n < HIGHLIGHTED else ())
        for n, one in enumerate(found)
    )


def _parts(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
