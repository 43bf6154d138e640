# ruff: noqa: S608 - what is put into SQL are our own names, never data
"""The full-text table of our SQLite index by itself: what of writing is the work of FTS5."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from pipelines.adapters.sqlite_index.schema import create_tables
from pipelines.adapters.sqlite_index.writer import Texts
from pipelines.model import Change
from pipelines.query.fields import STREAMS

_INSERT = f"INSERT INTO words_1 ({', '.join(STREAMS)}) VALUES ({', '.join('?' * len(STREAMS))})"


def tokens_of(changes: Sequence[Change]) -> list[list[str]]:
    """Return the tokens of each document by stream, as our index makes them."""
    rows: list[list[str]] = []
    for change in changes:
        if change.document is not None:
            rows.append(Texts.of(change.document).columns())
    return rows


class ReadyTokens:
    """The tables of our index in a file, of which one gets tokens that lie ready."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        self._connection.execute("PRAGMA journal_mode = WAL")
        create_tables(self._connection, 1)

    def close(self) -> None:
        self._connection.close()

    def write(self, rows: Sequence[Sequence[str]]) -> None:
        """Write the tokens of documents in one transaction."""
        self._connection.execute("BEGIN")
        self._connection.executemany(_INSERT, rows)
        self._connection.execute("COMMIT")
