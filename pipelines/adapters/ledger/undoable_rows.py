"""Rows of what people said, which are undone and never deleted.

The tables `corrections` and `marks` have the columns `number` and `undone` in common.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, insert, select, update

from pipelines.model import Correction, Mark, StoryWord


def select_undoable(table: Table, *, include_undone: bool) -> Select[Any]:
    """Return the query for all rows of a table, oldest first."""
    query = select(table).order_by(table.c.number)
    if not include_undone:
        query = query.where(table.c.undone.is_(None))
    return query


def write_undoable(
    connection: Connection,
    table: Table,
    made: Sequence[Mapping[str, Any]],
    undone: Sequence[Correction] | Sequence[Mark] | Sequence[StoryWord],
) -> None:
    """Write rows of what was said, and note others as undone."""
    if made:
        connection.execute(insert(table), list(made))
    for said in undone:
        is_meant = table.c.number == said.number
        connection.execute(update(table).where(is_meant).values(undone=said.undone))
