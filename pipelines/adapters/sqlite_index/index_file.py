"""The file of the index: its connection, transactions and errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawlers.errors import PermanentError, TemporaryError
from crawlers.private_files import make_private_file
from pipelines.adapters.frozen_file import frozen_address, is_read_only
from pipelines.adapters.sqlite_index.generations import FileState, read_state

BUSY_TIMEOUT_S = 10.0

#: What may pass by itself: others write, the disk is full, a folder is not mounted.
_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_SCHEMA,
    }
)
#: What a rebuild mends. Every other code is a bug of ours.
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
#: The upper bits of an error code tell details of the one in the lower eight.
_PRIMARY_CODE = 0xFF


class IndexFile:
    """A file that several processes may read and write; each has its own connection."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened before it is needed."""
        self.path = path
        self._opened: sqlite3.Connection | None = None

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that writes."""
        # IMMEDIATE: a lock that is asked for later could be refused at once.
        with self._translated():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[tuple[sqlite3.Connection, FileState]]:
        """Open a snapshot.

        What others write or switch meanwhile is not seen.
        """
        with self._translated():
            if not self.path.exists():
                raise PermanentError(f"there is no search index {self.path}; run: maplewire reindex")
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                yield connection, self.require_current_state(connection)
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def require_current_state(self, connection: sqlite3.Connection) -> FileState:
        """Return what the file says of itself.

        Raises PermanentError where it was not set up, or by another version of Maplewire.
        """
        state = read_state(connection)
        if state is None:
            raise PermanentError(f"the search index {self.path} is not set up; run: maplewire reindex")
        if not state.is_of_this_version:
            raise PermanentError(
                f"the search index {self.path} was written by another version of Maplewire; "
                "run: maplewire reindex"
            )
        return state

    def is_sound(self) -> bool:
        """Tell whether the file is in order.

        Where SQLite cannot even look, that is a PermanentError.
        """
        with self._translated():
            return bool(self._connection().execute("PRAGMA quick_check(1)").fetchone() == ("ok",))

    def give_space_back(self) -> None:
        """Shorten the file by the pages of tables that were dropped."""
        with self._translated():
            self._connection().execute("PRAGMA incremental_vacuum")

    def set_aside(self) -> None:
        """Move a file that SQLite cannot read out of the way."""
        # A person may want to look at it.
        self.close()
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        if self.path.exists():
            self.path.replace(self.path.with_name(self.path.name + ".broken"))

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            make_private_file(self.path)
            frozen = frozen_address(self.path)
            connection = sqlite3.connect(
                frozen or self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, uri=frozen is not None
            )
            try:
                if not is_read_only(self.path):
                    _prepare_for_writing(connection)
            except BaseException:
                connection.close()
                raise
            self._opened = connection
        return self._opened

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the errors of SQLite into ours; the rest is a bug."""
        try:
            yield
        except sqlite3.Error as e:
            code = getattr(e, "sqlite_errorcode", 0) & _PRIMARY_CODE
            if code in _PASSING:
                raise TemporaryError(f"the search index {self.path} cannot be used now: {e}") from e
            if code in _BROKEN:
                raise PermanentError(
                    f"the search index {self.path} is damaged ({e}); run: maplewire reindex"
                ) from e
            raise


def _prepare_for_writing(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # the ledger's watermark trusts what we wrote
