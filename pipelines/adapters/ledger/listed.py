"""Rows of how pages were listed, and of the other addresses of articles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, or_, select

from crawlers.model import ListedEntry
from pipelines.adapters.crawl_accounts import entry_key, guid_key
from pipelines.adapters.ledger.schema import article_addresses, articles, listed_entries
from pipelines.adapters.ledger.statements import Statement, upsert_rows
from pipelines.model import PageDecision

_ADDRESS = Statement(
    lambda _: select(article_addresses.c.article_id).where(
        article_addresses.c.address_id == bindparam("address_id")
    )
)
_OF_GUID = Statement(
    lambda _: (
        select(listed_entries.c.article_id)
        .where(listed_entries.c.guid_key == bindparam("guid_key"), listed_entries.c.article_id.is_not(None))
        .order_by(listed_entries.c.at.desc(), listed_entries.c.id.desc())
        .limit(bindparam("limit"))
    )
)
#: Rows of one guid that are looked at. A guid of more than a few articles names nothing.
_OF_ONE_GUID = 20
#: Ids in one statement: SQLite takes some thousand parameters.
_AT_ONCE = 500


def read_listed_entries(connection: Connection, source_id: str, limit: int) -> list[ListedEntry]:
    """Return how a source's pages were listed, the newest first."""
    query = (
        select(listed_entries)
        .where(listed_entries.c.source_id == source_id)
        .order_by(listed_entries.c.at.desc(), listed_entries.c.id.desc())
        .limit(limit)
    )
    found = []
    for row in connection.execute(query):
        found.append(
            ListedEntry(row.source_id, row.address, row.at, row.title, row.guid, row.article_id),
        )
    return found


def read_sources_with_entries(connection: Connection) -> list[str]:
    """Return the ids of the sources of which it is known how pages were listed."""
    query = select(listed_entries.c.source_id).distinct().order_by(listed_entries.c.source_id)
    return list(connection.scalars(query))


def forget_entries(
    connection: Connection, source_id: str, before: datetime, listed_now: Collection[str]
) -> int:
    """Delete what a source listed before a time; return how many rows.

    What it lists now stays, and what names an article of the beat by a guid.
    """
    on_beat = exists().where(articles.c.id == listed_entries.c.article_id, articles.c.arrival.is_not(None))
    query = select(listed_entries.c.id, listed_entries.c.address).where(
        listed_entries.c.source_id == source_id,
        listed_entries.c.at < before,
        or_(listed_entries.c.guid_key.is_(None), ~on_beat),
    )
    ids = []
    for row in connection.execute(query):
        if row.address not in listed_now:
            ids.append(row.id)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        connection.execute(delete(listed_entries).where(listed_entries.c.id.in_(some)))
    return len(ids)


def read_article_at(connection: Connection, address_ids: Sequence[str]) -> str | None:
    """Return the article that was found at the first of these addresses that is known."""
    for address_id in address_ids:
        row = _ADDRESS.first_row(connection, {"address_id": address_id})
        if row is not None:
            return str(row.article_id)
    return None


def read_articles_of_guid(connection: Connection, source_id: str, guid: str) -> Sequence[str]:
    """Return the articles that a source listed under a guid, the latest first."""
    values = {"guid_key": guid_key(source_id, guid), "limit": _OF_ONE_GUID}
    found: dict[str, None] = {}
    for row in _OF_GUID.all_rows(connection, values):
        found[row.article_id] = None
    return list(found)


def write_listing(connection: Connection, decision: PageDecision) -> None:
    """Write how a page was listed, and where else its article is."""
    if decision.listed is not None:
        upsert_rows(connection, listed_entries, [_listed_row(decision.listed)], "source_id", "entry_key")
    rows = []
    for address_id in decision.other_addresses:
        rows.append({"address_id": address_id, "article_id": decision.account.article_id})
    if rows:
        upsert_rows(connection, article_addresses, rows, "address_id")


def _listed_row(listed: ListedEntry) -> dict[str, Any]:
    return {
        "source_id": listed.source_id,
        "entry_key": entry_key(listed),
        "address": listed.address,
        "title": listed.title,
        "guid": listed.guid,
        "guid_key": guid_key(listed.source_id, listed.guid) if listed.guid else None,
        "article_id": listed.article_id,
        "at": listed.at,
    }
