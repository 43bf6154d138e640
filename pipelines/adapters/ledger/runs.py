"""The part of the ledger for runs and watermarks (`ports.RunLedger`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from crawlers.batch import BACKFILL
from crawlers.model import SourceReport
from pipelines.adapters.crawl_accounts import source_accounts
from pipelines.adapters.ledger.accounts import read_accounted_pages, read_accounts_of
from pipelines.adapters.ledger.codec import SOURCE_REPORT
from pipelines.adapters.ledger.database import LedgerPart
from pipelines.adapters.ledger.schema import accounts, source_reports, watermarks
from pipelines.adapters.ledger.schema import runs as run_table
from pipelines.adapters.ledger.statements import Statement, upsert_rows
from pipelines.model import (
    ARRIVED,
    AccountedPage,
    Outcome,
    PageAccount,
    RunReport,
    ScreenCounts,
    Screened,
)

#: source id -> outcome -> pages
_OutcomeCounts = dict[str, dict[Outcome, int]]
#: Accounts of pages that were not fetched by a backfill.
_OF_PRESENT = accounts.c.batch_id.not_like(f"{BACKFILL}%")
#: One source at a time: each has its new texts together in an index, the newest of which are read.
_NEWEST_LENGTHS = Statement(
    lambda _: (
        select(accounts.c.at, accounts.c.length)
        .where(
            accounts.c.source_id == bindparam("source"),
            accounts.c.at >= bindparam("since"),
            accounts.c.length.is_not(None),
        )
        .order_by(accounts.c.at.desc(), accounts.c.id.desc())
        .limit(bindparam("most"))
    )
)


class SqlRuns(LedgerPart):
    """Runs, volumes and watermarks, in a database."""

    def watermark(self, name: str) -> int:
        with self.database.reading() as connection:
            return read_watermark(connection, name)

    def set_watermark(self, name: str, seq: int) -> None:
        with self.database.writing() as connection:
            write_watermark(connection, name, seq)

    def start_run(self, now: datetime) -> int:
        statement = insert(run_table).values(started=now, mails=0).returning(run_table.c.id)
        with self.database.writing() as connection:
            return int(connection.execute(statement).scalar_one())

    def finish_run(self, run_id: int, now: datetime, mails: int, note: str | None = None) -> RunReport:
        finish = update(run_table).where(run_table.c.id == run_id)
        finish = finish.values(finished=now, mails=mails, note=note)
        with self.database.writing() as connection:
            if connection.execute(finish).rowcount != 1:
                raise AssertionError(f"run {run_id} was never started")
            return _read_run_reports(connection, [run_id])[0]

    def runs(self, limit: int = 10, after: int | None = None) -> Sequence[RunReport]:
        query = select(run_table.c.id).limit(limit)
        if after is None:
            query = query.order_by(run_table.c.id.desc())
        else:
            query = query.where(run_table.c.id > after).order_by(run_table.c.id)
        with self.database.reading() as connection:
            return _read_run_reports(connection, list(connection.execute(query).scalars()))

    def volumes(
        self,
        since: datetime,
        until: datetime | None = None,
        source_ids: Collection[str] | None = None,
    ) -> Mapping[str, Mapping[str, Mapping[Outcome, int]]]:
        # In the order of their index, which counts them as it is read.
        group = (accounts.c.day, accounts.c.source_id, accounts.c.outcome)
        from_day = accounts.c.day >= since.astimezone(UTC).date().isoformat()
        query = select(*group, func.count().label("pages"))
        query = query.where(from_day, accounts.c.at >= since, _OF_PRESENT)
        if until is not None:
            query = query.where(accounts.c.at < until)
        if source_ids is not None:
            query = query.where(accounts.c.source_id.in_(source_ids))
        query = query.group_by(*group).order_by(*group)
        found: dict[str, dict[str, dict[Outcome, int]]] = {}
        with self.database.reading() as connection:
            for row in connection.execute(query):
                outcomes = found.setdefault(row.source_id, {}).setdefault(row.day, {})
                outcomes[Outcome(row.outcome)] = row.pages
        return found

    def text_lengths(
        self, source_ids: Collection[str], since: datetime, most: int
    ) -> Mapping[str, Sequence[tuple[str, int]]]:
        found: dict[str, list[tuple[str, int]]] = {}
        with self.database.reading() as connection:
            for source_id in source_ids:
                rows = _NEWEST_LENGTHS.all_rows(
                    connection, {"source": source_id, "since": since, "most": most}
                )
                lengths = [(row.at.date().isoformat(), row.length) for row in reversed(rows)]
                if lengths:
                    found[source_id] = lengths
        return found

    def accounted_pages(
        self,
        outcomes: Collection[Outcome],
        since: datetime,
        source_ids: Collection[str] = (),
        limit: int = 20_000,
    ) -> Sequence[AccountedPage]:
        with self.database.reading() as connection:
            return read_accounted_pages(connection, outcomes, since, source_ids, limit)

    def account_of(self, article_id: str) -> PageAccount | None:
        with self.database.reading() as connection:
            return read_accounts_of(connection, [article_id]).get(article_id)

    def accounts_of(self, article_ids: Collection[str]) -> Mapping[str, PageAccount]:
        with self.database.reading() as connection:
            return read_accounts_of(connection, article_ids)

    def last_arrivals(self, source_ids: Collection[str]) -> Mapping[str, datetime]:
        found: dict[str, datetime] = {}
        arrived = accounts.c.outcome.in_([outcome.value for outcome in ARRIVED])
        with self.database.reading() as connection:
            for source_id in source_ids:
                # One by one: each has its accounts together in an index, and those of the others, over
                # years, need not be read.
                of_source = (accounts.c.source_id == source_id, arrived, _OF_PRESENT)
                at = connection.scalar(select(func.max(accounts.c.at)).where(*of_source))
                if at is not None:
                    found[source_id] = at
        return found


def read_watermark(connection: Connection, name: str) -> int:
    """Return how far a reader of the changes has come; 0 before its first."""
    return connection.scalar(select(watermarks.c.seq).where(watermarks.c.name == name)) or 0


def write_watermark(connection: Connection, name: str, seq: int) -> None:
    """Note that all changes up to `seq` are done."""
    upsert_rows(connection, watermarks, [{"name": name, "seq": seq}], "name")


def _read_run_reports(connection: Connection, run_ids: Sequence[int]) -> list[RunReport]:
    """Return the accounts of these runs, in the order asked for."""
    heads = connection.execute(select(run_table).where(run_table.c.id.in_(run_ids)))
    head_by_id = {}
    for row in heads:
        head_by_id[row.id] = row
    reports = _read_source_reports(connection, run_ids)
    counts = _count_outcomes(connection, run_ids)
    screens = _count_screened(connection, run_ids)
    found = []
    for run_id in run_ids:
        head = head_by_id[run_id]
        sources = source_accounts(reports.get(run_id, []), counts.get(run_id, {}))
        screen = screens.get(run_id, ScreenCounts())
        found.append(RunReport(run_id, head.started, head.finished, sources, head.mails, head.note, screen))
    return found


def _read_source_reports(connection: Connection, run_ids: Sequence[int]) -> dict[int, list[SourceReport]]:
    """Return what the listings gave in each run, oldest first."""
    query = select(source_reports).where(source_reports.c.run_id.in_(run_ids)).order_by(source_reports.c.id)
    reports: dict[int, list[SourceReport]] = {}
    for row in connection.execute(query):
        reports.setdefault(row.run_id, []).append(SOURCE_REPORT.load(row.report))
    return reports


def _count_outcomes(connection: Connection, run_ids: Sequence[int]) -> dict[int, _OutcomeCounts]:
    group = (accounts.c.run_id, accounts.c.source_id, accounts.c.outcome)
    query = select(*group, func.count().label("pages")).where(accounts.c.run_id.in_(run_ids))
    counts: dict[int, _OutcomeCounts] = {}
    for row in connection.execute(query.group_by(*group)):
        outcomes = counts.setdefault(row.run_id, {}).setdefault(row.source_id, {})
        outcomes[Outcome(row.outcome)] = row.pages
    return counts


def _count_screened(connection: Connection, run_ids: Sequence[int]) -> dict[int, ScreenCounts]:
    """Return what the screen did in each run in which it did something."""
    group = (accounts.c.run_id, accounts.c.screened, accounts.c.outcome)
    query = select(*group, func.count().label("pages")).group_by(*group)
    query = query.where(accounts.c.run_id.in_(run_ids), accounts.c.screened.is_not(None))
    counts: dict[int, ScreenCounts] = {}
    for row in connection.execute(query):
        before = counts.get(row.run_id, ScreenCounts())
        counts[row.run_id] = before.with_pages(Screened(row.screened), Outcome(row.outcome), row.pages)
    return counts
