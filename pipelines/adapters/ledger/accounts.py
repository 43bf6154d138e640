"""Rows of the accounts: what became of each page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from crawlers.model import CrawlResult
from pipelines.adapters.crawl_accounts import failed_account, known_address, new_text_length
from pipelines.adapters.ledger.codec import ARTICLE_FACTS
from pipelines.adapters.ledger.schema import accounts, articles, batches, runs
from pipelines.adapters.ledger.statements import Statement, upsert_rows
from pipelines.adapters.stored_text import clean_text
from pipelines.model import AccountedPage, Outcome, PageAccount, PageDecision, Screened

_OUTCOME = Statement(
    lambda _: select(accounts.c.outcome).where(
        accounts.c.batch_id == bindparam("batch"), accounts.c.record == bindparam("record")
    )
)
_BATCH_START = Statement(lambda _: select(batches.c.started).where(batches.c.id == bindparam("id")))
_RUN_START = Statement(lambda _: select(runs.c.started).where(runs.c.id == bindparam("id")))


def read_outcome(connection: Connection, batch_id: str, record: int) -> Outcome | None:
    """Return what became of a page, None while it has no account."""
    row = _OUTCOME.first_row(connection, {"batch": batch_id, "record": record})
    return Outcome(row.outcome) if row else None


def read_crawl_start(connection: Connection, batch_id: str, run_id: int) -> datetime:
    """Return when a batch was crawled; of a page of no batch, when its run began."""
    row = _BATCH_START.first_row(connection, {"id": batch_id})
    if row is None:
        row = _RUN_START.first_row(connection, {"id": run_id})
    assert row, f"run {run_id} was never started"
    return row.started  # type: ignore[no-any-return]


def write_account(connection: Connection, decision: PageDecision, run_id: int, crawled: datetime) -> None:
    """Write a page's account, in place of an earlier one of the same page."""
    row = _account_row(decision.account, run_id, crawled)
    row["length"] = new_text_length(decision)
    upsert_rows(connection, accounts, [row], "batch_id", "record")


def write_failures(connection: Connection, result: CrawlResult, run_id: int) -> None:
    """Write the accounts of what a crawl could not fetch: records -1, -2, and so on."""
    rows = []
    for number, failure in enumerate(result.failures, 1):
        account = failed_account(result.batch_id, number, failure)
        is_temporary = not failure.is_final
        rows.append(_account_row(account, run_id, result.started, is_temporary=is_temporary))
    upsert_rows(connection, accounts, rows, "batch_id", "record")


def read_accounted_pages(
    connection: Connection,
    outcomes: Collection[Outcome],
    since: datetime,
    source_ids: Collection[str],
    limit: int,
) -> list[AccountedPage]:
    """Return what became of pages from `since` on, newest first."""
    values = []
    for outcome in outcomes:
        values.append(outcome.value)
    query = (
        select(accounts, articles.c.facts)
        .outerjoin(articles, articles.c.id == accounts.c.article_id)
        .where(accounts.c.at >= since, accounts.c.outcome.in_(values))
        .order_by(accounts.c.at.desc(), accounts.c.id.desc())
        .limit(limit)
    )
    if source_ids:
        query = query.where(accounts.c.source_id.in_(source_ids))
    found = []
    for row in connection.execute(query):
        title = relevance = lang = None
        if row.facts is not None:
            facts = ARTICLE_FACTS.load(row.facts)
            title, relevance, lang = facts.article.title, facts.relevance, facts.article.lang
        found.append(AccountedPage(_account_from(row), row.at, title, relevance, lang))
    return found


def read_accounts_of(connection: Connection, article_ids: Collection[str]) -> dict[str, PageAccount]:
    """Return the accounts of articles, by article id.

    Each is that of the page that the article's text was last read from. It looks at every account: a
    person asks, and seldom.
    """
    query = (
        select(accounts)
        .where(
            accounts.c.article_id.in_(article_ids),
            accounts.c.record >= 0,
            accounts.c.outcome != Outcome.UNCHANGED.value,
        )
        .order_by(accounts.c.at, accounts.c.id)
    )
    found = {}
    for row in connection.execute(query):
        found[row.article_id] = _account_from(row)
    return found


def _account_from(row: Any) -> PageAccount:
    return PageAccount(
        row.batch_id,
        row.record,
        row.source_id,
        row.url,
        Outcome(row.outcome),
        row.reason,
        row.article_id,
        row.listed_url,
        Screened(row.screened) if row.screened else None,
    )


def _account_row(
    account: PageAccount, run_id: int, crawled: datetime, *, is_temporary: bool = False
) -> dict[str, Any]:
    url = clean_text(account.url)
    return {
        "batch_id": account.batch_id,
        "record": account.record,
        "run_id": run_id,
        "source_id": account.source_id,
        "url": url,
        "canonical_url": known_address(url),
        "listed_url": known_address(account.listed_url) if account.listed_url else None,
        "outcome": account.outcome.value,
        "reason": account.reason,
        "article_id": account.article_id,
        "temporary": is_temporary,
        "screened": account.screened.value if account.screened else None,
        "at": crawled,
        "day": crawled.date().isoformat(),
        "length": None,
    }
