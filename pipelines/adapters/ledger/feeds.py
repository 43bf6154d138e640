"""The part of the ledger for feeds and batches (`ports.FeedLedger`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from crawlers.model import CrawlResult, FeedState, ListedEntry, PageRetry, SkippedEntry
from crawlers.retries import newer_retry
from pipelines.adapters.crawl_accounts import add_latest, addresses_listed_now, newer_state
from pipelines.adapters.ledger.accounts import write_failures
from pipelines.adapters.ledger.codec import FEED_STATE, PAGE_RETRY, SOURCE_REPORT
from pipelines.adapters.ledger.database import LedgerPart
from pipelines.adapters.ledger.listed import (
    forget_entries,
    read_listed_entries,
    read_sources_with_entries,
)
from pipelines.adapters.ledger.schema import accounts, batches, feed_states, page_retries, source_reports
from pipelines.adapters.ledger.skipped import read_skipped, write_skipped
from pipelines.adapters.ledger.statements import upsert_rows
from pipelines.adapters.ledger.value_lists import text_table
from pipelines.model import OpenBatch


class SqlFeeds(LedgerPart):
    """Feed states, known addresses and batches, in a database."""

    def feed_states(self) -> Mapping[str, FeedState]:
        with self.database.reading() as connection:
            return _read_feed_states(connection)

    def save_feed_states(self, states: Collection[FeedState]) -> None:
        with self.database.writing() as connection:
            _upsert_feed_states(connection, states)

    def known_urls(self, source_ids: Collection[str], limit_each: int = 5000) -> Mapping[str, datetime]:
        known: dict[str, datetime] = {}
        with self.database.reading() as connection:
            for source_id in source_ids:
                add_latest(known, _read_known_urls(connection, source_id, limit_each))
        return known

    def listed_entries(
        self, source_ids: Collection[str], limit_each: int = 1000
    ) -> Mapping[str, Sequence[ListedEntry]]:
        found: dict[str, Sequence[ListedEntry]] = {}
        with self.database.reading() as connection:
            for source_id in source_ids:
                entries = read_listed_entries(connection, source_id, limit_each)
                if entries:
                    found[source_id] = entries
        return found

    def forget_listed_entries(self, before: datetime) -> int:
        with self.database.reading() as connection:
            states = _read_feed_states(connection)
            source_ids = read_sources_with_entries(connection)
        forgotten = 0
        for source_id in source_ids:
            state = states.get(source_id) or FeedState(source_id)
            # A source at a time, so that nobody who writes waits for all of them.
            with self.database.writing() as connection:
                forgotten += forget_entries(connection, source_id, before, addresses_listed_now(state))
        return forgotten

    def adopt(self, result: CrawlResult, path: str, run_id: int) -> bool:
        with self.database.writing_alone() as connection:
            # Two workers may find the same complete batch.
            if connection.scalar(select(batches.c.id).where(batches.c.id == result.batch_id)):
                return False
            batch = {
                "id": result.batch_id,
                "path": path,
                "pages": result.pages,
                "failures": len(result.failures),
                "started": result.started,
                "closed": result.pages == 0,
            }
            connection.execute(insert(batches).values(batch))
            _write_feed_states(connection, result.states)
            _write_source_reports(connection, result, run_id)
            write_failures(connection, result, run_id)
            write_skipped(connection, result.skipped)
            _write_page_retries(connection, result)
        return True

    def skipped_entries(
        self, since: datetime, source_ids: Collection[str] = (), limit: int = 20_000
    ) -> Sequence[SkippedEntry]:
        with self.database.reading() as connection:
            return read_skipped(connection, since, source_ids, limit)

    def page_retries(self, source_ids: Collection[str]) -> Mapping[str, PageRetry]:
        wanted = set(source_ids)
        found: dict[str, PageRetry] = {}
        query = select(page_retries).order_by(page_retries.c.address)
        with self.database.reading() as connection:
            for row in connection.execute(query):
                if row.source_id in wanted:
                    found[row.address] = PAGE_RETRY.load(row.facts)
        return found

    def open_batches(self) -> Sequence[OpenBatch]:
        query = select(batches).where(~batches.c.closed).order_by(batches.c.number)
        found = []
        with self.database.reading() as connection:
            for row in connection.execute(query).all():
                done = _read_done_records(connection, row.id)
                if len(done) < row.pages:
                    found.append(OpenBatch(row.id, row.path, row.pages, done))
        return found

    def close_batch(self, batch_id: str) -> None:
        with self.database.writing() as connection:
            row = connection.execute(select(batches).where(batches.c.id == batch_id)).first()
            if row is None:
                raise AssertionError(f"batch {batch_id} was never adopted")
            of_batch = accounts.c.batch_id == batch_id
            count = connection.scalar(select(func.count()).select_from(accounts).where(of_batch))
            if count != row.pages + row.failures:
                raise AssertionError(
                    f"batch {batch_id}: {count} accounts for {row.pages} pages and {row.failures} failures"
                )
            connection.execute(update(batches).where(batches.c.id == batch_id).values(closed=True))

    def batch_path(self, batch_id: str) -> str | None:
        with self.database.reading() as connection:
            return connection.scalar(select(batches.c.path).where(batches.c.id == batch_id))


def _read_feed_states(connection: Connection) -> dict[str, FeedState]:
    rows = connection.execute(select(feed_states).order_by(feed_states.c.source_id))
    found: dict[str, FeedState] = {}
    for row in rows:
        found[row.source_id] = FEED_STATE.load(row.state)
    return found


def _write_feed_states(connection: Connection, offered: Sequence[FeedState]) -> None:
    known = _read_feed_states(connection)
    kept = [newer_state(known.get(state.source_id), state) for state in offered]
    _upsert_feed_states(connection, kept)


def _upsert_feed_states(connection: Connection, states: Collection[FeedState]) -> None:
    rows = []
    for state in states:
        rows.append({"source_id": state.source_id, "state": FEED_STATE.dump(state)})
    upsert_rows(connection, feed_states, rows, "source_id")


def _write_page_retries(connection: Connection, result: CrawlResult) -> None:
    """Write which pages are asked for again; take out what is settled."""
    known = _read_page_retries(connection, [retry.address for retry in result.retries])
    rows = []
    for retry in result.retries:
        kept = newer_retry(known.get(retry.address), retry)
        rows.append({
            "address": kept.address, "source_id": kept.source_id, "facts": PAGE_RETRY.dump(kept),
        })  # fmt: skip
    upsert_rows(connection, page_retries, rows, "address")
    if result.settled:
        settled = text_table(connection, result.settled)
        connection.execute(delete(page_retries).where(page_retries.c.address.in_(select(settled.c.value))))


def _read_page_retries(connection: Connection, addresses: Sequence[str]) -> dict[str, PageRetry]:
    wanted = text_table(connection, addresses)
    query = select(page_retries).where(page_retries.c.address.in_(select(wanted.c.value)))
    found: dict[str, PageRetry] = {}
    for row in connection.execute(query):
        found[row.address] = PAGE_RETRY.load(row.facts)
    return found


def _write_source_reports(connection: Connection, result: CrawlResult, run_id: int) -> None:
    rows = []
    for report in result.reports:
        facts = SOURCE_REPORT.dump(report)
        rows.append({"run_id": run_id, "source_id": report.source_id, "report": facts})
    if rows:
        connection.execute(insert(source_reports), rows)


def _read_known_urls(connection: Connection, source_id: str, limit: int) -> dict[str, datetime]:
    """Return the addresses of a source's newest `limit` pages.

    A page that was looked at several times counts once.
    """
    query = (
        select(accounts.c.canonical_url, accounts.c.listed_url, accounts.c.at)
        .where(accounts.c.source_id == source_id, ~accounts.c.temporary)
        .order_by(accounts.c.id.desc())
    )
    pages: set[str] = set()
    known: dict[str, datetime] = {}
    # In portions: a source of years has more accounts than are read.
    with connection.execution_options(yield_per=1000).execute(query) as rows:
        for address, listed, at in rows:
            if address not in pages and len(pages) == limit:
                break
            pages.add(address)
            add_latest(known, {address: at, listed or address: at})
    return known


def _read_done_records(connection: Connection, batch_id: str) -> frozenset[int]:
    query = select(accounts.c.record).where(accounts.c.batch_id == batch_id, accounts.c.record >= 0)
    return frozenset(connection.execute(query).scalars())
