"""What becomes of a source's pages that did not come, before and in this crawl.

missed before ──► due, and listed still ──► asked for ──► came ──────────► settled
└──► dropped by the listing ──► asked for once ─┐
missed now ──────────────────────────────────────────────────┴──► a retry, or lost
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from crawlers.errors import PermanentError
from crawlers.model import Entry, FetchFailure, PageRetry, Source
from crawlers.retries import describe_loss, first_failure, is_retry_due, next_failure
from crawlers.spiders.shared_crawl import SharedCrawl
from crawlers.urls import canonical_url


class MissedPagesOfSource:
    """The pages of one source that did not come."""

    def __init__(self, source: Source, crawl: SharedCrawl) -> None:
        self._source = source
        self._crawl = crawl
        #: Pages that did not come in this crawl and are asked for again in another.
        self.retries: list[PageRetry] = []
        #: Those that did not come before, by canonical address.
        self._before: dict[str, PageRetry] = {}
        for address, retry in crawl.job.missed.retries.items():
            if retry.source_id == source.id:
                self._before[address] = retry
        #: Addresses that the listing has no more: they are asked for a last time.
        self._dropped: set[str] = set()

    def take_listed(self) -> tuple[list[Entry], int]:
        """Return the entries that are due of a listing that is as it was.

        And how many others wait.
        """
        now = self._crawl.current_time()
        due: list[Entry] = []
        waiting = 0
        for address, retry in self._before.items():
            if self._has_come(retry):
                self._crawl.settled.add(address)
            elif is_retry_due(retry, now):
                due.append(retry.entry)
            else:
                waiting += 1
        return due, waiting

    def take_dropped(self, listed: Collection[str], *, is_whole: bool) -> list[Entry]:
        """Return the entries that a listing has no more: they get a last chance.

        `listed` are the canonical addresses that it has. Where it did not come whole, nobody can say what it
        has no more.
        """
        dropped: list[Entry] = []
        for address, retry in self._before.items():
            if self._has_come(retry):
                self._crawl.settled.add(address)
            elif address not in listed and is_whole:
                self._dropped.add(address)
                dropped.append(retry.entry)
        return dropped

    def settle(self, entry: Entry) -> None:
        """Note that a page has come, whoever missed it."""
        address = canonical_url(entry.url)
        if address in self._crawl.job.missed.retries:
            self._crawl.settled.add(address)

    def judge_failure(self, entry: Entry, failure: FetchFailure) -> FetchFailure:
        """Return a failure with what it means: asked again, or lost."""
        if self._crawl.job.window:
            # The past has no listing that is asked again: a person may repeat the backfill.
            return replace(failure, is_lost=failure.kind == "permanent")
        try:
            address = canonical_url(entry.url)
        except PermanentError:
            return replace(failure, is_lost=True)
        before = self._crawl.job.missed.retries.get(address)
        is_listed = address not in self._dropped
        # Times count from the crawl's start, as those of listings do.
        at = self._crawl.job.now
        if before is None:
            retry = first_failure(address, self._source.id, entry, failure.kind, failure.reason, at)
        else:
            retry = next_failure(before, failure.kind, failure.reason, at, is_listed=is_listed)
        if retry is not None:
            self.retries.append(retry)
            return failure
        if before is not None:
            self._crawl.settled.add(address)
        reason = describe_loss(before, failure.reason, is_listed=is_listed)
        # Of a page that we have, only its new state is missing.
        is_lost = address not in self._crawl.known
        return replace(failure, kind="permanent", reason=reason, is_lost=is_lost)

    def _has_come(self, retry: PageRetry) -> bool:
        """Tell whether a page came by another way since it was missed."""
        if retry.address not in self._crawl.known:
            return False
        fetched_at = self._crawl.known[retry.address]
        # A page that we had before, and of which the listing told a change, has not come for that.
        return fetched_at is None or fetched_at >= retry.since
