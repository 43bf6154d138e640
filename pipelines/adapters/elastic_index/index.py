"""The search index in an Elasticsearch cluster."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from crawlers.errors import PermanentError
from pipelines.adapters.elastic_index.bulk import PAUSES_S
from pipelines.adapters.elastic_index.cluster import Cluster
from pipelines.adapters.elastic_index.compile import Clause, compiled
from pipelines.adapters.elastic_index.documents import (
    Operation,
    catalogue_operations,
    present_year,
    run_operations,
)
from pipelines.adapters.elastic_index.facets import count_values
from pipelines.adapters.elastic_index.generations import Generations
from pipelines.adapters.elastic_index.index_names import ALWAYS
from pipelines.adapters.elastic_index.rebuild import rebuild_indices
from pipelines.adapters.elastic_index.refusals import Gone
from pipelines.adapters.elastic_index.story_search import StoryPage, stories_found
from pipelines.adapters.elastic_index.targets import LiveTarget
from pipelines.adapters.elastic_index.writer import MAX_HITS, Writer, in_chunks, search_documents
from pipelines.adapters.elastic_index.year_sizes import YEAR_LIMIT
from pipelines.adapters.microseconds import microseconds
from pipelines.model import (
    Change,
    Facets,
    RejectedDocument,
    RunReport,
    SourceAccount,
    StoryDocument,
    StoryHits,
    StoryOrder,
    StoryPlace,
)
from pipelines.query import Query
from pipelines.query.narrowing import narrowed

T = TypeVar("T")

#: Reasons in one error message.
SHOWN = 3


class ElasticIndex:
    """A SearchIndex in Elasticsearch. Nothing is opened before it is needed.

    Several processes may search and write at once. Every document carries the ledger's `seq` as its
    version, and wherever one article stands twice, its newest place wins; so it does not matter who
    writes first.
    """

    keeps_accounts = True

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        ca_certs: Path | str | None = None,
        prefix: str = "news",
        timeout_s: float = 60.0,
        pauses_s: Sequence[float] = PAUSES_S,
        year_limit: int = YEAR_LIMIT,
    ) -> None:
        """Take the address of a node, a key, and the certificate of its authority.

        The key has the role of docs/elasticsearch.md. Articles of a year beyond `year_limit` stand by month.
        """
        self.prefix = prefix
        self._cluster = Cluster(url, api_key=api_key, ca_certs=ca_certs, timeout_s=timeout_s)
        self._pauses_s = pauses_s
        self._year_limit = year_limit
        self._generations = Generations(self._cluster, prefix)
        self._alias = self._generations.alias_of("articles")
        self._live = LiveTarget(self._generations, self._cluster.where, year_limit)
        self._writer = Writer(self._cluster, self._live, pauses_s)
        #: Asked once: tokens change with the version of Maplewire alone, and a rebuild makes ours.
        self._has_our_tokens = False

    def close(self) -> None:
        self._cluster.close()

    # -- setting up ----------------------------------------------------------------------------------------

    def setup(self) -> Sequence[str]:
        """Install templates, and make the first indices where there are none.

        Raises TemporaryError while the cluster is red, PermanentError where another version made the
        indices.
        """
        self._generations.require_health()
        state = self._generations.read_state()
        self._generations.require_version(state)
        done = self._generations.install_templates()
        bases = set(ALWAYS)
        if bases.issuperset(state.live):
            # Dashboards and searches name the alias of all years, so there has to be one.
            bases.add(present_year())
        return [*done, *self._live.make_missing(bases, state)]

    # -- writing -------------------------------------------------------------------------------------------

    def write(
        self, changes: Sequence[Change], stories: Sequence[StoryDocument] = ()
    ) -> Sequence[RejectedDocument]:
        return self._writer.write(changes, stories)

    def stories_touched(self, changes: Sequence[Change]) -> Collection[str]:
        touched: set[str] = set()
        for some in in_chunks(changes):
            entered: set[str] = set()
            article_ids: list[str] = []
            for change in some:
                article_ids.append(change.article_id)
                if change.document:
                    entered.add(change.document.story_id)
            touched |= entered | self._stories_left(article_ids, entered)
        return touched

    def _stories_left(self, article_ids: Sequence[str], entered: Collection[str]) -> set[str]:
        """Return the stories that these articles leave."""
        clause = {
            "bool": {
                "filter": [{"terms": {"id": article_ids}}],
                "must_not": [{"terms": {"story_id": sorted(entered)}}],
            }
        }
        answer = search_documents(
            self._cluster,
            self._alias,
            clause,
            size=MAX_HITS,
            source=["story_id"],
            filter_path="hits.hits._source",
        )
        hits = answer.get("hits", {}).get("hits", [])
        found: set[str] = set()
        for hit in hits:
            found.add(hit["_source"]["story_id"])
        return found

    def write_runs(self, reports: Sequence[RunReport], source_names: Mapping[str, str]) -> None:
        operations: list[Operation] = []
        for report in reports:
            operations += run_operations(report, source_names)
        self._write_accounts(operations)

    def write_catalogue(
        self, sources: Sequence[SourceAccount], source_names: Mapping[str, str], at: datetime
    ) -> None:
        self._write_accounts(catalogue_operations(sources, source_names, at))

    def _write_accounts(self, operations: Sequence[Operation]) -> None:
        rejected = self._writer.write_operations(operations)
        if rejected:
            raise PermanentError("; ".join(map(str, rejected[:SHOWN])))

    def rebuild(
        self,
        changes: Iterable[Sequence[Change]],
        stories: Iterable[Sequence[StoryDocument]] = (),
        rejected: list[RejectedDocument] | None = None,
    ) -> int:
        """Fill new indices, move all aliases to them in one step, remove the old.

        Indices of another version are replaced, and so are articles and stories of which a part is
        lost; only the accounts of runs have to be whole, to be carried over. A rebuild that fails
        leaves everything as it was. Documents that are refused for good are added to `rejected`.
        """
        # Filled while it lasts, so that the caller has them when it fails, too.
        if rejected is None:
            rejected = []
        bases = rebuild_indices(
            self._cluster,
            self._generations,
            changes,
            stories,
            rejected,
            self._pauses_s,
            self._year_limit,
        )
        self._live.remember_only(bases)
        self._has_our_tokens = True
        return self.count()

    # -- reading -------------------------------------------------------------------------------------------

    def count(self) -> int:
        return self._read_patiently(self._count_articles)

    def _count_articles(self) -> int:
        with self._cluster.translated():
            return int(self._cluster.client.count(index=self._alias)["count"])

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        since: datetime | None = None,
        lang: str | None = None,
        source: str | None = None,
        order: StoryOrder = "newest",
        after: StoryPlace | None = None,
    ) -> StoryHits:
        clause: Clause = compiled(narrowed(query.root, lang=lang, source=source))
        if since is not None:
            recent = {"range": {"time_us": {"gte": microseconds(since)}}}
            clause = {"bool": {"filter": [clause, recent]}}

        page = StoryPage(max(limit, 0), max(offset, 0), order, after)

        def find_stories() -> StoryHits:
            self._require_our_tokens()
            return stories_found(self._cluster, self._alias, clause, query, page)

        # As a whole: a page from two generations would show stories twice.
        return self._read_patiently(find_stories)

    def facets(self, query: Query, fields: Sequence[str], most: int = 10) -> Facets:
        clause: Clause = compiled(query.root)

        def count() -> Facets:
            self._require_our_tokens()
            return count_values(self._cluster, self._alias, clause, fields, most)

        return self._read_patiently(count)

    def _require_our_tokens(self) -> None:
        if not self._has_our_tokens:
            self._generations.require_tokens()
            self._has_our_tokens = True

    def _read_patiently(self, read: Callable[[], T]) -> T:
        """Return what is read.

        A rebuild may remove the indices under a reader; the second attempt finds those it made.
        """
        try:
            return read()
        except Gone:
            pass
        try:
            return read()
        except Gone as e:
            raise PermanentError(f"{self._cluster.where} is not set up; run: maplewire setup") from e
