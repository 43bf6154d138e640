"""From a URL to an engine whose tables are up to date, and from a database's trouble to ours.

Nothing here puts a URL into a message: it may hold a password. A ledger is named by its file, or by
its host and database.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from crawlers.errors import PermanentError, TemporaryError

REVISION = "0007"
"""The newest migration; a test holds it against the scripts. Reading it costs no Alembic (0.3 s)."""
MIGRATIONS = "pipelines.adapters:migrations"
LOCK_WAIT_S = 60
"""How long a decision waits for another to end. One takes milliseconds, so a minute means that something hangs."""
WRITER_LOCK, MIGRATION_LOCK = 0x6D61706C65, 0x6D61706C66
"""Advisory locks of PostgreSQL, which are per database: any two fixed numbers."""
_PAGE_BYTES = 2048
"""Of a new SQLite file. A decision touches some eighty pages for a few bytes each, and they are logged whole: smaller ones than usual cost less
to log, yet more to walk through. Half the usual size is where both together are least."""
_WORTH_A_COPY = 0.2
FORMS = "write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE"

_SQLITE_TEMPORARY = {
    sqlite3.SQLITE_BUSY: "is locked by another process",
    sqlite3.SQLITE_LOCKED: "is locked by another process",
    sqlite3.SQLITE_FULL: "has no room left: its disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: its disk reports an error",
}
_SQLITE_PERMANENT = {
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: check that the path is a file in a folder you may write to",
    sqlite3.SQLITE_READONLY: "cannot be written: change its permissions or choose another path",
    sqlite3.SQLITE_PERM: "cannot be written: change its permissions or choose another path",
    sqlite3.SQLITE_NOTADB: "is no ledger: the file is not an SQLite database",
    sqlite3.SQLITE_CORRUPT: "is damaged: restore it from a copy",
}
# Classes of SQLSTATE: connection, transaction rollback (deadlock), resources (disk full), lock, shutdown, cancelled.
_POSTGRES_TEMPORARY = ("08", "40", "53", "55P03", "57")

# A decision looks things up by key and nothing else. Until PostgreSQL has counted a filled table (a restored
# ledger, a first big run) it guesses, and reads all keys for each article: 100 ms where 1 ms is enough.
_FOR_THIS_TRANSACTION = text(
    "SELECT set_config('lock_timeout', :wait, true), set_config('enable_seqscan', 'off', true),"
    " set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)"
)


def open_engine(url: str) -> tuple[Engine, str]:
    """Return an engine on a ledger whose tables are up to date, and the name to call it by.

    Several processes may open one ledger at once: one of them migrates, the others wait.
    """
    place = _place(url)
    name = _name(place)
    engine = _sqlite_engine(place) if place.get_backend_name() == "sqlite" else _postgres_engine(place)
    try:
        with translated(name):
            if engine.dialect.name == "sqlite":
                _use_wal(engine)
            _migrate(engine, name)
    except BaseException:
        engine.dispose()
        raise
    return engine, name


def _place(url: str) -> URL:
    try:
        place = make_url(url)
    except (ArgumentError, ValueError):
        raise PermanentError(f"The ledger's URL cannot be read: {FORMS}") from None
    if place.drivername in ("postgres", "postgresql"):
        place = place.set(drivername="postgresql+psycopg")
    if place.drivername not in ("sqlite", "postgresql+psycopg"):
        raise PermanentError(f"A ledger cannot live in {place.drivername}: {FORMS}")
    if place.drivername == "sqlite" and (place.host or place.database in (None, "", ":memory:")):
        raise PermanentError(
            f"The ledger's URL names no file: {FORMS} (sqlite:////absolute/path has four strokes)"
        )
    if "@" in (place.host or ""):
        raise PermanentError("The ledger's URL has @ in its password: write it as %40, / as %2F, : as %3A")
    return place


def _name(place: URL) -> str:
    """Return what a message may call the ledger: no user, no password, no options."""
    if place.drivername == "sqlite":
        return f"The ledger {place.database}"
    port = f":{place.port}" if place.port else ""
    return f"The ledger on {place.host or 'this machine'}{port}/{place.database or ''}"


# -- engines ------------------------------------------------------------------------------------------


def _sqlite_engine(place: URL) -> Engine:
    path = Path(str(place.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise PermanentError(f"The ledger {path} cannot be made ({e.strerror}): choose another path") from e
    engine = create_engine(place, connect_args={"timeout": LOCK_WAIT_S}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        # Python's driver would begin by itself, and too late for a read that leads to a write.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        # FULL: a decision or a mail recorded as sent outlives a power cut, not only our own death. NORMAL
        # would save one fsync a decision and might forget, after a power cut, that a mail had left.
        connection.execute("PRAGMA synchronous = FULL")
        # Keys of prints land on random pages. Writing those back every 1,000 pages (the default) means every
        # dozen decisions; 32 MB of log hold hundreds, which touch many pages twice.
        connection.execute("PRAGMA wal_autocheckpoint = 32000")
        connection.execute("PRAGMA cache_size = -32000")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _use_wal(engine: Engine) -> None:
    """Let readers read while one writes. The file remembers it; only its first opener has to ask.

    SQLite does not wait for its busy timeout here, so two first openers need patience of our own.
    """
    connection = engine.raw_connection()
    try:
        until = time.monotonic() + LOCK_WAIT_S
        while True:
            try:
                connection.cursor().execute(f"PRAGMA page_size = {_PAGE_BYTES}")
                connection.cursor().execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as e:
                if e.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.01)
    finally:
        connection.close()


def _postgres_engine(place: URL) -> Engine:
    wait = {} if "connect_timeout" in place.query else {"connect_timeout": 10}
    # A changed server default must not change what a decision sees after it waited for its turn.
    return create_engine(
        place, isolation_level="READ COMMITTED", pool_pre_ping=True, connect_args=wait, hide_parameters=True
    )


@contextmanager
def transaction(engine: Engine, *, writing: bool = False, alone: int | None = None) -> Iterator[Connection]:
    """Open a transaction: committed at the end, undone on any exception.

    `writing` takes SQLite's write lock at the start. `alone` names the advisory lock to hold on
    PostgreSQL; it is let go after the commit is visible, so whoever comes next sees all of it.
    """
    with engine.connect() as connection:
        connection = connection.execution_options(writing=writing or alone is not None)
        with connection.begin():
            if alone is not None and engine.dialect.name == "postgresql":
                connection.execute(_FOR_THIS_TRANSACTION, {"wait": f"{LOCK_WAIT_S}s"})
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": alone})
            yield connection


def tidied(engine: Engine) -> str:
    """Bring statistics up to date and give free room back; return what was done, for a person.

    SQLite copies the whole file for that, while writers wait: only where at least `_WORTH_A_COPY` of it is free.
    """
    if engine.dialect.name == "sqlite":
        return _tidied_sqlite(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        before = _size(connection)
        connection.exec_driver_sql("VACUUM (ANALYZE)")
        return f"VACUUM and ANALYZE; {before / 1e6:.1f} MB before, {_size(connection) / 1e6:.1f} MB after"


def _tidied_sqlite(engine: Engine) -> str:
    """Past SQLAlchemy, which would open a transaction: VACUUM runs in none."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()

        def value(name: str) -> int:
            return int(cursor.execute(f"PRAGMA {name}").fetchone()[0])

        cursor.execute("ANALYZE")
        size, free = value("page_count") * value("page_size"), value("freelist_count") * value("page_size")
        if free < size * _WORTH_A_COPY:
            return f"ANALYZE; {free / 1e6:.1f} of {size / 1e6:.1f} MB are free, not worth a VACUUM"
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return f"ANALYZE and VACUUM; {free / 1e6:.1f} of {size / 1e6:.1f} MB given back"
    finally:
        connection.close()


