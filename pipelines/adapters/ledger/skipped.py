"""Rows of what `scope: broad` left out, the newest of each source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from crawlers.model import SkippedEntry
from pipelines.adapters.crawl_accounts import SKIPPED_KEPT, entry_id
from pipelines.adapters.ledger.schema import skipped_entries

#: Ids in one question: SQLite takes some thousand parameters.
_AT_ONCE = 500


def write_skipped(connection: Connection, entries: Sequence[SkippedEntry]) -> None:
    """Add entries that are not known yet; the oldest of a source give way.

    One that is listed again keeps the time when it was left out first.
    """
    rows_by_source: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    # The listing has its newest first, and what is written last counts as newest here.
    for entry in reversed(entries):
        rows_by_source[entry.source_id][entry_id(entry)] = _make_row(entry)
    for source_id, rows in rows_by_source.items():
        for known in _known_ids(connection, source_id, list(rows)):
            del rows[known]
        if rows:
            connection.execute(insert(skipped_entries), list(rows.values()))
            _drop_oldest(connection, source_id)


def read_skipped(
    connection: Connection, since: datetime, source_ids: Collection[str], limit: int
) -> list[SkippedEntry]:
    """Return what was left out from `since` on, newest first."""
    query = select(skipped_entries).where(skipped_entries.c.at >= since)
    if source_ids:
        query = query.where(skipped_entries.c.source_id.in_(source_ids))
    query = query.order_by(skipped_entries.c.at.desc(), skipped_entries.c.id.desc()).limit(limit)
    found = []
    for row in connection.execute(query):
        found.append(
            SkippedEntry(row.source_id, row.url, row.title, row.summary, row.at, row.published, row.language)
        )
    return found


def _make_row(entry: SkippedEntry) -> dict[str, Any]:
    return {
        "source_id": entry.source_id,
        "entry_id": entry_id(entry),
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "language": entry.language,
        "published": entry.published,
        "at": entry.at,
    }


def _known_ids(connection: Connection, source_id: str, entry_ids: Sequence[str]) -> list[str]:
    known: list[str] = []
    for start in range(0, len(entry_ids), _AT_ONCE):
        asked = entry_ids[start : start + _AT_ONCE]
        query = select(skipped_entries.c.entry_id).where(
            skipped_entries.c.source_id == source_id, skipped_entries.c.entry_id.in_(asked)
        )
        known += connection.execute(query).scalars()
    return known


def _drop_oldest(connection: Connection, source_id: str) -> None:
    of_source = skipped_entries.c.source_id == source_id
    newest = select(skipped_entries.c.id).where(of_source).order_by(skipped_entries.c.id.desc())
    last_to_go = connection.scalar(newest.offset(SKIPPED_KEPT).limit(1))
    if last_to_go is not None:
        connection.execute(delete(skipped_entries).where(of_source, skipped_entries.c.id <= last_to_go))
