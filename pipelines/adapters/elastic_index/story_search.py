"""Stories from articles that match: in an order, counted exactly.

    filter ──► articles, in order, and the number of stories ──► the stories of this page, in order
                                                  └──► all their articles, with the first few texts

A server groups by counting approximately or by keeping everything in memory. So the articles are walked
in the order of their stories, only as far as the page reaches: the first article met of a story is its
newest, or its oldest. Nearly always one step of the walk is enough, and then nothing has to be held
open. A page far down takes more steps; they all look at one point in time, so what is written meanwhile
never makes a story appear twice or not at all.

The best stories are those of the articles with the best words, as many as one answer holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.adapters.elastic_index.cluster import KEEP_ALIVE, Cluster
from pipelines.adapters.elastic_index.compile import Clause
from pipelines.adapters.elastic_index.word_scores import scored
from pipelines.adapters.microseconds import microseconds, moment_of
from pipelines.model import Hit, StoryHits, StoryOrder, StoryPlace
from pipelines.query import PassageFinder, Query
from pipelines.query.ranking import RankedStory, best_first
from pipelines.query.tree import wanted_text

#: Articles in one answer; the server's limit.
STEP = 10_000
FIRST_STEP = 100
#: Articles that the first step asks for, on top, for each story wanted; most stories have fewer.
PER_STORY = 5
#: Stories counted in one request, under the server's limit of 65,536.
BUCKETS = 60_000
#: Hits of a story that get passages; the others are copies that would show the same.
HIGHLIGHTED = 3
#: Stories whose articles and texts are fetched in one request.
AT_ONCE = 50
#: Parts in which stories are counted that are more than one request counts.
_FIRST_PARTS = 4

_NEWEST_FIRST = [{"time_us": "desc"}, {"story_id": "asc"}, {"id": "asc"}]
_OLDEST_FIRST = [{"time_us": "asc"}, {"story_id": "asc"}, {"id": "asc"}]
#: What an answer needs stands in the sort values, so the server opens no document.
_NO_DOCUMENT: dict[str, Any] = {"stored_fields": "_none_", "_source": False}

#: The sort values of one article.
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article that matches, as the order of the walk tells it."""

    time_us: int
    story_id: str
    id: str


#: Stories in order, each with its articles, in that order too.
Stories = dict[str, list[FoundArticle]]


@dataclass(frozen=True, slots=True)
class _Page:
    """The stories of one page; `is_whole` says that they have all their articles."""

    total: int
    stories: Stories
    is_whole: bool


@dataclass(frozen=True, slots=True)
class StoryPage:
    """Which stories of an answer are wanted."""

    limit: int
    offset: int
    order: StoryOrder = "newest"
    #: Only those behind this place.
    after: StoryPlace | None = None


class _WalkGoesOn(Exception):
    """One step was not enough, and the next would look at a later state of the index."""


def stories_found(cluster: Cluster, alias: str, clause: Clause, query: Query, page: StoryPage) -> StoryHits:
    """Return one page of stories, and the number of all."""
    # First without a point in time, which costs the server a request more and memory.
    try:
        return _View(cluster, alias, clause, page).find_stories(query)
    except _WalkGoesOn:
        with cluster.point_in_time(alias) as pit:
            return _View(cluster, None, clause, page, pit).find_stories(query)


