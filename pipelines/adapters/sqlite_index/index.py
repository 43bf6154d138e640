# ruff: noqa: S608 - what is put into SQL is the number of a generation and names of our own tables, never data
"""The search index in one SQLite file: transactions, generations, and what can go wrong with a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawlers.errors import PermanentError, TemporaryError
from pipelines.adapters.sqlite_index.compile import Compiler, Condition
from pipelines.adapters.sqlite_index.schema import Texts, Writer, create, drop, moment, ticks
from pipelines.model import Change, Hit, RejectedDocument, RunReport, StoryDocument, StoryHits
from pipelines.query import And, Keyword, Node, Query, highlights
from pipelines.text.analyzer import ANALYSIS_VERSION, keyword

SCHEMA_VERSION = 1
BUSY_TIMEOUT_S = 10.0
HIGHLIGHTED = 3
"""Hits of a story that get passages; the others are copies that would show the same."""

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
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})


@dataclass(frozen=True, slots=True)
class _State:
    """What the file says of itself. `building` is the generation that a rebuild is filling, if any."""

    schema: int
    analysis: int
    generation: int
    building: int | None


class SqliteIndex:
    """A SearchIndex in a file of its own. Several processes may search and write; each has its own object."""

    def __init__(self, url: str | Path) -> None:
        """Take a path or `sqlite:///path`. Nothing is opened before it is needed."""
        self.path = Path(str(url).removeprefix("sqlite:///"))
        self._opened: sqlite3.Connection | None = None

    # -- setting up ----------------------------------------------------------------------------------------

    def setup(self) -> Sequence[str]:
        with self._changing() as connection:
            state = _state(connection)
            if state is None:
                _initialize(connection)
                return (f"created the search index {self.path}",)
            self._check(state)
            return ()

    def _check(self, state: _State | None) -> _State:
        if state is None:
            raise PermanentError(f"the search index {self.path} is not set up; run: maplewire reindex")
        if (state.schema, state.analysis) != (SCHEMA_VERSION, ANALYSIS_VERSION):
            raise PermanentError(
                f"the search index {self.path} was written by another version of Maplewire; run: maplewire reindex"
            )
        return state

    # -- writing -------------------------------------------------------------------------------------------

    def write(
        self,
        changes: Sequence[Change],
        stories: Sequence[StoryDocument] = (),  # noqa: ARG002
    ) -> Sequence[RejectedDocument]:
        with self._changing() as connection:
            state = self._check(_state(connection))
            for generation in (state.generation, state.building):
                if generation is not None:
                    Writer(connection, generation).write(changes)
        return ()

    def stories_touched(self, changes: Sequence[Change]) -> Collection[str]:  # noqa: ARG002
        return ()

    def write_run(self, report: RunReport, source_names: Mapping[str, str]) -> None:
        """Keep nothing: whoever reads this index reads stories and accounts from the ledger."""

    def rebuild(
        self,
        changes: Iterable[Sequence[Change]],
        stories: Iterable[Sequence[StoryDocument]] = (),  # noqa: ARG002
        rejected: list[RejectedDocument] | None = None,  # noqa: ARG002
    ) -> int:
        """Fill new tables beside the old ones and switch to them at the end, in one transaction.

        What others write meanwhile goes into both. A file that is broken or of another version is replaced.
        """
        generation = self._begin_rebuild()
        try:
            for some in changes:
                with self._changing() as connection:
                    self._check_building(connection, generation)
                    Writer(connection, generation).write(some)
            self._switch(generation)
        except BaseException:
            with suppress(TemporaryError, PermanentError), self._changing() as connection:
                self._abandon(connection, generation)
            raise
        with self._translated():
            self._connection().execute("PRAGMA incremental_vacuum")
        return self.count()

    def _begin_rebuild(self) -> int:
        try:
            with self._translated():
                sound = self._connection().execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            if sound:
                with self._changing() as connection:
                    return _start_generation(connection)
        except PermanentError:
            pass
        self._set_aside()
        with self._changing() as connection:
            return _start_generation(connection)

    def _check_building(self, connection: sqlite3.Connection, generation: int) -> None:
        state = _state(connection)
        if state is None or state.building != generation:
            raise TemporaryError("another rebuild of the search index has begun; this one gave way")

    def _switch(self, generation: int) -> None:
        with self._changing() as connection:
            self._check_building(connection, generation)
            state = _state(connection)
            assert state is not None
            _set(
                connection,
                schema=SCHEMA_VERSION,
                analysis=ANALYSIS_VERSION,
                generation=generation,
                building=None,
            )
            drop(connection, state.generation)

    def _abandon(self, connection: sqlite3.Connection, generation: int) -> None:
        state = _state(connection)
        if state is not None and state.building == generation:
            drop(connection, generation)
            _set(connection, building=None)

    def _set_aside(self) -> None:
        """Move a file that SQLite cannot read out of the way, for a person to look at."""
        self.close()
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        if self.path.exists():
            self.path.replace(self.path.with_name(self.path.name + ".broken"))

    # -- reading -------------------------------------------------------------------------------------------

    def count(self) -> int:
        with self._reading() as (connection, state):
            found: int = connection.execute(f"SELECT count(*) FROM documents_{state.generation}").fetchone()[
                0
            ]
            return found

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        since: datetime | None = None,
        lang: str | None = None,
        source: str | None = None,
    ) -> StoryHits:
        root = _narrowed(query.root, lang=lang, source=source)
        with self._reading() as (connection, state):
            condition = Compiler(connection, state.generation).condition(root)
            found = _Found(connection, state.generation, condition, since)
            total, rows = found.page(max(limit, 0), max(offset, 0))
            return StoryHits(total, _grouped(rows, lambda slot: found.passages(query, slot)))

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    # -- the file ------------------------------------------------------------------------------------------

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            try:
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")  # the ledger's watermark trusts what we wrote
            except BaseException:
                connection.close()
                raise
            self._opened = connection
        return self._opened

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that writes: wholly done when it ends, undone when it fails."""
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
    def _reading(self) -> Iterator[tuple[sqlite3.Connection, _State]]:
        """Open a snapshot: what others write or switch meanwhile is not seen."""
        with self._translated():
            if not self.path.exists():
                raise PermanentError(f"there is no search index {self.path}; run: maplewire reindex")
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                yield connection, self._check(_state(connection))
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn SQLite's errors into ours: what may pass, what a rebuild mends; the rest is a bug."""
        try:
            yield
        except sqlite3.Error as e:
            code = getattr(e, "sqlite_errorcode", 0) & 0xFF
            if code in _PASSING:
                raise TemporaryError(f"the search index {self.path} cannot be used now: {e}") from e
            if code in _BROKEN:
                raise PermanentError(
                    f"the search index {self.path} is damaged ({e}); run: maplewire reindex"
                ) from e
            raise


