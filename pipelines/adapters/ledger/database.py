"""The database of a ledger, as each part of the ledger uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    Table,
    Text,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.exc import DBAPIError

from pipelines.adapters.ledger.failures import translated_failures
from pipelines.adapters.ledger.schema import metadata
from pipelines.adapters.ledger.transaction import WRITER_LOCK, open_transaction

#: Damages that are told: the first ones say enough.
_MOST_DAMAGES = 20
#: Share of an SQLite file that must be free before it is copied for the room.
_WORTH_A_COPY = 0.2


class LedgerDatabase:
    """An engine with the ledger's name. Its failures leave as our errors."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self.name = name

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that reads."""
        with translated_failures(self.name), open_transaction(self.engine) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes; on PostgreSQL others may write meanwhile."""
        with translated_failures(self.name), open_transaction(self.engine, writing=True) as connection:
            yield connection

    @contextmanager
    def writing_alone(self) -> Iterator[Connection]:
        """Open a transaction that writes while no other one decides anything.

        One process waits for another. A second one *inside* the first would wait for itself and ends in
        TemporaryError after a minute.
        """
        with translated_failures(self.name), open_transaction(self.engine, lock=WRITER_LOCK) as connection:
            yield connection

    def tidy(self) -> str:
        """Update statistics and give free room back; return what was done, for a person."""
        with translated_failures(self.name):
            if self.engine.dialect.name == "sqlite":
                return _tidy_sqlite(self.engine)
            return _tidy_postgres(self.engine)

    def damage(self) -> list[str]:
        """Read the whole ledger; return what cannot be read, a line each."""
        with translated_failures(self.name):
            if self.engine.dialect.name == "sqlite":
                return _damage_in_sqlite(self.engine)
            return _damage_in_postgres(self.engine)

    def close(self) -> None:
        self.engine.dispose()


class LedgerPart:
    """What every part of a ledger on a database begins with."""

    def __init__(self, database: LedgerDatabase) -> None:
        self.database = database


def _tidy_sqlite(engine: Engine) -> str:
    """Vacuum only where enough is free.

    SQLite copies the whole file for that, and writers wait.

    This goes past SQLAlchemy, which would open a transaction: VACUUM runs in none.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("ANALYZE")
        page_size = _pragma(cursor, "page_size")
        size = _pragma(cursor, "page_count") * page_size
        free = _pragma(cursor, "freelist_count") * page_size
        if free < size * _WORTH_A_COPY:
            return f"ANALYZE; {free / 1e6:.1f} of {size / 1e6:.1f} MB are free, not worth a VACUUM"
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return f"ANALYZE and VACUUM; {free / 1e6:.1f} of {size / 1e6:.1f} MB given back"
    finally:
        connection.close()


def _damage_in_sqlite(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"PRAGMA quick_check({_MOST_DAMAGES})").scalars()
        return [line for line in rows if line != "ok"]


def _damage_in_postgres(engine: Engine) -> list[str]:
    """Have the server read every value of every table; nothing of it is sent here."""
    found = []
    for table in metadata.sorted_tables:
        # A transaction each: one that failed answers nothing more.
        with engine.connect() as connection:
            try:
                connection.execute(_read_whole_table(table)).scalar()
            except DBAPIError as e:
                if connection.invalidated or not _is_damage(e):
                    raise
                found.append(f"table {table.name}: {e.orig}")
    return found


def _read_whole_table(table: Table) -> Select[Any]:
    """Return a query for which the server reads every value, long ones too."""
    row: ColumnElement[Any] = literal_column("whole_row")
    return select(func.sum(func.length(cast(row, Text)))).select_from(table.alias("whole_row"))


def _is_damage(error: DBAPIError) -> bool:
    """Tell whether PostgreSQL says that what it reads is corrupt.

    That is class XX of its codes.
    """
    return str(getattr(error.orig, "sqlstate", "")).startswith("XX")


def _pragma(cursor: Any, name: str) -> int:
    return int(cursor.execute(f"PRAGMA {name}").fetchone()[0])


def _tidy_postgres(engine: Engine) -> str:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        before = _postgres_size(connection)
        connection.exec_driver_sql("VACUUM (ANALYZE)")
        after = _postgres_size(connection)
    return f"VACUUM and ANALYZE; {before / 1e6:.1f} MB before, {after / 1e6:.1f} MB after"


def _postgres_size(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar() or 0)
