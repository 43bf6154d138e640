"""The part of the ledger for feeds and batches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from crawlers.model import CrawlResult, FeedState, ListedEntry, PageRetry, SkippedEntry
from pipelines.model import (
    OpenBatch,
)


class FeedLedger(Protocol):
    """What was crawled: feed states, known addresses, batches."""

    def feed_states(self) -> Mapping[str, FeedState]:
        """Return the state of every feed that was ever polled, by source id."""
        ...

    def save_feed_states(self, states: Collection[FeedState]) -> None:
        """Keep these states as they are, whatever was known of their feeds."""
        ...

    def known_urls(self, source_ids: Collection[str], limit_each: int = 5000) -> Mapping[str, datetime]:
        """Return the canonical addresses that these sources need not ask for again.

        Each comes with the time we last looked, the start of that batch. They are those of every
        page with an account other than a failure after which it is asked for again, the newest
        `limit_each` of each source.
        """
        ...

    def page_retries(self, source_ids: Collection[str]) -> Mapping[str, PageRetry]:
        """Return the pages of these sources that did not come and are asked for again.

        They are ordered by their canonical address, which is the key.
        """
        ...

    def listed_entries(
        self, source_ids: Collection[str], limit_each: int = 1000
    ) -> Mapping[str, Sequence[ListedEntry]]:
        """Return how the fetched pages of these sources were listed, by source id.

        The newest come first.
        An entry that was listed under several titles, guids or addresses comes once for each, with the time
        of the last fetch. Sources without any are left out.
        """
        ...

    def forget_listed_entries(self, before: datetime) -> int:
        """Forget how pages were listed, and return how many.

        They are those that were last fetched before a time. What tells that an entry is no new article
        stays: those that their source lists now, and those with a guid whose article is on the beat.
        """
        ...

    def adopt(self, result: CrawlResult, path: str, run_id: int) -> bool:
        """Take over what a complete batch says, in one transaction.

        That is its feed states, its source reports, its fetch failures, and which pages are asked for again.
        The failures have outcome FAILED or LOST and the record numbers -1, -2, and so on. What `scope: broad`
        left out is kept too, each entry of a source once, the newest `SKIPPED_KEPT` of each.

        Returns False and changes nothing where the batch is known already.
        """
        ...

    def skipped_entries(
        self, since: datetime, source_ids: Collection[str] = (), limit: int = 20_000
    ) -> Sequence[SkippedEntry]:
        """Return what `scope: broad` left out from `since` on, newest first.

        Only of these sources where any is named.
        """
        ...

    def open_batches(self) -> Sequence[OpenBatch]:
        """Return batches that have records without an account, oldest first."""
        ...

    def close_batch(self, batch_id: str) -> None:
        """Mark a batch as processed; raise AssertionError if its accounts do not add up."""
        ...

    def batch_path(self, batch_id: str) -> str | None:
        """Return the path of a batch, None where it was never adopted."""
        ...
