"""When each page is to be looked at again, in a database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, bindparam, or_, select, update

from pipelines.adapters.ledger.codec import RECHECK_STATE
from pipelines.adapters.ledger.database import LedgerPart
from pipelines.adapters.ledger.schema import recheck_states
from pipelines.adapters.ledger.statements import Statement, upsert_rows
from pipelines.adapters.ledger.value_lists import listed_values, value_list
from pipelines.model import RecheckState

_UPDATE_STATE = (
    update(recheck_states)
    .where(recheck_states.c.article_id == bindparam("of_article"))
    .values(due=bindparam("new_due"), facts=bindparam("new_facts"))
)


class SqlRechecks(LedgerPart):
    """The recheck states of articles, part of `ports.StoryLedger`."""

    def due_rechecks(
        self, now: datetime, limit: int = 1000, doubted_after: datetime | None = None
    ) -> Sequence[RecheckState]:
        is_due: ColumnElement[bool] = recheck_states.c.due <= now
        if doubted_after is not None:
            is_due = or_(is_due, recheck_states.c.due > doubted_after)
        query = (
            select(recheck_states.c.facts)
            .where(is_due)
            .order_by(recheck_states.c.due, recheck_states.c.article_id)
            .limit(limit)
        )
        with self.database.reading() as connection:
            return list(map(RECHECK_STATE.load, connection.execute(query).scalars()))

    def recheck_states(self, article_ids: Collection[str]) -> Mapping[str, RecheckState]:
        with self.database.reading() as connection:
            return read_recheck_states(connection, article_ids)

    def save_recheck_states(self, states: Collection[RecheckState]) -> None:
        parameters = []
        for state in states:
            row = _recheck_row(state)
            parameters.append(
                {"of_article": row["article_id"], "new_due": row["due"], "new_facts": row["facts"]}
            )
        with self.database.writing() as connection:
            if parameters:
                # An update and no upsert: an article without a state is left without.
                connection.execute(_UPDATE_STATE, parameters)


@Statement
def _states_by_article(dialect: str) -> Select[Any]:
    article_ids = select(listed_values(dialect, Text).c.value)
    return select(recheck_states).where(recheck_states.c.article_id.in_(article_ids))


def read_recheck_states(connection: Connection, article_ids: Collection[str]) -> dict[str, RecheckState]:
    """Return the recheck states of these articles, by article id."""
    rows = _states_by_article.all_rows(connection, value_list(connection, article_ids))
    found: dict[str, RecheckState] = {}
    for row in rows:
        found[row.article_id] = RECHECK_STATE.load(row.facts)
    return found


def write_recheck_state(connection: Connection, state: RecheckState) -> None:
    """Write an article's recheck state, in place of an earlier one."""
    upsert_rows(connection, recheck_states, [_recheck_row(state)], "article_id")


def _recheck_row(state: RecheckState) -> dict[str, Any]:
    return {"article_id": state.article_id, "due": state.due, "facts": RECHECK_STATE.dump(state)}
