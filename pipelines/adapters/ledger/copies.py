"""Copies of a whole ledger: made while it is in use, and put back.

    SQLite        online backup into one file        a file that takes the ledger's name
    PostgreSQL    pg_dump, custom format             pg_restore and psql, in one transaction

No password stands in a command line, where every user of the machine could read it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect

from crawlers.errors import PermanentError, TemporaryError
from pipelines.adapters.ledger.failures import translated_failures
from pipelines.adapters.ledger.opening import ledger_name, read_ledger_url
from pipelines.adapters.ledger.schema import metadata
from pipelines.alerts.clock_marks import MAIL_HELD

#: What a ledger on PostgreSQL consists of: a database may hold other tables beside it.
TABLES = (*sorted(metadata.tables), "alembic_version")
_HOLD = "INSERT INTO watermarks (name, seq) VALUES ('{name}', {seconds}) "
_HOLD_AGAIN = "ON CONFLICT (name) DO UPDATE SET seq = excluded.seq"
#: Seconds that we wait for a process which is closing the ledger.
_LOCK_WAIT_S = 5.0


def is_postgres(url: str) -> bool:
    """Tell whether a ledger's URL names PostgreSQL."""
    return read_ledger_url(url).get_backend_name() == "postgresql"


def sqlite_path(url: str) -> Path:
    """Return the file of a ledger on SQLite."""
    return Path(str(read_ledger_url(url).database))


def holds_ledger(url: str) -> bool:
    """Tell whether there is a ledger at a URL."""
    location = read_ledger_url(url)
    if location.get_backend_name() == "sqlite":
        return sqlite_path(url).exists()
    engine = create_engine(location, hide_parameters=True, connect_args={"connect_timeout": 10})
    try:
        with translated_failures(ledger_name(location)), engine.connect() as connection:
            return inspect(connection).has_table("alembic_version")
    finally:
        engine.dispose()


# -- SQLite -------------------------------------------------------------------------------------------


def copy_sqlite(source: Path, copy: Path, now: datetime) -> None:
    """Copy a ledger as it is at one moment, though others may write to it.

    Mail is held in the copy: whoever puts it in place by hand, mails nothing twice either.
    Raises PermanentError where the ledger is damaged.
    """
    name = f"The ledger {source}"
    with (
        translated_failures(name),
        closing(sqlite3.connect(source)) as ledger,
        closing(sqlite3.connect(copy)) as target,
    ):
        # All pages in one step: between two steps a writer would make it begin again.
        ledger.backup(target)
        # One file, without a log beside it.
        target.execute("PRAGMA journal_mode = DELETE")
        _require_sound(target, name)
        with target:
            target.execute(_hold_statement(now))


def put_sqlite_in_place(copy: Path, target: Path, now: datetime) -> Path | None:
    """Give a ledger's name to a copy; return where the ledger that was there lies now.

    Raises TemporaryError while another process has that one open.
    """
    aside = None
    if target.exists():
        aside = target.with_name(f"{target.name}.before-{now:%Y%m%dT%H%M%SZ}")
        _close_log(target)
        _keep_aside(target, aside)
    copy.replace(target)
    return aside


def _close_log(ledger: Path) -> None:
    """Bring a ledger's log into its file: the log must not lie beside another ledger.

    A ledger that is damaged is left as it is.
    """
    try:
        with closing(sqlite3.connect(ledger, timeout=_LOCK_WAIT_S)) as connection:
            # SQLite grants this only to whoever is alone.
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as e:
        raise TemporaryError(
            f"The ledger {ledger} is in use ({e}): stop every command that works with it, then try again"
        ) from e
    except sqlite3.DatabaseError:
        return


def _keep_aside(ledger: Path, aside: Path) -> None:
    for suffix in ("-wal", "-shm"):
        beside = ledger.with_name(ledger.name + suffix)
        if beside.exists():
            beside.replace(aside.with_name(aside.name + suffix))
    try:
        # A second name, so that the ledger's own is never missing: a run would make an empty ledger.
        os.link(ledger, aside)
    except OSError:
        ledger.replace(aside)


def _require_sound(connection: sqlite3.Connection, name: str) -> None:
    row = connection.execute("PRAGMA quick_check(1)").fetchone()
    if row != ("ok",):
        raise PermanentError(f"{name} is damaged ({row[0]}): restore the last good backup, and keep that one")


def _hold_statement(now: datetime) -> str:
    return _HOLD.format(name=MAIL_HELD, seconds=int(now.timestamp())) + _HOLD_AGAIN


# -- PostgreSQL ---------------------------------------------------------------------------------------


def dump_postgres(url: str, dump: Path) -> None:
    """Write a ledger into a file of pg_dump's custom format.

    Raises PermanentError where pg_dump is missing or refuses.
    """
    location = read_ledger_url(url)
    tables = [f"--table={table}" for table in TABLES]
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", *tables]
    _run_tool("pg_dump", options, location)


def restore_postgres(url: str, dump: Path, now: datetime, *, replace: bool) -> None:
    """Put a dump into a database, with all mail held, in one transaction.

    With `replace`, in place of the ledger that is there. Raises PermanentError where a tool is missing or
    refuses; the database is then as before.
    """
    location = read_ledger_url(url)
    drops = []
    if replace:
        drops = [f'DROP TABLE IF EXISTS "{table}" CASCADE;' for table in TABLES]
    with tempfile.TemporaryDirectory(prefix="maplewire-restore-", dir=dump.parent) as folder:
        before = Path(folder, "before.sql")
        script = Path(folder, "dump.sql")
        after = Path(folder, "after.sql")
        before.write_text("\n".join(drops), "utf-8")
        # The dump's own script leaves an empty search path behind.
        after.write_text(f"RESET search_path;\n{_hold_statement(now)};\n", "utf-8")
        _run_tool("pg_restore", ["--no-owner", "--no-privileges", f"--file={script}", str(dump)], None)
        files = [f"--file={before}", f"--file={script}", f"--file={after}"]
        options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *files]
        _run_tool("psql", options, location)


def _run_tool(tool: str, options: Sequence[str], location: URL | None) -> None:
    """Run a program of PostgreSQL. Raises PermanentError with what it complained of."""
    program = shutil.which(tool)
    if program is None:
        raise PermanentError(
            f"{tool} is missing: install PostgreSQL's client programs (Debian: postgresql-client), of the "
            "server's version or newer"
        )
    command = [program, *options]
    environment = dict(os.environ)
    if location is not None:
        command.append(f"--dbname={_without_password(location)}")
        environment |= _password_variable(location)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = " ".join(done.stderr.split()) or f"exit status {done.returncode}"
        raise PermanentError(f"{tool} failed: {said}")


def _without_password(location: URL) -> str:
    query = {}
    for name, value in location.query.items():
        if name != "password":
            query[name] = value
    plain = URL.create(
        "postgresql", location.username, None, location.host, location.port, location.database, query
    )
    return plain.render_as_string(hide_password=False)


def _password_variable(location: URL) -> Mapping[str, str]:
    password = location.password or location.query.get("password")
    if password is None:
        return {}
    return {"PGPASSWORD": str(password)}
