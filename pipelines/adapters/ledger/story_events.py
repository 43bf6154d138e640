"""Rows of the history of stories."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from pipelines.adapters.ledger.schema import history
from pipelines.adapters.ledger.statements import table_row
from pipelines.adapters.ledger.value_lists import text_table
from pipelines.model import StoryChange, StoryEvent


def read_history(connection: Connection, story_ids: Collection[str]) -> list[StoryEvent]:
    """Return what happened to these stories, in order of writing."""
    wanted = text_table(connection, story_ids)
    query = (
        select(history).join(wanted, wanted.c.value == history.c.story_id).order_by(history.c.number)
    )  # fmt: skip
    return list(map(_story_event, connection.execute(query)))


def read_history_since(connection: Connection, number: int, limit: int) -> list[StoryEvent]:
    """Return what happened to any story after `number`, in that order."""
    query = select(history).where(history.c.number > number).order_by(history.c.number).limit(limit)
    return list(map(_story_event, connection.execute(query)))


def read_newest_history(connection: Connection, limit: int) -> list[StoryEvent]:
    """Return what happened last to any story, newest first."""
    query = select(history).order_by(history.c.number.desc()).limit(limit)
    return list(map(_story_event, connection.execute(query)))


def write_history(connection: Connection, events: Sequence[StoryEvent]) -> None:
    """Add events to the history; their numbers follow their order here."""
    rows = []
    for event in events:
        rows.append(table_row(history, event, generated="number"))
    if rows:
        connection.execute(insert(history), rows)


def _story_event(row: Row[Any]) -> StoryEvent:
    values = dict(row._mapping)
    values["turn"] = StoryChange(values["turn"])
    return StoryEvent(**values)
