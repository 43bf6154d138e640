"""The part of the ledger for feeds and batches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from crawlers.model import CrawlResult, FeedState
from pipelines.model import (
    OpenBatch,
)


class FeedLedger(Protocol):
    """What was crawled: feed states, known addresses, batches."""

    def feed_states(self) -> Mapping[str, FeedState]: ...

    def known_urls(self, source_ids: Collection[str], limit_each: int = 5000) -> Mapping[str, datetime]:
        """Return the canonical addresses these sources need not ask for again, each with the time
        we last looked (the start of that batch): every page that has an account other than a
        temporary failure (newest `limit_each` of each source)."""
        ...

    def adopt(self, result: CrawlResult, path: str, run_id: int) -> bool:
        """Take over a complete batch: its feed states, source reports and fetch failures (as
        outcome FAILED; record numbers below zero: -1, -2, ...), in one transaction.

        Return False and change nothing where the batch is known already.
        """
        ...

    def open_batches(self) -> Sequence[OpenBatch]:
        """Return batches that have records without an account, oldest first."""
        ...

    def close_batch(self, batch_id: str) -> None:
        """Mark a batch as processed. Raises AssertionError when its accounts do not add up."""
        ...

    def batch_path(self, batch_id: str) -> str | None: ...