def _size(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar() or 0)


# -- migrations ---------------------------------------------------------------------------------------


def _migrate(engine: Engine, name: str) -> None:
    with transaction(engine) as connection:
        if _revision(connection) == REVISION:
            return
    with transaction(engine, alone=MIGRATION_LOCK) as connection:
        revision = _revision(connection)
        if revision != REVISION:  # nobody else did it while we waited
            _upgrade(connection, revision, name)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection, revision: str | None, name: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", MIGRATIONS)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise PermanentError(
            f"{name} was written by a newer Maplewire (its schema is {revision}, this one knows {REVISION}): "
            "update Maplewire, or choose another ledger"
        )
    if revision is None and (
        strangers := {"articles", "runs", "stories"} & set(inspect(connection).get_table_names())
    ):
        raise PermanentError(
            f"{name} holds tables of something else ({', '.join(sorted(strangers))}): choose another"
        )
    command.upgrade(config, "head")


# -- trouble ------------------------------------------------------------------------------------------


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn a database's expected trouble into TemporaryError or PermanentError; the rest is a bug and travels."""
    try:
        yield
    except DBAPIError as e:
        if isinstance(e.orig, sqlite3.Error):
            _raise_sqlite(name, e.orig, e)
        _raise_postgres(name, e)
    except sqlite3.Error as e:  # from the few statements that the driver gets from us directly
        _raise_sqlite(name, e)
    except PoolTimeout as e:
        raise TemporaryError(f"{name} has no free connection; try again") from e


def _raise_sqlite(name: str, error: sqlite3.Error, outer: SQLAlchemyError | None = None) -> NoReturn:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte; the rest is detail
    if code in _SQLITE_TEMPORARY:
        raise TemporaryError(f"{name} {_SQLITE_TEMPORARY[code]}; try again") from error
    if code in _SQLITE_PERMANENT:
        raise PermanentError(f"{name} {_SQLITE_PERMANENT[code]}") from error
    raise outer or error


def _raise_postgres(name: str, error: DBAPIError) -> NoReturn:
    """A refused connection has no SQLSTATE, nor has one that broke: both may work later."""
    import psycopg

    state = getattr(error.orig, "sqlstate", None)
    lost = error.connection_invalidated or (
        state is None and isinstance(error.orig, psycopg.OperationalError)
    )
    if lost:
        raise TemporaryError(
            f"{name} cannot be reached; try again, or check its server and the URL"
        ) from error
    if state and state.startswith(_POSTGRES_TEMPORARY):
        raise TemporaryError(f"{name} is busy or short of room ({state}); try again") from error
    if state in ("42501", "25006"):
        raise PermanentError(f"{name} may not be written by this user: grant it the right") from error
    raise error
