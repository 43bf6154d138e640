"""Rows of what people said of articles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, Text, select

from pipelines.adapters.ledger.schema import marks
from pipelines.adapters.ledger.statements import Statement, table_row
from pipelines.adapters.ledger.undoable_rows import select_undoable, write_undoable
from pipelines.adapters.ledger.value_lists import listed_values, value_list
from pipelines.model import Mark, MarkLabel


@Statement
def _marks_of_articles(dialect: str) -> Select[Any]:
    article_ids = select(listed_values(dialect, Text).c.value)
    is_meant = (marks.c.article_id.in_(article_ids), marks.c.undone.is_(None))
    return select(marks).where(*is_meant).order_by(marks.c.number)


def read_marks_of(connection: Connection, article_ids: Collection[str]) -> list[Mark]:
    """Return what was said of these articles and not undone, oldest first."""
    rows = _marks_of_articles.all_rows(connection, value_list(connection, article_ids))
    found: list[Mark] = []
    for row in rows:
        found.append(_mark_from(row._asdict()))
    return found


def read_marks(connection: Connection, *, include_undone: bool) -> list[Mark]:
    """Return all that was said, oldest first."""
    found: list[Mark] = []
    for row in connection.execute(select_undoable(marks, include_undone=include_undone)):
        found.append(_mark_from(row._asdict()))
    return found


def write_marks(connection: Connection, made: Sequence[Mark], undone: Sequence[Mark]) -> None:
    """Write new marks, and note others as undone."""
    rows = [table_row(marks, mark, generated="number") for mark in made]
    write_undoable(connection, marks, rows, undone)


def _mark_from(fields: dict[str, Any]) -> Mark:
    mark = Mark(**fields)
    return replace(mark, label=MarkLabel(mark.label))
