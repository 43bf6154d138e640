"""The port for the search index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

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

if TYPE_CHECKING:
    from pipelines.query import Query


class SearchIndex(Protocol):
    """A projection of the ledger for searching. Losing it loses nothing."""

    #: Whether accounts of runs are kept. The readers of other indexes look into the ledger.
    keeps_accounts: bool

    def setup(self) -> Sequence[str]:
        """Create what is missing; return what was changed, one line each."""
        ...

    def write(
        self, changes: Sequence[Change], stories: Sequence[StoryDocument] = ()
    ) -> Sequence[RejectedDocument]:
        """Write documents and removals; return what the index refuses for good.

        The rest is written. Writing again is harmless: an older `seq` never replaces a newer one.
        Raises TemporaryError with nothing promised; the watermark then stays. An index that reads
        stories from the ledger ignores `stories`.
        """
        ...

    def stories_touched(self, changes: Sequence[Change]) -> Collection[str]:
        """Return the stories whose documents have to be written with these changes.

        They are those that an article comes into, and those that it leaves as far as the index
        knows. Empty for an index that keeps no stories.
        """
        ...

    def write_runs(self, reports: Sequence[RunReport], source_names: Mapping[str, str]) -> None:
        """Keep the accounts of runs, for dashboards.

        One that says how a source did is not replaced by one that does not.
        """
        ...

    def write_catalogue(
        self, sources: Sequence[SourceAccount], source_names: Mapping[str, str], at: datetime
    ) -> None:
        """Keep which sources there are, and how each does by now.

        So those are known that no run has polled.
        """
        ...

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
        """Return the stories with at least one article that matches, in this order.

        `newest`: a story's time is the newest `published` (else `collected`) of its matching articles.
        `oldest`: it is the oldest of them, and hits stand in that order too. `best`: as `best_first` of
        pipelines.query.ranking; an index may rank the articles with the best words alone, and leave out the
        rest. Ties go by story id, ascending.

        With `after`, a place in an order by time, only stories behind it are returned; `total` counts all.
        `since` compares an article's time. `lang="zh"` includes zh-Hans and zh-Hant.
        """
        ...

    def facets(self, query: Query, fields: Sequence[str], most: int = 10) -> Facets:
        """Return how many stories have each value of some keyword fields.

        Articles that match are looked at. Of each field the `most` frequent values come, ties by value;
        values are folded, as a query compares them. An index may look at the newest matches alone, or
        count nearly.
        """
        ...

    def rebuild(
        self,
        changes: Iterable[Sequence[Change]],
        stories: Iterable[Sequence[StoryDocument]] = (),
        rejected: list[RejectedDocument] | None = None,
    ) -> int:
        """Replace everything by these changes and stories; return the number of documents.

        Searches are answered all the while. Accounts of runs are carried over. What the index
        refuses for good is added to `rejected`; the rest is written.
        """
        ...

    def count(self) -> int: ...

    def close(self) -> None: ...
