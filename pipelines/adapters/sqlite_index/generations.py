"""What an index file says of itself, and the generations of its tables."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from crawlers.errors import TemporaryError
from pipelines.adapters.sqlite_index.schema import create_tables, drop_tables
from pipelines.text.analyzer import ANALYSIS_VERSION

#: Grows with every change of a table; a file with another has to be built again.
SCHEMA_VERSION = 4


@dataclass(frozen=True, slots=True)
class FileState:
    """What an index file says of itself.

    `building` is the generation that a rebuild is filling, if any.
    """

    schema: int
    analysis: int
    generation: int
    building: int | None

    @property
    def is_of_this_version(self) -> bool:
        return (self.schema, self.analysis) == (SCHEMA_VERSION, ANALYSIS_VERSION)


def read_state(connection: sqlite3.Connection) -> FileState | None:
    """Return what the file says of itself, or None where nothing was set up."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return None
    return FileState(**dict(connection.execute("SELECT name, value FROM meta").fetchall()))


def initialize(connection: sqlite3.Connection) -> FileState:
    """Create the first generation, empty."""
    # A row for each name, so that a later version can add one without changing the table.
    connection.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID")
    create_tables(connection, 1)
    state = FileState(SCHEMA_VERSION, ANALYSIS_VERSION, generation=1, building=None)
    _write_state(connection, state)
    return state


def start_generation(connection: sqlite3.Connection) -> int:
    """Create empty tables for a rebuild."""
    # Those that an interrupted one has left are dropped.
    state = read_state(connection) or initialize(connection)
    if state.building is not None:
        drop_tables(connection, state.building)
    # Its number is above both, so that no writer of the interrupted rebuild meets our tables.
    generation = max(state.generation, state.building or 0) + 1
    create_tables(connection, generation)
    _write_building(connection, generation)
    return generation


def require_building(connection: sqlite3.Connection, generation: int) -> FileState:
    """Raise TemporaryError where another rebuild has begun since this one did."""
    state = read_state(connection)
    if state is None or state.building != generation:
        raise TemporaryError("another rebuild of the search index has begun; this one gave way")
    return state


def switch_to(connection: sqlite3.Connection, generation: int) -> None:
    """Let searches read a generation; drop the one before."""
    before = require_building(connection, generation)
    _write_state(connection, FileState(SCHEMA_VERSION, ANALYSIS_VERSION, generation, building=None))
    drop_tables(connection, before.generation)


def abandon_generation(connection: sqlite3.Connection, generation: int) -> None:
    """Drop what a rebuild has filled."""
    # Where another has begun since, it has done that.
    state = read_state(connection)
    if state is not None and state.building == generation:
        drop_tables(connection, generation)
        _write_building(connection, None)


def _write_state(connection: sqlite3.Connection, state: FileState) -> None:
    rows = [
        ("schema", state.schema),
        ("analysis", state.analysis),
        ("generation", state.generation),
        ("building", state.building),
    ]
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)


def _write_building(connection: sqlite3.Connection, building: int | None) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('building', ?)", (building,))
