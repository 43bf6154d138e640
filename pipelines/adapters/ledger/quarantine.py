"""The quarantine: pages and feeds kept aside (part of `ports.RunLedger`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from pipelines.adapters.ledger.database import LedgerPart
from pipelines.adapters.ledger.schema import quarantine
from pipelines.adapters.ledger.statements import table_row
from pipelines.model import Quarantined

_MARK_REPLAYED = (
    update(quarantine)
    .where(quarantine.c.id == bindparam("of_entry"))
    .values(replayed=bindparam("new_replayed"))
)


class SqlQuarantine(LedgerPart):
    """What is kept aside, in a database."""

    def quarantined(self, include_replayed: bool = False) -> Sequence[Quarantined]:
        query = select(quarantine).order_by(quarantine.c.id)
        if not include_replayed:
            query = query.where(quarantine.c.replayed.is_(None))
        with self.database.reading() as connection:
            found = []
            for row in connection.execute(query):
                found.append(Quarantined(**row._mapping))
            return found

    def keep_aside(self, kept: Collection[Quarantined]) -> None:
        with self.database.writing() as connection:
            for entry in kept:
                _replace_entry_of_no_page(connection, entry)

    def mark_replayed(self, ids: Collection[int], at: datetime) -> None:
        parameters = []
        for entry_id in ids:
            parameters.append({"of_entry": entry_id, "new_replayed": at})
        with self.database.writing() as connection:
            if parameters:
                connection.execute(_MARK_REPLAYED, parameters)


def replace_page_entry(connection: Connection, entry: Quarantined) -> None:
    """Keep a page aside; an entry of it that waits already goes.

    Otherwise the page would be replayed twice.
    """
    is_same_page = (quarantine.c.batch_id == entry.batch_id, quarantine.c.record == entry.record)
    connection.execute(delete(quarantine).where(*is_same_page, quarantine.c.replayed.is_(None)))
    _insert_entry(connection, entry)


def _replace_entry_of_no_page(connection: Connection, entry: Quarantined) -> None:
    is_same = (quarantine.c.stage == entry.stage, quarantine.c.url == entry.url)
    is_waiting = (quarantine.c.batch_id.is_(None), quarantine.c.replayed.is_(None))
    connection.execute(delete(quarantine).where(*is_same, *is_waiting))
    _insert_entry(connection, entry)


def _insert_entry(connection: Connection, entry: Quarantined) -> None:
    connection.execute(insert(quarantine).values(table_row(quarantine, entry, generated="id")))
