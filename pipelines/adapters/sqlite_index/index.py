# ruff: noqa: S608 - what is put into SQL is the number of a generation and our own names, never data
"""The search index in one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from crawlers.errors import PermanentError, TemporaryError
from pipelines.adapters.sqlite_index.compile import Compiler, Condition
from pipelines.adapters.sqlite_index.facets import count_values
from pipelines.adapters.sqlite_index.generations import (
    abandon_generation,
    initialize,
    read_state,
    require_building,
    start_generation,
    switch_to,
)
from pipelines.adapters.sqlite_index.index_file import IndexFile
from pipelines.adapters.sqlite_index.stories import StoryFinder
from pipelines.adapters.sqlite_index.text_languages import languages_of_texts
from pipelines.adapters.sqlite_index.writer import Writer
from pipelines.model import (
    Change,
    Facets,
    RejectedDocument,
    RunReport,
    SourceAccount,
    StoryDocument,
    StoryHits,
    StoryOrder,
    StoryPlace,
)
from pipelines.query import Node, Query
from pipelines.query.narrowing import narrowed
from pipelines.query.text_languages import in_languages


class SqliteIndex:
    """A SearchIndex in a file of its own.

    Several processes may search and write; each has its own object.
    """

    keeps_accounts = False

    def __init__(self, url: str | Path) -> None:
        """Take a path or `sqlite:///path`. Nothing is opened before it is needed."""
        self._file = IndexFile(Path(str(url).removeprefix("sqlite:///")))

    @property
    def path(self) -> Path:
        return self._file.path

    def close(self) -> None:
        self._file.close()

    # -- writing -------------------------------------------------------------------------------------------

    def setup(self) -> Sequence[str]:
        with self._file.changing() as connection:
            if read_state(connection) is None:
                initialize(connection)
                return (f"created the search index {self.path}",)
            self._file.require_current_state(connection)
            return ()

    def write(
        self,
        changes: Sequence[Change],
        stories: Sequence[StoryDocument] = (),  # noqa: ARG002
    ) -> Sequence[RejectedDocument]:
        with self._file.changing() as connection:
            state = self._file.require_current_state(connection)
            Writer(connection, state.generation).write(changes)
            # A rebuild reads the ledger from the start and may have passed these articles.
            if state.building is not None:
                Writer(connection, state.building).write(changes)
        return ()

    def stories_touched(self, changes: Sequence[Change]) -> Collection[str]:  # noqa: ARG002
        return ()

    def write_runs(self, reports: Sequence[RunReport], source_names: Mapping[str, str]) -> None:
        """Keep nothing.

        Whoever reads this index reads stories and accounts from the ledger.
        """

    def write_catalogue(
        self, sources: Sequence[SourceAccount], source_names: Mapping[str, str], at: datetime
    ) -> None:
        """Keep nothing, as `write_runs`."""

    # -- rebuilding ----------------------------------------------------------------------------------------

    def rebuild(
        self,
        changes: Iterable[Sequence[Change]],
        stories: Iterable[Sequence[StoryDocument]] = (),  # noqa: ARG002
        rejected: list[RejectedDocument] | None = None,  # noqa: ARG002
    ) -> int:
        """Fill new tables beside the old ones and switch to them in one transaction.

        What others write meanwhile goes into both. A file that is broken or of another version is
        replaced.
        """
        generation = self._begin_rebuild()
        try:
            # A transaction for each part, so that others can write between them.
            for some in changes:
                with self._file.changing() as connection:
                    require_building(connection, generation)
                    Writer(connection, generation).write(some)
            with self._file.changing() as connection:
                switch_to(connection, generation)
        except BaseException:
            with suppress(TemporaryError, PermanentError), self._file.changing() as connection:
                abandon_generation(connection, generation)
            raise
        self._file.give_space_back()
        return self.count()

    def _begin_rebuild(self) -> int:
        try:
            if self._file.is_sound():
                with self._file.changing() as connection:
                    return start_generation(connection)
        except PermanentError:
            pass  # damaged, or no SQLite file at all
        self._file.set_aside()
        with self._file.changing() as connection:
            return start_generation(connection)

    # -- reading -------------------------------------------------------------------------------------------

    def count(self) -> int:
        with self._file.reading() as (connection, state):
            sql = f"SELECT count(*) FROM documents_{state.generation}"
            (number,) = connection.execute(sql).fetchone()
            return int(number)

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        since: datetime | None = None,
        lang: str | None = None,
        source: str | None = None,
        order: StoryOrder = "newest",
        after: StoryPlace | None = None,
    ) -> StoryHits:
        root = narrowed(query.root, lang=lang, source=source)
        with self._file.reading() as (connection, state):
            condition = _condition_of(root, connection, state.generation)
            finder = StoryFinder(connection, state.generation, condition, since)
            return finder.find_stories(query, max(limit, 0), max(offset, 0), order, after)

    def facets(self, query: Query, fields: Sequence[str], most: int = 10) -> Facets:
        with self._file.reading() as (connection, state):
            condition = _condition_of(query.root, connection, state.generation)
            return count_values(connection, state.generation, condition, fields, most)


def _condition_of(root: Node, connection: sqlite3.Connection, generation: int) -> Condition:
    asked = in_languages(root, languages_of_texts(connection, generation))
    return Compiler(connection, generation).condition_of(asked)
