"""The part of the ledger for feeds and batches (`ports.FeedLedger`), in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from crawlers.model import CrawlResult, FeedState, ListedEntry, PageRetry, SkippedEntry
from crawlers.retries import newer_retry
from pipelines.adapters.crawl_accounts import (
    SKIPPED_KEPT,
    add_latest,
    addresses_listed_now,
    entry_id,
    failed_account,
    known_address,
    newer_state,
)
from pipelines.adapters.memory.clean_values import clean_value
from pipelines.adapters.memory.ledger_state import LedgerState, StoredAccount
from pipelines.adapters.stored_text import clean_text
from pipelines.model import OpenBatch


class MemoryFeeds(LedgerState):
    """Feed states, known addresses and batches."""

    def feed_states(self) -> Mapping[str, FeedState]:
        return dict(sorted(self._feed_states.items()))

    def save_feed_states(self, states: Collection[FeedState]) -> None:
        with self._writing_alone():
            for state in states:
                self._feed_states[state.source_id] = clean_value(state)

    def known_urls(self, source_ids: Collection[str], limit_each: int = 5000) -> Mapping[str, datetime]:
        known: dict[str, datetime] = {}
        for source_id in source_ids:
            add_latest(known, self._known_urls_of(source_id, limit_each))
        return known

    def _known_urls_of(self, source_id: str, limit: int) -> dict[str, datetime]:
        pages: dict[str, dict[str, datetime]] = {}
        for account in reversed(self._accounts.values()):
            page = account.page
            if page.source_id != source_id or account.is_temporary:
                continue
            address = known_address(page.url)
            listed = known_address(page.listed_url) if page.listed_url else address
            add_latest(pages.setdefault(address, {}), {address: account.at, listed: account.at})
        known: dict[str, datetime] = {}
        for addresses in list(pages.values())[:limit]:
            add_latest(known, addresses)
        return known

    def listed_entries(
        self, source_ids: Collection[str], limit_each: int = 1000
    ) -> Mapping[str, Sequence[ListedEntry]]:
        found: dict[str, Sequence[ListedEntry]] = {}
        for source_id in source_ids:
            entries = self._entries_listed_by(source_id)[:limit_each]
            if entries:
                found[source_id] = entries
        return found

    def forget_listed_entries(self, before: datetime) -> int:
        with self._writing_alone():
            kept = {}
            for key, entry in self._listed.items():
                if entry.at >= before or self._is_needed(entry):
                    kept[key] = entry
            forgotten = len(self._listed) - len(kept)
            self._listed = kept
        return forgotten

    def _is_needed(self, entry: ListedEntry) -> bool:
        if entry.guid is not None and entry.article_id in self._arrivals:
            return True
        state = self._feed_states.get(entry.source_id)
        return state is not None and entry.address in addresses_listed_now(state)

    def adopt(self, result: CrawlResult, path: str, run_id: int) -> bool:
        with self._writing_alone():
            if result.batch_id in self._batches:
                return False
            assert run_id in self._runs, f"run {run_id} was never started"
            result = clean_value(result)
            self._batches[result.batch_id] = (result, clean_text(path))
            for state in result.states:
                known = self._feed_states.get(state.source_id)
                self._feed_states[state.source_id] = newer_state(known, state)
            for report in result.reports:
                self._source_reports.append((run_id, report))
            self._write_failures(result, run_id)
            self._write_skipped(result.skipped)
            for retry in result.retries:
                known_retry = self._page_retries.get(retry.address)
                self._page_retries[retry.address] = newer_retry(known_retry, retry)
            for address in result.settled:
                self._page_retries.pop(address, None)
        return True

    def _write_skipped(self, entries: Sequence[SkippedEntry]) -> None:
        for entry in reversed(entries):
            of_source = self._skipped.setdefault(entry.source_id, {})
            of_source.setdefault(entry_id(entry), entry)
            while len(of_source) > SKIPPED_KEPT:
                del of_source[next(iter(of_source))]

    def skipped_entries(
        self, since: datetime, source_ids: Collection[str] = (), limit: int = 20_000
    ) -> Sequence[SkippedEntry]:
        found = []
        for source_id, entries in self._skipped.items():
            if source_ids and source_id not in source_ids:
                continue
            for entry in entries.values():
                if entry.at >= since:
                    found.append(entry)
        # Of one moment, what was written last comes first, as in a database.
        found.reverse()
        found.sort(key=lambda entry: entry.at, reverse=True)
        return found[:limit]

    def page_retries(self, source_ids: Collection[str]) -> Mapping[str, PageRetry]:
        found = {}
        for address, retry in sorted(self._page_retries.items()):
            if retry.source_id in source_ids:
                found[address] = retry
        return found

    def _write_failures(self, result: CrawlResult, run_id: int) -> None:
        for number, failure in enumerate(result.failures, 1):
            page = failed_account(result.batch_id, number, failure)
            is_temporary = not failure.is_final
            account = StoredAccount(page, run_id, result.started, is_temporary)
            self._accounts[result.batch_id, -number] = account

    def open_batches(self) -> Sequence[OpenBatch]:
        found = []
        for batch_id, (result, path) in self._batches.items():
            done = self._done_records(batch_id)
            if batch_id not in self._closed_batches and len(done) < result.pages:
                found.append(OpenBatch(batch_id, path, result.pages, done))
        return found

    def _done_records(self, batch_id: str) -> frozenset[int]:
        done = set()
        for account_batch, record in self._accounts:
            if account_batch == batch_id and record >= 0:
                done.add(record)
        return frozenset(done)

    def close_batch(self, batch_id: str) -> None:
        assert batch_id in self._batches, f"batch {batch_id} was never adopted"
        result, _ = self._batches[batch_id]
        count = sum(1 for account_batch, _ in self._accounts if account_batch == batch_id)
        owed = result.pages + len(result.failures)
        assert count == owed, f"batch {batch_id}: {count} accounts for {owed} pages and failures"
        self._closed_batches.add(batch_id)

    def batch_path(self, batch_id: str) -> str | None:
        if batch_id not in self._batches:
            return None
        _, path = self._batches[batch_id]
        return path