class _View:
    """One filter on the articles, and the page that is wanted of its stories.

    They are those of an index as it stands at each request, or those of a point in time.
    """

    def __init__(
        self, cluster: Cluster, index: str | None, clause: Clause, page: StoryPage, pit: str | None = None
    ) -> None:
        self._cluster = cluster
        self._index = index
        self._clause = clause
        self._wanted = page
        self._order = _OLDEST_FIRST if page.order == "oldest" else _NEWEST_FIRST
        self._sort_alone: dict[str, Any] = {"sort": self._order, **_NO_DOCUMENT}
        self._held: dict[str, Any] = {}
        if pit:
            self._held = {"pit": {"id": pit, "keep_alive": KEEP_ALIVE}}

    def find_stories(self, query: Query) -> StoryHits:
        if self._wanted.order == "best":
            page = self._find_best(query)
        else:
            page = self._find_page(self._wanted.limit, self._wanted.offset)
        asks_for_words = next(wanted_text(query.root), None) is not None
        finder = PassageFinder(query)
        hits: list[tuple[str, tuple[Hit, ...]]] = []
        for story_ids in _in_parts(list(page.stories), AT_ONCE):
            passages: dict[str, tuple[str, ...]] = {}
            if asks_for_words or not page.is_whole:
                for text in self._complete_stories(page.stories, story_ids, asks_for_words):
                    passages[text["id"]] = _passages_of(text, finder)
            for story_id in story_ids:
                hits.append((story_id, _hits_of(page.stories[story_id], passages)))
        return StoryHits(page.total, tuple(hits))

    def _ask(self, clause: Clause, *searches: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Send these searches in one request."""
        # The server works on them at the same time.
        common = {"query": {"bool": {"filter": [clause]}}, "track_total_hits": False, **self._held}
        return self._cluster.searches(self._index, [{**common, **search} for search in searches])

    # -- the walk ------------------------------------------------------------------------------------------

    def _find_page(self, limit: int, offset: int) -> _Page:
        wanted = offset + limit
        step = min(FIRST_STEP + PER_STORY * wanted, STEP)
        if self._wanted.after is not None:
            # The walk begins at the beginning: only so it is known which stories stood before the place.
            step = STEP
        # Two searches: one that also counts may not stop at the newest articles, and takes four
        # times as long.
        answer, counted = self._ask(self._clause, {"size": step, **self._sort_alone}, _story_count())
        rows = _rows_of(answer)
        gathered = _GatheredArticles(rows)
        has_more = len(rows) == step
        while has_more and len(self._behind(gathered.stories)) < wanted:
            rows = self._next_rows(self._clause, rows[-1])
            gathered.add_rows(rows)
            has_more = len(rows) == STEP
        page = {
            story_id: gathered.stories[story_id] for story_id in self._behind(gathered.stories)[offset:wanted]
        }
        if not has_more:
            return _Page(len(gathered.stories), page, is_whole=True)
        total = _counted_stories(counted) or self._count_in_parts(_FIRST_PARTS)
        return _Page(total, page, is_whole=False)

    def _behind(self, stories: Stories) -> list[str]:
        """Return the stories behind the place from which the page counts."""
        after = self._wanted.after
        if after is None:
            return list(stories)
        sign = 1 if self._wanted.order == "oldest" else -1
        place = (sign * microseconds(after.moment), after.story_id)
        found: list[str] = []
        for story_id, articles in stories.items():
            if (sign * articles[0].time_us, story_id) > place:
                found.append(story_id)
        return found

    def _find_best(self, query: Query) -> _Page:
        """Return the best stories, of the articles with the best words."""
        by_score = [{"_score": "desc"}, *_NEWEST_FIRST]
        search = {
            "query": scored(self._clause, query.root),
            "size": STEP,
            "sort": by_score,
            "track_total_hits": False,
            **_NO_DOCUMENT,
            **self._held,
        }
        [answer] = self._cluster.searches(self._index, [search], by_score=True)
        [counted] = self._ask(self._clause, _story_count())
        total = _counted_stories(counted)
        if total is None:
            total = self._count_in_parts(_FIRST_PARTS)
        rows = _rows_of(answer)
        gathered = _GatheredArticles(row[1:] for row in rows)
        words: dict[str, float] = {}
        for score, _time_us, story_id, *_ in rows:
            # The first article of a story has its best words.
            words.setdefault(story_id, score)
        ranked: list[RankedStory] = []
        for story_id, articles in gathered.stories.items():
            newest = max(article.time_us for article in articles)
            ranked.append(RankedStory(story_id, moment_of(newest), len(articles), words[story_id]))
        start = self._wanted.offset
        story_ids = best_first(ranked)[start : start + self._wanted.limit]
        stories = {story_id: gathered.stories[story_id] for story_id in story_ids}
        return _Page(total, stories, is_whole=False)

    def _next_rows(self, clause: Clause, last: Row) -> list[Row]:
        if not self._held:
            raise _WalkGoesOn
        [answer] = self._ask(clause, {"size": STEP, "search_after": last, **self._sort_alone})
        return _rows_of(answer)

    def _count_in_parts(self, parts: int) -> int:
        """Return the exact number of stories.

        Counted in so many parts, or in more where one of them is too great.
        """
        total = 0
        for part in range(parts):
            [answer] = self._ask(self._clause, _story_count({"partition": part, "num_partitions": parts}))
            count = _counted_stories(answer)
            if count is None:
                return self._count_in_parts(parts * 4)
            total += count
        return total

    # -- the stories of a page -----------------------------------------------------------------------------

    def _complete_stories(
        self, page: Stories, story_ids: Sequence[str], with_texts: bool
    ) -> Iterator[Mapping[str, Any]]:
        """Put all matching articles into some stories of a page.

        Yields id and texts of the first few articles of each, where texts are asked for.
        """
        clause = {"bool": {"filter": [self._clause, {"terms": {"story_id": story_ids}}]}}
        searches = [{"size": STEP, **self._sort_alone}]
        if with_texts:
            searches.append(_first_texts(len(story_ids), self._order))
        answer, *texts = self._ask(clause, *searches)
        rows = _rows_of(answer)
        gathered = _GatheredArticles(rows)
        while len(rows) == STEP:
            rows = self._next_rows(clause, rows[-1])
            gathered.add_rows(rows)
        page.update(gathered.stories)
        for text in texts:
            yield from _texts_of(text)


class _GatheredArticles:
    """Articles by story, in their order.

    One that moves to another month stands in two for a moment, and counts once.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self.stories: Stories = {}
        self._known: set[str] = set()
        self.add_rows(rows)

    def add_rows(self, rows: Iterable[Row]) -> None:
        for time_us, story_id, id_, *_ in rows:
            if id_ not in self._known:
                self._known.add(id_)
                self.stories.setdefault(story_id, []).append(FoundArticle(time_us, story_id, id_))


# -- requests ----------------------------------------------------------------------------------------------


def _story_count(part: Mapping[str, Any] | None = None) -> dict[str, Any]:
    terms: dict[str, Any] = {
        "field": "story_id",
        "size": BUCKETS,
        "shard_size": BUCKETS,
        # In the order of their keys the shards' parts are merged as they come.
        "order": {"_key": "asc"},
    }
    if part:
        terms["include"] = part
    number = {"stats_bucket": {"buckets_path": "stories._count"}}
    return {"size": 0, "aggregations": {"stories": {"terms": terms}, "number": number}}


def _first_texts(stories: int, order: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    first = {"sort": order, "size": HIGHLIGHTED, "_source": ["id", "title", "summary", "body", "lang"]}
    terms = {"field": "story_id", "size": stories, "shard_size": stories, "execution_hint": "map"}
    return {
        "size": 0,
        "aggregations": {"stories": {"terms": terms, "aggregations": {"first": {"top_hits": first}}}},
    }


# -- answers -----------------------------------------------------------------------------------------------


def _counted_stories(answer: Mapping[str, Any]) -> int | None:
    """Return the number of stories, or None.

    None: there are more than one request counts.
    """
    count = int(answer["aggregations"]["number"]["count"])
    if count >= BUCKETS:
        return None
    return count


def _rows_of(answer: Mapping[str, Any]) -> list[Row]:
    # Of an empty answer the server sends no hits at all: we ask for parts of it.
    found: list[Row] = []
    for hit in answer.get("hits", {}).get("hits", []):
        found.append(hit["sort"])
    return found


def _texts_of(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for bucket in answer.get("aggregations", {}).get("stories", {}).get("buckets", []):
        for hit in bucket["first"]["hits"]["hits"]:
            yield hit["_source"]


def _passages_of(text: Mapping[str, Any], finder: PassageFinder) -> tuple[str, ...]:
    return finder.passages(
        text.get("title", ""),
        text.get("body", ""),
        summary=text.get("summary", ""),
        language=text.get("lang"),
    )


def _hits_of(found: Sequence[FoundArticle], passages: Mapping[str, tuple[str, ...]]) -> tuple[Hit, ...]:
    hits: list[Hit] = []
    for place, article in enumerate(found):
        shown: tuple[str, ...] = ()
        if place < HIGHLIGHTED:
            shown = passages.get(article.id, ())
        hits.append(Hit(article.id, article.story_id, moment_of(article.time_us), shown))
    return tuple(hits)


def _in_parts(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
