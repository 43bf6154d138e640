"""The part of the ledger for alerts (`ports.AlertLedger`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, case, func, select

from pipelines.adapters.alert_states import farther_alert, moved_to
from pipelines.adapters.ledger.codec import ALERT_FACTS, AlertFacts
from pipelines.adapters.ledger.database import LedgerPart
from pipelines.adapters.ledger.outbox import insert_mails
from pipelines.adapters.ledger.runs import read_watermark, write_watermark
from pipelines.adapters.ledger.schema import alerts as alert_table
from pipelines.adapters.ledger.schema import outbox, stories, watermarks
from pipelines.adapters.ledger.statements import insert_into, upsert_rows
from pipelines.adapters.ledger.story_rows import former_ids, present_ids
from pipelines.adapters.ledger.value_lists import text_table
from pipelines.model import Alert, AlertState, OutboxMail, story_ids_of
from pipelines.ports import WatermarkMove


class SqlAlerts(LedgerPart):
    """Alerts of the saved searches, in a database."""

    def alerts(
        self,
        *,
        stories: Collection[str] | None = None,
        search: str | None = None,
        states: Collection[AlertState] | None = None,
        told_since: datetime | None = None,
    ) -> Sequence[Alert]:
        query = _select_alerts(search, states, told_since)
        with self.database.reading() as connection:
            if stories is not None:
                wanted = text_table(connection, [*stories, *former_ids(connection, stories)])
                query = query.join(wanted, wanted.c.value == alert_table.c.story_id)
            found = list(map(_alert, connection.execute(query)))
            today = present_ids(connection, story_ids_of(found))
        result = []
        for alert in found:
            result.append(moved_to(alert, today[alert.story_id]))
        return result

    def alert_counts(self, since: datetime) -> Mapping[str, Mapping[str, int]]:
        group = (alert_table.c.search_id, alert_table.c.day)
        is_new = alert_table.c.reason == "new"
        is_recent = alert_table.c.day >= since.date().isoformat()
        kept_out = select(stories.c.id).where(stories.c.kept_out.is_not(None))
        is_counted = (is_new, is_recent, alert_table.c.story_id.not_in(kept_out))
        query = select(*group, func.count()).where(*is_counted).group_by(*group)
        counts: dict[str, dict[str, int]] = {}
        with self.database.reading() as connection:
            for search_id, day, count in connection.execute(query):
                counts.setdefault(search_id, {})[day] = count
        return counts

    def settle(
        self, alerts: Sequence[Alert], mails: Sequence[OutboxMail], watermark: str, seen: int, up_to: int
    ) -> bool:
        return self.settle_together(alerts, mails, [WatermarkMove(watermark, seen, up_to)])

    def settle_together(
        self, alerts: Sequence[Alert], mails: Sequence[OutboxMail], moves: Sequence[WatermarkMove]
    ) -> bool:
        with self.database.writing_alone() as connection:
            for move in moves:
                if read_watermark(connection, move.watermark) != move.seen:
                    return False
            _write_alerts(connection, alerts)
            insert_mails(connection, mails)
            for move in moves:
                write_watermark(connection, move.watermark, move.up_to)
        return True

    def known_keys(self, keys: Collection[str]) -> frozenset[str]:
        with self.database.reading() as connection:
            wanted = text_table(connection, keys)
            query = select(outbox.c.key).join(wanted, wanted.c.value == outbox.c.key)
            return frozenset(connection.execute(query).scalars())

    def enqueue(self, mails: Sequence[OutboxMail], watermark: str, up_to: int) -> int:
        with self.database.writing() as connection:
            added = insert_mails(connection, mails)
            _raise_watermark(connection, watermark, up_to)
        return added


def _select_alerts(
    search: str | None, states: Collection[AlertState] | None, told_since: datetime | None
) -> Select[Any]:
    query = select(alert_table).order_by(alert_table.c.number)
    if search is not None:
        query = query.where(alert_table.c.search_id == search)
    if states is not None:
        query = query.where(alert_table.c.state.in_(states))
    if told_since is not None:
        query = query.where(alert_table.c.told >= told_since)
    return query


def _write_alerts(connection: Connection, offered: Sequence[Alert]) -> None:
    """Write what is new of these alerts, and those whose state went forward."""
    wanted = text_table(connection, [alert.key for alert in offered])
    query = select(alert_table).join(wanted, wanted.c.value == alert_table.c.key)
    known = {}
    for row in connection.execute(query):
        known[row.key] = _alert(row)
    kept = {}
    for alert in offered:
        kept[alert.key] = farther_alert(known.get(alert.key), alert)
    rows = []
    for key, alert in kept.items():
        if alert != known.get(key):
            rows.append(_alert_row(alert))
    upsert_rows(connection, alert_table, rows, "key")


def _alert_row(alert: Alert) -> dict[str, Any]:
    assert alert.decided is not None, f"{alert.key} was never decided"
    facts = AlertFacts(alert.article_ids, alert.why, alert.changed, alert.sources)
    return {
        "key": alert.key,
        "search_id": alert.search_id,
        "story_id": alert.story_id,
        "reason": alert.reason,
        "step": alert.step,
        "state": alert.state,
        "decided": alert.decided,
        "day": alert.decided.astimezone(UTC).date().isoformat(),
        "due": alert.due,
        "told": alert.told,
        "mail": alert.mail,
        "facts": ALERT_FACTS.dump(facts),
    }


def _alert(row: Row[Any]) -> Alert:
    facts = ALERT_FACTS.load(row.facts)
    alert = Alert(
        search_id=row.search_id,
        story_id=row.story_id,
        reason=row.reason,
        article_ids=facts.article_ids,
        why=facts.why,
        step=row.step,
        changed=facts.changed,
        state=row.state,
        decided=row.decided,
        due=row.due,
        told=row.told,
        mail=row.mail,
        sources=facts.sources,
    )
    return alert if alert.key == row.key else replace(alert, noted=row.key)


def _raise_watermark(connection: Connection, name: str, seq: int) -> None:
    """Move a watermark forward, never back.

    A slower worker with an older watermark must not take back what a faster one reached.
    """
    statement = insert_into(watermarks, connection.dialect.name).values(name=name, seq=seq)
    is_higher = statement.excluded.seq > watermarks.c.seq
    higher = case((is_higher, statement.excluded.seq), else_=watermarks.c.seq)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"seq": higher}))
