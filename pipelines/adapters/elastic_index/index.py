"""The search index in an Elasticsearch cluster: what the port promises, on top of a server that may be away."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from crawlers.errors import PermanentError, TemporaryError
from pipelines.adapters.elastic_index.cluster import PAUSES_S, Cluster, Gone
from pipelines.adapters.elastic_index.compile import Clause, compiled
from pipelines.adapters.elastic_index.documents import (
    REMOVED,
    Operation,
    article_operation,
    encoded,
    microseconds,
    run_operations,
    story_operation,
)
from pipelines.adapters.elastic_index.generations import ALWAYS, Building, Generations, State
from pipelines.adapters.elastic_index.story_search import STEP, stories_found
from pipelines.model import Change, RejectedDocument, RunReport, StoryDocument, StoryHits
from pipelines.query import And, Keyword, Node, Query
from pipelines.text.analyzer import keyword

T = TypeVar("T")

CHUNK = 1_000
"""Documents that one request asks after, or copies."""
SHOWN = 3
"""Reasons in one error message."""


class ElasticIndex:
    """A SearchIndex in Elasticsearch. Nothing is opened before it is needed.

    Several processes may search and write at once. Every document carries the ledger's `seq` as its version, and
    wherever one article stands twice, its newest place wins; so it does not matter who writes first.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        ca_certs: Path | str | None = None,
        prefix: str = "news",
        timeout_s: float = 60.0,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        """Take the address of a node, a key with the role of docs/elasticsearch.md, and its authority's certificate."""
        self._cluster = Cluster(
            url, api_key=api_key, ca_certs=ca_certs, timeout_s=timeout_s, pauses_s=pauses_s
        )
        self.prefix = prefix
        self._generations = Generations(self._cluster, prefix)
        self._alias = f"{prefix}-articles"
        self._known: set[str] = set()
        """Bases whose alias was there when we last looked."""
        self._has_our_tokens = False

    def close(self) -> None:
        self._cluster.close()

    # -- setting up ----------------------------------------------------------------------------------------

    def setup(self) -> Sequence[str]:
        """Install templates, and make the first indices where there are none.

        Raises TemporaryError while the cluster is red, PermanentError where another version made the indices.
        """
        self._generations.require_health()
        state = self._generations.state()
        self._generations.require_version(state)
        done = self._generations.install_templates()
        has_month = any(base not in ALWAYS for base in state.live)
        bases = ALWAYS if has_month else (*ALWAYS, _present_month())
        return [*done, *self._make_live(bases, state)]

    def _make_live(self, bases: Iterable[str], state: State) -> list[str]:
        missing = sorted(set(bases) - set(state.live))
        done = self._generations.create(missing, state.generation or state.newest + 1, live=True)
        self._known = set(state.live) | set(missing)
        return done

    def ensure_live(self, bases: Collection[str], *, look_again: bool = False) -> None:
        """Make indices for these bases where there are none, behind their aliases."""
        if look_again or not self._known.issuperset(bases):
            state = self._generations.state()
            if not state.live:
                raise PermanentError(f"{self._cluster.where} is not set up; run: maplewire setup")
            self._make_live(bases, state)

    # -- writing -------------------------------------------------------------------------------------------

    def write(
        self, changes: Sequence[Change], stories: Sequence[StoryDocument] = ()
    ) -> Sequence[RejectedDocument]:
        return self._write(_Live(self), changes, stories)

    def _write(
        self, target: _Target, changes: Sequence[Change], stories: Sequence[StoryDocument]
    ) -> list[RejectedDocument]:
        """Write stories first: if we are interrupted, the articles still tell which stories they leave."""
        newest: dict[str, Change] = {}
        for change in changes:
            if change.article_id not in newest or change.seq >= newest[change.article_id].seq:
                newest[change.article_id] = change
        rejected = self._bulk(target, map(story_operation, stories))
        rejected += self._bulk(target, map(article_operation, newest.values()))
        for ids in _chunks(list(newest)):
            self._settle(target, ids)
        return rejected

    def _bulk(self, target: _Target, operations: Iterable[Operation]) -> list[RejectedDocument]:
        given = list(operations)
        if not given:
            return []
        target.ensure({operation.base for operation in given})
        return self._cluster.bulk(given, target.action, on_missing=target.ensure_again)

    def _settle(self, target: _Target, ids: Sequence[str]) -> None:
        """Leave each of these articles in one place alone: its newest.

        It stands in two where its date moved it to another month, where it was removed, and where an older write
        came late. Whoever writes last sees both places, whichever order two writers had.
        """
        size = len(ids)
        # `map` counts the few documents that match; by default the server would first number every id there is.
        terms = {
            "field": "id",
            "min_doc_count": 2,
            "size": size,
            "shard_size": size,
            "execution_hint": "map",
        }
        answer = self._search(
            target.places,
            {"terms": {"id": ids}},
            size=0,
            aggregations={"twice": {"terms": terms}},
            filter_path="aggregations.twice.buckets.key",
        )
        buckets = answer.get("aggregations", {}).get("twice", {}).get("buckets", [])
        if buckets:
            self._keep_newest(target, [bucket["key"] for bucket in buckets])

    def _keep_newest(self, target: _Target, ids: Sequence[str]) -> None:
        places: dict[str, list[tuple[int, str]]] = {}
        answer = self._search(target.places, {"terms": {"id": ids}}, size=STEP, source=["id", "seq"])
        for hit in answer["hits"]["hits"]:
            article = hit["_source"]
            places.setdefault(article["id"], []).append((article["seq"], hit["_index"]))
        left = []
        for id_, some in places.items():
            *older, (newest, _) = sorted(some)
            left += [Operation(index, id_, newest, None, again=True) for _, index in older]
        self._cluster.bulk(left, lambda one: one.action(one.base, require_alias=False))

    def stories_touched(self, changes: Sequence[Change]) -> Collection[str]:
        touched: set[str] = set()
        for some in _chunks(changes):
            entered = {change.document.story_id for change in some if change.document}
            clause = {
                "bool": {
                    "filter": [{"terms": {"id": [change.article_id for change in some]}}],
                    "must_not": [{"terms": {"story_id": sorted(entered)}}],
                }
            }
            answer = self._search(
                self._alias, clause, size=STEP, source=["story_id"], filter_path="hits.hits._source"
            )
            left = {hit["_source"]["story_id"] for hit in answer.get("hits", {}).get("hits", [])}
            touched |= entered | left
        return touched

    def write_run(self, report: RunReport, source_names: Mapping[str, str]) -> None:
        rejected = self._bulk(_Live(self), run_operations(report, source_names))
        if rejected:
            raise PermanentError("; ".join(map(str, rejected[:SHOWN])))

    def _search(self, index: str, clause: Clause, **options: Any) -> Any:
        with self._cluster.translated():
            return self._cluster.client.search(
                index=index,
                query={"bool": {"filter": [clause]}},
                allow_partial_search_results=False,
                track_total_hits=False,
                **options,
            ).body

    # -- rebuilding ----------------------------------------------------------------------------------------

    def rebuild(
        self,
        changes: Iterable[Sequence[Change]],
        stories: Iterable[Sequence[StoryDocument]] = (),
        rejected: list[RejectedDocument] | None = None,
    ) -> int:
        """Fill new indices beside those that are searched, move all aliases to them in one step, remove the old.

        Indices of another version are replaced, and so are articles and stories of which a part is lost; only the accounts
        of runs have to be whole, to be carried over. A rebuild that fails leaves everything as it was. Documents
        that are refused for good are added to `rejected`.
        """
        self._generations.require_health("runs-*")
        self._generations.install_templates()
        building = self._generations.begin()
        target = _Unseen(building)
        refused = rejected if rejected is not None else []
        try:
            target.ensure([_present_month()])
            for some in changes:
                refused += self._write(target, some, ())
            for batch in stories:
                refused += self._write(target, (), batch)
            last_run = -1
            if "runs" in self._generations.state().live:
                last_run = self._carry_runs(target, self._generations.name("runs"), after=-1)
            building.require_whole()
            left = self._generations.switch(building.targets)
        except BaseException:
            with suppress(TemporaryError, PermanentError):
                self._generations.remove(building.targets.values())
            raise
        self._known = set(building.targets)
        self._has_our_tokens = True
        for index in left:
            if index.startswith(self._generations.name("runs")):
                self._carry_runs(target, index, after=last_run)
        self._generations.remove(left)
        return self.count()

    def _carry_runs(self, target: _Target, index: str, after: int) -> int:
        """Copy the accounts of runs from `after` on, which nobody writes again; return the last run's number."""
        last, copied = after, list[Operation]()
        while True:
            try:
                for id_, account in self._cluster.scan(index, {"range": {"run": {"gte": last}}}, by="run"):
                    last = max(last, account["run"])
                    copied.append(Operation("runs", id_, None, encoded(account), "account"))
                    if len(copied) == CHUNK:
                        self._bulk(target, copied)
                        copied.clear()
            except Gone:
                if last == after:
                    raise
                after = last  # copying took longer than the server kept its view: go on from here
                continue
            self._bulk(target, copied)
            return last

    # -- reading -------------------------------------------------------------------------------------------

    def count(self) -> int:
        def counted() -> int:
            with self._cluster.translated():
                return int(self._cluster.client.count(index=self._alias)["count"])

        return self._read(counted)

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        since: datetime | None = None,
        lang: str | None = None,
        source: str | None = None,
    ) -> StoryHits:
        clause = compiled(_narrowed(query.root, lang=lang, source=source))
        if since is not None:
            recent = {"range": {"time_us": {"gte": microseconds(since)}}}
            clause = {"bool": {"filter": [clause, recent]}}

        def found() -> StoryHits:
            if not self._has_our_tokens:
                self._generations.require_tokens()
                self._has_our_tokens = True
            return stories_found(self._cluster, self._alias, clause, query, max(limit, 0), max(offset, 0))

        return self._read(found)

    def _read(self, reading: Callable[[], T]) -> T:
        """Return what is read, on a second attempt where a rebuild removed the indices under the first."""
        try:
            return reading()
        except Gone:
            pass
        try:
            return reading()
        except Gone as e:
            raise PermanentError(f"{self._cluster.where} is not set up; run: maplewire setup") from e