# -- what the file says of itself ----------------------------------------------------------------------------


def _state(connection: sqlite3.Connection) -> _State | None:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return None
    return _State(**dict(connection.execute("SELECT name, value FROM meta").fetchall()))


def _set(connection: sqlite3.Connection, **values: int | None) -> None:
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))


def _initialize(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID")
    create(connection, 1)
    _set(connection, schema=SCHEMA_VERSION, analysis=ANALYSIS_VERSION, generation=1, building=None)


def _start_generation(connection: sqlite3.Connection) -> int:
    """Create empty tables for a rebuild, in place of those that an interrupted one has left."""
    state = _state(connection)
    if state is None:
        _initialize(connection)
        state = _state(connection)
        assert state is not None
    if state.building is not None:
        drop(connection, state.building)
    generation = max(state.generation, state.building or 0) + 1
    create(connection, generation)
    _set(connection, building=generation)
    return generation


# -- answering -------------------------------------------------------------------------------------------------

Row = tuple[int, str, str, int]
"""Slot, article id, story id, sort time."""


def _narrowed(root: Node, *, lang: str | None, source: str | None) -> Node:
    """Return a query with the options of a search as further conditions."""
    wanted = [
        Keyword(field, keyword(value))
        for field, value in (("lang", lang), ("source", source))
        if value is not None
    ]
    return And((root, *wanted)) if wanted else root


class _Found:
    """What satisfies one query in one generation."""

    def __init__(
        self, connection: sqlite3.Connection, generation: int, condition: Condition, since: datetime | None
    ) -> None:
        self._connection = connection
        self._g = generation
        test, values = condition
        if since is not None:
            test, values = f"({test} AND d.sort_time >= ?)", [*values, ticks(since)]
        self._found = f"found AS MATERIALIZED (SELECT slot, id, story, sort_time FROM documents_{generation} d WHERE {test})"
        self._values = values

    def page(self, limit: int, offset: int) -> tuple[int, list[Row]]:
        """Return the number of stories, and the hits of those on this page in no order."""
        rows = self._connection.execute(
            f"""WITH {self._found},
            page AS MATERIALIZED (
                SELECT story, max(sort_time) AS newest FROM found
                GROUP BY story ORDER BY newest DESC, story LIMIT ? OFFSET ?
            )
            SELECT NULL, NULL, NULL, (SELECT count(DISTINCT story) FROM found)
            UNION ALL
            SELECT slot, id, story, sort_time FROM found WHERE story IN (SELECT story FROM page)""",
            [*self._values, limit, offset],
        ).fetchall()
        return rows[0][3], rows[1:]

    def passages(self, query: Query, slot: int) -> tuple[str, ...]:
        sql = f"SELECT packed FROM texts_{self._g} WHERE slot = ?"
        texts = Texts.unpacked(self._connection.execute(sql, (slot,)).fetchone()[0])
        return highlights(query, texts.title, texts.body)


def _grouped(
    rows: Sequence[Row], passages: Callable[[int], tuple[str, ...]]
) -> tuple[tuple[str, tuple[Hit, ...]], ...]:
    """Return hits by story, both newest first, ties by id."""
    stories: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (-row[3], row[1])):
        stories.setdefault(row[2], []).append(row)
    ordered = sorted(stories.items(), key=lambda item: (-item[1][0][3], item[0]))
    return tuple(
        (
            story,
            tuple(
                Hit(id_, story, moment(time), passages(slot) if place < HIGHLIGHTED else ())
                for place, (slot, id_, _, time) in enumerate(some)
            ),
        )
        for story, some in ordered
    )
