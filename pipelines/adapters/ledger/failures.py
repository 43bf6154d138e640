"""A database's expected failures, turned into our two kinds of error."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from crawlers.errors import PermanentError, TemporaryError

_SQLITE_TEMPORARY = {
    sqlite3.SQLITE_BUSY: "is locked by another process",
    sqlite3.SQLITE_LOCKED: "is locked by another process",
    sqlite3.SQLITE_FULL: "has no room left: its disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: its disk reports an error, or is full",
}
_SQLITE_PERMANENT = {
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: check that the path is a file in a folder you may write to",
    sqlite3.SQLITE_READONLY: "cannot be written: change its permissions or choose another path",
    sqlite3.SQLITE_PERM: "cannot be written: change its permissions or choose another path",
    sqlite3.SQLITE_NOTADB: "is no ledger: the file is not an SQLite database",
    sqlite3.SQLITE_CORRUPT: "is damaged: restore it from a copy",
}
# Codes of PostgreSQL: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES_TEMPORARY = (
    "08",  # connection lost
    "40",  # transaction rolled back, a deadlock for example
    "53",  # out of resources, a full disk for example
    "55P03",  # lock not available
    "57",  # shut down, or cancelled
)
_POSTGRES_FORBIDDEN = (
    "42501",  # insufficient privilege
    "25006",  # read-only transaction
)


@contextmanager
def translated_failures(name: str) -> Iterator[None]:
    """Raise a database's failures as TemporaryError or PermanentError.

    `name` is what the message calls the database. An error that is not expected here is a bug
    and travels as it is.
    """
    try:
        yield
    except DBAPIError as e:
        if isinstance(e.orig, sqlite3.Error):
            _raise_sqlite_failure(name, e.orig, e)
        _raise_postgres_failure(name, e)
    except sqlite3.Error as e:  # from the few statements that the driver gets from us directly
        _raise_sqlite_failure(name, e)
    except PoolTimeout as e:
        raise TemporaryError(f"{name} has no free connection; try again") from e


def _raise_sqlite_failure(name: str, error: sqlite3.Error, outer: SQLAlchemyError | None = None) -> NoReturn:
    # The low byte is the kind of failure, the others are details: https://sqlite.org/rescode.html
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _SQLITE_TEMPORARY:
        raise TemporaryError(f"{name} {_SQLITE_TEMPORARY[code]}; try again") from error
    if code in _SQLITE_PERMANENT:
        raise PermanentError(f"{name} {_SQLITE_PERMANENT[code]}") from error
    raise outer or error


def _raise_postgres_failure(name: str, error: DBAPIError) -> NoReturn:
    state = getattr(error.orig, "sqlstate", None)
    if _is_connection_lost(error, state):
        raise TemporaryError(
            f"{name} cannot be reached; try again, or check its server and the URL"
        ) from error
    if state and state.startswith(_POSTGRES_TEMPORARY):
        raise TemporaryError(f"{name} is busy or short of room ({state}); try again") from error
    if state in _POSTGRES_FORBIDDEN:
        raise PermanentError(f"{name} may not be written by this user: grant it the right") from error
    raise error


def _is_connection_lost(error: DBAPIError, state: str | None) -> bool:
    import psycopg  # 0.1 s that a ledger on SQLite need not spend

    # A refused connection has no SQLSTATE, nor has one that broke: both may work later.
    is_without_state = state is None and isinstance(error.orig, psycopg.OperationalError)
    return error.connection_invalidated or is_without_state
