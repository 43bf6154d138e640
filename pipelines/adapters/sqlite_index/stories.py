# ruff: noqa: S608 - what is put into SQL is the number of a generation and our own names, never data
"""Rows that satisfy a condition, as stories: in an order, counted exactly."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from pipelines.adapters.microseconds import microseconds, moment_of
from pipelines.adapters.sqlite_index.compile import EVERYTHING, Condition
from pipelines.adapters.sqlite_index.full_text import full_text
from pipelines.adapters.sqlite_index.writer import Texts
from pipelines.model import Hit, StoryHits, StoryOrder, StoryPlace
from pipelines.query import Node, PassageFinder, Query
from pipelines.query.ranking import WEIGHTS, RankedStory, best_first, ranking_leaves

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


@dataclass(frozen=True, slots=True)
class _TimeOrder:
    """An order by time, in the words of SQL."""

    #: A story's time among those of its articles.
    picked: str
    direction: str
    #: Of two times, what tells that the first stands behind the second.
    behind: str


_TIME_ORDERS = {
    "newest": _TimeOrder("max(sort_time)", "DESC", "<"),
    "oldest": _TimeOrder("min(sort_time)", "ASC", ">"),
}
_FTS_WEIGHTS = ", ".join(map(str, WEIGHTS))


class StoryFinder:
    """Finds the stories that satisfy one condition in one generation."""

    def __init__(
        self, connection: sqlite3.Connection, generation: int, condition: Condition, since: datetime | None
    ) -> None:
        self._connection = connection
        self._g = generation
        test, values = condition
        # What every article satisfies need not be written down.
        kept = "NOT MATERIALIZED" if test == EVERYTHING else "MATERIALIZED"
        if since is not None:
            test = f"({test} AND d.sort_time >= ?)"
            values = [*values, microseconds(since)]
        self._found = (
            f"found AS {kept} (SELECT slot, id, story, sort_time FROM documents_{generation} d WHERE {test})"
        )
        self._values = values

    def find_stories(
        self, query: Query, limit: int, offset: int, order: StoryOrder, after: StoryPlace | None
    ) -> StoryHits:
        """Return one page of stories.

        Hits of a story stand oldest first where the stories do, else newest first; ties by id.
        """
        if order == "best":
            ranked = self._ranked_stories(query.root)
            story_ids = ranked[offset : offset + limit]
            page = _Page(len(ranked), self._rows_of(story_ids))
        else:
            page = self._find_page(limit, offset, _TIME_ORDERS[order], after)
        sign = 1 if order == "oldest" else -1
        rows_by_story: dict[str, list[_Row]] = {}
        for row in sorted(page.rows, key=lambda row: (sign * row.sort_time, row.id)):
            rows_by_story.setdefault(row.story, []).append(row)
        if order != "best":
            # The first row of a story has its time.
            story_ids = sorted(rows_by_story, key=lambda id_: (sign * rows_by_story[id_][0].sort_time, id_))
        finder = PassageFinder(query)
        stories: list[tuple[str, tuple[Hit, ...]]] = []
        for story in story_ids:
            stories.append((story, self._hits_of(rows_by_story[story], finder)))
        return StoryHits(page.total, tuple(stories))

    def _find_page(self, limit: int, offset: int, order: _TimeOrder, after: StoryPlace | None) -> _Page:
        behind = ""
        place: list[object] = []
        if after is not None:
            behind = f"WHERE at {order.behind} ? OR (at = ? AND story > ?)"
            moment = microseconds(after.moment)
            place = [moment, moment, after.story_id]
        # One statement, so that what satisfies the condition is looked up once for number and page.
        rows = self._connection.execute(
            f"""WITH {self._found},
            stories AS MATERIALIZED (SELECT story, {order.picked} AS at FROM found GROUP BY story),
            page AS MATERIALIZED (
                SELECT story FROM stories {behind} ORDER BY at {order.direction}, story LIMIT ? OFFSET ?
            )
            SELECT NULL, NULL, NULL, (SELECT count(*) FROM stories)
            UNION ALL
            SELECT slot, id, story, sort_time FROM found WHERE story IN (SELECT story FROM page)""",
            [*self._values, *place, limit, offset],
        ).fetchall()
        (*_, total), *found = rows
        return _Page(total, [_Row(*row) for row in found])

    # -- the best first ------------------------------------------------------------------------------------

    def _ranked_stories(self, root: Node) -> list[str]:
        """Return the ids of all stories, the best first."""
        scored, words = self._scored_words(root)
        rows = self._connection.execute(
            f"""WITH {self._found}, {scored}
            SELECT story, max(sort_time), count(*), max(coalesce(score, 0))
            FROM found LEFT JOIN scored USING (slot) GROUP BY story""",
            [*self._values, *words],
        )
        ranked: list[RankedStory] = []
        for story, newest, articles, score in rows:
            ranked.append(RankedStory(story, moment_of(newest), articles, score))
        return best_first(ranked)

    def _scored_words(self, root: Node) -> tuple[str, list[object]]:
        """Return a table of slots with BM25, and the values bound in it."""
        expressions: list[str] = []
        for leaf in ranking_leaves(root):
            expression = full_text(leaf)
            # Wildcards, and nearness that FTS5 judges otherwise, only choose what is found.
            if expression is not None:
                expressions.append(f"({expression})")
        if not expressions:
            return "scored(slot, score) AS (SELECT NULL, NULL WHERE 0)", []
        words = f"words_{self._g}"
        score = f"-bm25({words}, {_FTS_WEIGHTS})"
        select = f"SELECT rowid AS slot, {score} AS score FROM {words} WHERE {words} MATCH ?"
        return f"scored AS MATERIALIZED ({select})", [" OR ".join(expressions)]

    def _rows_of(self, story_ids: Sequence[str]) -> list[_Row]:
        rows = self._connection.execute(
            f"""WITH {self._found}
            SELECT slot, id, story, sort_time FROM found WHERE story IN (SELECT value FROM json_each(?))""",
            [*self._values, json.dumps(story_ids)],
        )
        return [_Row(*row) for row in rows]

    def _hits_of(self, rows: Iterable[_Row], finder: PassageFinder) -> tuple[Hit, ...]:
        hits: list[Hit] = []
        for place, row in enumerate(rows):
            passages: tuple[str, ...] = ()
            if place < HIGHLIGHTED:
                passages = self._passages_of(row.slot, finder)
            hits.append(Hit(row.id, row.story, moment_of(row.sort_time), passages))
        return tuple(hits)

    def _passages_of(self, slot: int, finder: PassageFinder) -> tuple[str, ...]:
        sql = f"SELECT packed FROM texts_{self._g} WHERE slot = ?"
        (packed,) = self._connection.execute(sql, (slot,)).fetchone()
        texts = Texts.unpacked(packed)
        running = texts.running
        return finder.passages(
            running["title"],
            running["body"],
            summary=running["summary"],
            language=texts.language,
        )
