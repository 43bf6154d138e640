"""Rows of a person's corrections."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Text, or_, select

from pipelines.adapters.ledger.schema import corrections
from pipelines.adapters.ledger.statements import Statement
from pipelines.adapters.ledger.undoable_rows import select_undoable, write_undoable
from pipelines.adapters.ledger.value_lists import listed_values, value_list
from pipelines.model import Correction


@Statement
def _corrections_of_articles(dialect: str) -> Select[Any]:
    article_ids = select(listed_values(dialect, Text).c.value)
    names_one = or_(corrections.c.a.in_(article_ids), corrections.c.b.in_(article_ids))
    return (
        select(corrections)
        .where(names_one, corrections.c.undone.is_(None))
        .order_by(corrections.c.number)
    )  # fmt: skip


def read_corrections_of(connection: Connection, article_ids: Collection[str]) -> list[Correction]:
    """Return the corrections of these articles that were not undone, oldest first."""
    rows = _corrections_of_articles.all_rows(connection, value_list(connection, article_ids))
    found: list[Correction] = []
    for row in rows:
        found.append(Correction(**row._asdict()))
    return found


def read_corrections(connection: Connection, *, include_undone: bool) -> list[Correction]:
    """Return all corrections, oldest first."""
    found: list[Correction] = []
    for row in connection.execute(select_undoable(corrections, include_undone=include_undone)):
        found.append(Correction(**row._mapping))
    return found


def write_corrections(
    connection: Connection, made: Sequence[Correction], undone: Sequence[Correction]
) -> None:
    """Write new corrections, and mark others as undone."""
    write_undoable(connection, corrections, made, undone)
