"""Rows of what people said of stories.

One table has corrections of pairs of articles, and words on one story, so that a number names one word.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Text, or_, select

from pipelines.adapters.ledger.schema import corrections
from pipelines.adapters.ledger.statements import Statement
from pipelines.adapters.ledger.undoable_rows import select_undoable, write_undoable
from pipelines.adapters.ledger.value_lists import listed_values, value_list
from pipelines.model import Correction, StoryWord, WordKind

#: The kind of a correction.
_ARTICLES = "articles"


@Statement
def _corrections_of_articles(dialect: str) -> Select[Any]:
    article_ids = select(listed_values(dialect, Text).c.value)
    names_one = or_(corrections.c.a.in_(article_ids), corrections.c.b.in_(article_ids))
    return (
        select(corrections)
        .where(names_one, corrections.c.undone.is_(None), corrections.c.kind == _ARTICLES)
        .order_by(corrections.c.number)
    )  # fmt: skip


def read_corrections_of(connection: Connection, article_ids: Collection[str]) -> list[Correction]:
    """Return the corrections of these articles that were not undone, oldest first."""
    rows = _corrections_of_articles.all_rows(connection, value_list(connection, article_ids))
    return list(map(_correction_of, rows))


def read_corrections(connection: Connection, *, include_undone: bool) -> list[Correction]:
    """Return all corrections, oldest first."""
    query = select_undoable(corrections, include_undone=include_undone)
    rows = connection.execute(query.where(corrections.c.kind == _ARTICLES))
    return list(map(_correction_of, rows))


def write_corrections(
    connection: Connection, made: Sequence[Correction], undone: Sequence[Correction]
) -> None:
    """Write new corrections, and mark others as undone."""
    rows = []
    for one in made:
        row = {
            "a": one.a,
            "b": one.b,
            "together": one.together,
            "at": one.at,
            "undone": one.undone,
            "by": one.by,
            "kind": _ARTICLES,
            "text": "",
        }
        rows.append(row)
    write_undoable(connection, corrections, rows, undone)


def read_story_words(connection: Connection, *, include_undone: bool) -> list[StoryWord]:
    """Return all words on single stories and their events, oldest first."""
    query = select_undoable(corrections, include_undone=include_undone)
    rows = connection.execute(query.where(corrections.c.kind != _ARTICLES))
    return list(map(_word_of, rows))


def write_story_words(connection: Connection, made: Sequence[StoryWord], undone: Sequence[StoryWord]) -> None:
    """Write new words on stories, and mark others as undone."""
    rows = []
    for word in made:
        row = {
            "a": word.story_id,
            "b": word.other_id,
            "together": word.kind is WordKind.LINKED,
            "at": word.at,
            "undone": word.undone,
            "by": word.by,
            "kind": word.kind.value,
            "text": word.text,
        }
        rows.append(row)
    write_undoable(connection, corrections, rows, undone)


def _correction_of(row: Any) -> Correction:
    return Correction(row.a, row.b, row.together, row.at, row.number, row.undone, row.by)


def _word_of(row: Any) -> StoryWord:
    kind = WordKind(row.kind)
    return StoryWord(row.a, kind, row.at, row.by, row.text, row.b, row.number, row.undone)
