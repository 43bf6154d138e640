# ruff: noqa: S608 - what is put into SQL is the number of a generation and our own names, never data
"""How many stories have each value of a field, among the articles that match."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from pipelines.adapters.sqlite_index.compile import Condition
from pipelines.model import Facets

#: Articles that are counted, the newest: a reader waits for the answer.
COUNTED = 5_000


def count_values(
    connection: sqlite3.Connection, generation: int, condition: Condition, fields: Sequence[str], most: int
) -> Facets:
    """Return the most frequent values of each field, with the number of their stories."""
    test, values = condition
    marks = ", ".join("?" * len(fields))
    rows = connection.execute(
        f"""WITH newest AS (
            SELECT slot, story FROM documents_{generation} d WHERE {test}
            ORDER BY sort_time DESC LIMIT {COUNTED}
        ), found AS MATERIALIZED (
            -- Numbers are told apart in less time than ids.
            SELECT slot, dense_rank() OVER (ORDER BY story) AS story FROM newest
        )
        SELECT k.field, k.value, count(DISTINCT found.story) AS stories
        -- CROSS: what was found comes first. SQLite would begin with all articles that have a field.
        FROM found CROSS JOIN keywords_{generation} k ON k.slot = found.slot
        WHERE k.field IN ({marks})
        GROUP BY k.field, k.value ORDER BY stories DESC, k.value""",
        [*values, *fields],
    )
    facets: dict[str, dict[str, int]] = {field: {} for field in fields}
    for field, value, stories in rows:
        if len(facets[field]) < most:
            facets[field][value] = stories
    return facets
