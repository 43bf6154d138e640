"""Writing of articles and stories, so that each article stands in one place.

`Writer` writes into what is searched meanwhile, `UnseenWriter` into what a rebuild fills.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pipelines.adapters.elastic_index.bulk import PAUSES_S, BulkWriter
from pipelines.adapters.elastic_index.cluster import Cluster
from pipelines.adapters.elastic_index.documents import (
    YEAR,
    Operation,
    article_operation,
    month_of,
    story_operation,
)
from pipelines.adapters.elastic_index.targets import WriteTarget
from pipelines.adapters.projection import newest_changes
from pipelines.model import Change, RejectedDocument, StoryDocument

T = TypeVar("T")

#: Documents that one request asks after, or copies.
CHUNK = 1_000
#: Documents in one answer; the server's limit.
MAX_HITS = 10_000


class Writer:
    """Writes into one target.

    The cluster is asked which articles stand in two places.
    """

    _is_found_at_once = True

    def __init__(self, cluster: Cluster, target: WriteTarget, pauses_s: Sequence[float] = PAUSES_S) -> None:
        self._cluster = cluster
        self._target = target
        self._pauses_s = pauses_s

    def write(self, changes: Sequence[Change], stories: Iterable[StoryDocument]) -> list[RejectedDocument]:
        """Write what changed; return what was refused for good.

        Stories go first: if we are interrupted, the articles still tell which stories they leave.
        """
        newest = newest_changes(changes)
        rejected = self.write_operations(list(map(story_operation, stories)))
        rejected += self.write_operations(self._article_operations(newest.values()))
        self.settle(newest)
        return rejected

    def settle(self, ids: Iterable[str]) -> None:
        """Leave each of these articles in one place."""
        for some in in_chunks(list(ids)):
            self._settle_places(some)

    def _article_operations(self, changes: Collection[Change]) -> list[Operation]:
        years: Counter[str] = Counter()
        for change in changes:
            if change.document is not None:
                years[month_of(change.document)[:YEAR]] += 1
        by_month = self._target.full_years(years)
        return [article_operation(change, by_month) for change in changes]

    def write_operations(self, operations: Sequence[Operation]) -> list[RejectedDocument]:
        """Write into the indices of the target."""
        # They are made where they are missing: the first article of a year makes its index.
        if not operations:
            return []
        self._target.ensure_indices({operation.base for operation in operations})
        bulk = BulkWriter(
            self._cluster,
            self._target.action_of,
            pauses_s=self._pauses_s,
            on_missing=self._target.ensure_indices_again,
            is_found_at_once=self._is_found_at_once,
        )
        return bulk.write(operations)

    def _settle_places(self, ids: Sequence[str]) -> None:
        """Leave each of these articles in one place alone: its newest.

        It stands in two where its date moved it to another year or month, or where its year became full. So
        it does where it was removed, and where an older write came late. Whoever writes last sees both
        places, whichever order two writers had.
        """
        size = len(ids)
        terms = {
            "field": "id",
            "min_doc_count": 2,
            "size": size,
            "shard_size": size,
            # `map` counts the few documents that match; by default the server would first number
            # every id there is.
            "execution_hint": "map",
        }
        answer = search_documents(
            self._cluster,
            self._target.article_indices,
            {"terms": {"id": ids}},
            size=0,
            aggregations={"twice": {"terms": terms}},
            filter_path="aggregations.twice.buckets.key",
        )
        buckets = answer.get("aggregations", {}).get("twice", {}).get("buckets", [])
        if buckets:
            self._keep_newest([bucket["key"] for bucket in buckets])

    def _keep_newest(self, ids: Sequence[str]) -> None:
        answer = search_documents(
            self._cluster,
            self._target.article_indices,
            {"terms": {"id": ids}},
            size=MAX_HITS,
            source=["id", "seq"],
        )
        places: dict[str, list[tuple[int, str]]] = {}
        for hit in answer["hits"]["hits"]:
            article = hit["_source"]
            places.setdefault(article["id"], []).append((article["seq"], hit["_index"]))
        removals: list[Operation] = []
        for id_, some in places.items():
            *older, (newest_seq, _) = sorted(some)
            for _, index in older:
                # With the newest number: a write that comes in late is older than this removal.
                removals.append(Operation(index, id_, newest_seq, None, again=True))
        BulkWriter(self._cluster, _action_in_concrete_index, pauses_s=self._pauses_s).write(removals)


class UnseenWriter(Writer):
    """Writes what nobody searches yet: it is found when all is done."""

    _is_found_at_once = False

    def __init__(self, cluster: Cluster, target: WriteTarget, pauses_s: Sequence[float] = PAUSES_S) -> None:
        super().__init__(cluster, target, pauses_s)
        self._ids: set[str] = set()
        #: An article that is written once stands in one place.
        self._written_again: set[str] = set()

    def settle(self, ids: Iterable[str]) -> None:
        """Remember which of these articles may stand in two places."""
        some = set(ids)
        self._written_again |= self._ids & some
        self._ids |= some

    def settle_all(self) -> None:
        """Leave each article in one place, when all that was written is found."""
        super().settle(self._written_again)


def _action_in_concrete_index(operation: Operation) -> bytes:
    return operation.action(operation.base, require_alias=False)


def search_documents(cluster: Cluster, index: str, clause: Mapping[str, Any], **options: Any) -> Any:
    """Return the server's answer to one filter, always whole."""
    with cluster.translated():
        return cluster.client.search(
            index=index,
            query={"bool": {"filter": [clause]}},
            allow_partial_search_results=False,
            track_total_hits=False,
            **options,
        ).body


def in_chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the items in order, at most CHUNK at a time."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
