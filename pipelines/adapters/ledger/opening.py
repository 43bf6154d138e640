"""From a URL to an engine on a ledger whose tables are up to date.

Nothing here puts a URL into a message: it may hold a password. A ledger is named by its file, or by
its host and database.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from crawlers.errors import PermanentError
from crawlers.private_files import make_private_file, make_private_folder
from pipelines.adapters.frozen_file import frozen_address
from pipelines.adapters.ledger import transaction
from pipelines.adapters.ledger.failures import translated_failures
from pipelines.adapters.ledger.migration import migrate

URL_FORMS = "write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE"
#: Page size of a new SQLite file. A decision touches some eighty pages for a few bytes each, and
#: they are logged whole: small pages cost less to log, yet more to walk through. Half the usual
#: size is where both together are least (`bench dedup`).
_PAGE_BYTES = 2048
#: What a connection keeps of an SQLite file in memory; the rest is in the system's cache. Deciding with
#: 200,000 articles stored takes 4 % less CPU time than with eight times as much (`bench dedup`).
_CACHE_KB = 4_000


def open_engine(url: str) -> tuple[Engine, str]:
    """Return an engine on an up-to-date ledger, and the ledger's name.

    Several processes may open one ledger at once: one of them migrates, the others wait.
    """
    location = read_ledger_url(url)
    name = ledger_name(location)
    if location.get_backend_name() == "sqlite":
        engine = _sqlite_engine(location)
    else:
        engine = _postgres_engine(location)
    try:
        with translated_failures(name):
            if engine.dialect.name == "sqlite":
                _use_wal(engine)
            migrate(engine, name)
    except BaseException:
        engine.dispose()
        raise
    return engine, name


def read_ledger_url(url: str) -> URL:
    """Return a ledger's URL in its parts.

    Raises PermanentError that says what to write, for one that names no ledger.
    """
    try:
        location = make_url(url)
    except (ArgumentError, ValueError):
        raise PermanentError(f"The ledger's URL cannot be read: {URL_FORMS}") from None
    if location.drivername in ("postgres", "postgresql"):
        location = location.set(drivername="postgresql+psycopg")
    if location.drivername not in ("sqlite", "postgresql+psycopg"):
        raise PermanentError(f"A ledger cannot live in {location.drivername}: {URL_FORMS}")
    if location.drivername == "sqlite" and (location.host or location.database in (None, "", ":memory:")):
        raise PermanentError(
            f"The ledger's URL names no file: {URL_FORMS} (sqlite:////absolute/path has four strokes)"
        )
    if "@" in (location.host or ""):
        raise PermanentError("The ledger's URL has @ in its password: write it as %40, / as %2F, : as %3A")
    return location


def ledger_name(location: URL) -> str:
    """Return what a message may call the ledger: no user, no password."""
    if location.drivername == "sqlite":
        return f"The ledger {location.database}"
    port = f":{location.port}" if location.port else ""
    return f"The ledger on {location.host or 'this machine'}{port}/{location.database or ''}"


def _sqlite_engine(location: URL) -> Engine:
    path = Path(str(location.database))
    try:
        make_private_folder(path.parent)
    except OSError as e:
        raise PermanentError(f"The ledger {path} cannot be made ({e.strerror}): choose another path") from e
    # SQLite gives the log beside it the same rights.
    make_private_file(path)
    engine = create_engine(location, connect_args={"timeout": transaction.LOCK_WAIT_S}, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def open_frozen(_dialect: Any, _record: Any, _place: Any, options: dict[str, Any]) -> Any:
        """Open a file that nobody may write to as it lies; any other is opened as usual."""
        frozen = frozen_address(path)
        if frozen is None:
            return None
        return sqlite3.connect(frozen, uri=True, **options)

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _: object) -> None:
        # Python's driver would begin by itself, and too late for a read that leads to a write.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        # FULL: a decision or a mail recorded as sent outlives a power cut, not only our own death. NORMAL
        # would save one fsync a decision and might forget, after a power cut, that a mail had left.
        connection.execute("PRAGMA synchronous = FULL")
        # Keys of prints land on random pages. Writing those back every 1,000 pages (the default) means every
        # dozen decisions; 32 MB of log hold hundreds, which touch many pages twice.
        connection.execute("PRAGMA wal_autocheckpoint = 32000")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        is_writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine


def _use_wal(engine: Engine) -> None:
    """Let readers read while one writes.

    The file remembers it, so only its first opener has to ask. SQLite does not wait for its busy
    timeout here, so two first openers need patience of our own.
    """
    connection = engine.raw_connection()
    try:
        deadline = time.monotonic() + transaction.LOCK_WAIT_S
        while True:
            try:
                connection.cursor().execute(f"PRAGMA page_size = {_PAGE_BYTES}")
                connection.cursor().execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as e:
                is_busy = e.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not is_busy or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
    finally:
        connection.close()


def _postgres_engine(location: URL) -> Engine:
    # The driver would wait for ever for a server that does not answer.
    timeout = {} if "connect_timeout" in location.query else {"connect_timeout": 10}
    return create_engine(
        location,
        # A changed server default must not change what a decision sees after it waited for its turn.
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        connect_args=timeout,
        hide_parameters=True,
    )
