# ruff: noqa: S608 - what is put into SQL is the number of a generation and our own names, never data
"""Rows that satisfy a condition, as stories: newest first, counted exactly."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from pipelines.adapters.sqlite_index.compile import Condition
from pipelines.adapters.sqlite_index.schema import moment_of, ticks
from pipelines.adapters.sqlite_index.writer import Texts
from pipelines.model import Hit, StoryHits
from pipelines.query import Query, highlights

#: Hits of a story that get passages; the others are copies that would show the same.
HIGHLIGHTED = 3


class _Row(NamedTuple):
    """An article that satisfies the condition."""

    slot: int
    id: str
    story: str
    sort_time: int


@dataclass(frozen=True, slots=True)
class _Page:
    """The number of all stories, and the articles of those on one page in no order."""

    total: int
    rows: list[_Row]


class StoryFinder:
    """Finds the stories that satisfy one condition in one generation."""

    def __init__(
        self, connection: sqlite3.Connection, generation: int, condition: Condition, since: datetime | None
    ) -> None:
        self._connection = connection
        self._g = generation
        test, values = condition
        if since is not None:
            test = f"({test} AND d.sort_time >= ?)"
            values = [*values, ticks(since)]
        self._found = (
            "found AS MATERIALIZED ("
            f"SELECT slot, id, story, sort_time FROM documents_{generation} d WHERE {test})"
        )
        self._values = values

    def find_stories(self, query: Query, limit: int, offset: int) -> StoryHits:
        """Return one page of stories, both they and their hits newest first, ties by id."""
        page = self._find_page(limit, offset)
        rows_by_story: dict[str, list[_Row]] = {}
        for row in sorted(page.rows, key=lambda row: (-row.sort_time, row.id)):
            rows_by_story.setdefault(row.story, []).append(row)
        stories: list[tuple[str, tuple[Hit, ...]]] = []
        # The first row of a story is its newest.
        for story, rows in sorted(rows_by_story.items(), key=lambda item: (-item[1][0].sort_time, item[0])):
            stories.append((story, self._hits_of(rows, query)))
        return StoryHits(page.total, tuple(stories))

    def _find_page(self, limit: int, offset: int) -> _Page:
        # One statement, so that what satisfies the condition is looked up once for number and page.
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
        (*_, total), *found = rows
        return _Page(total, [_Row(*row) for row in found])

    def _hits_of(self, rows: Iterable[_Row], query: Query) -> tuple[Hit, ...]:
        hits: list[Hit] = []
        for place, row in enumerate(rows):
            passages: tuple[str, ...] = ()
            if place < HIGHLIGHTED:
                passages = self._passages_of(row.slot, query)
            hits.append(Hit(row.id, row.story, moment_of(row.sort_time), passages))
        return tuple(hits)

    def _passages_of(self, slot: int, query: Query) -> tuple[str, ...]:
        sql = f"SELECT packed FROM texts_{self._g} WHERE slot = ?"
        (packed,) = self._connection.execute(sql, (slot,)).fetchone()
        texts = Texts.unpacked(packed)
        running = texts.running
        return highlights(
            query,
            running["title"],
            running["body"],
            summary=running["summary"],
            language=texts.language,
        )