class _Target(Protocol):
    """Where writes go: to what is searched, or to what a rebuild fills."""

    @property
    def places(self) -> str:
        """Return the indices in which an article may stand."""
        ...

    def ensure(self, bases: Collection[str]) -> None: ...

    def ensure_again(self, bases: Collection[str]) -> None:
        """Make indices that turned out to be missing."""
        ...

    def action(self, operation: Operation) -> bytes:
        """Return the line of a bulk request that says what is done, and in which index."""
        ...


class _Live:
    def __init__(self, index: ElasticIndex) -> None:
        self._index = index
        self._prefix = index.prefix

    @property
    def places(self) -> str:
        return f"{self._prefix}-articles,{self._prefix}-{REMOVED}"

    def ensure(self, bases: Collection[str]) -> None:
        self._index.ensure_live(bases)

    def ensure_again(self, bases: Collection[str]) -> None:
        self._index.ensure_live(bases, look_again=True)

    def action(self, operation: Operation) -> bytes:
        return operation.action(f"{self._prefix}-{operation.base}", require_alias=True)


class _Unseen:
    def __init__(self, building: Building) -> None:
        self._building = building

    @property
    def places(self) -> str:
        return self._building.articles

    def ensure(self, bases: Collection[str]) -> None:
        self._building.ensure(bases)

    def ensure_again(self, bases: Collection[str]) -> None:  # noqa: ARG002
        self._building.require_whole()

    def action(self, operation: Operation) -> bytes:
        return operation.action(self._building.targets[operation.base], require_alias=False)


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for at in range(0, len(items), CHUNK):
        yield items[at : at + CHUNK]


def _present_month() -> str:
    return f"articles-{datetime.now(UTC):%Y.%m}"


def _narrowed(root: Node, *, lang: str | None, source: str | None) -> Node:
    """Return a query with the options of a search as further conditions."""
    wanted = [
        Keyword(field, keyword(value))
        for field, value in (("lang", lang), ("source", source))
        if value is not None
    ]
    return And((root, *wanted)) if wanted else root
