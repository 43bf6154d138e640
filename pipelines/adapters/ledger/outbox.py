"""The outbox: mails that are owed or sent (part of `ports.AlertLedger`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, ColumnElement, Connection, Row, bindparam, delete, or_, select, update

from pipelines.adapters.alert_states import after_answers, given_up_for, is_waiting_for, owed_again
from pipelines.adapters.ledger.codec import ANSWERS, MAIL_NOTES, RECIPIENTS
from pipelines.adapters.ledger.database import LedgerPart
from pipelines.adapters.ledger.schema import outbox, paused_addresses
from pipelines.adapters.ledger.statements import insert_into
from pipelines.model import Answer, MailNote, OutboxMail, PausedAddress

#: Columns that hold no field of a mail as it is: the ledger's own, and those with JSON.
_OTHER_COLUMNS = frozenset({"number", "recipients", "answers", "notes", "lease_owner", "leased_until"})
#: Stands in the answers of every mail that waits for a person.
_PAUSED_MARK = '"paused"'
_LEASE = (
    update(outbox)
    .where(outbox.c.number == bindparam("leased_number"))
    .values(lease_owner=bindparam("new_owner"), leased_until=bindparam("new_until"))
)


class SqlOutbox(LedgerPart):
    """Mails of the outbox, in a database."""

    def lease_mails(
        self,
        now: datetime,
        owner: str,
        until: datetime,
        limit: int = 100,
        doubted_after: datetime | None = None,
    ) -> Sequence[OutboxMail]:
        is_due = _has_come(outbox.c.not_before, now, doubted_after)
        is_free = or_(_has_come(outbox.c.leased_until, now, doubted_after), outbox.c.lease_owner == owner)
        query = (
            select(outbox)
            .where(outbox.c.state == "due", is_due, is_free)
            .order_by(outbox.c.created, outbox.c.number)
            .limit(limit)
        )
        with self.database.writing_alone() as connection:
            found = connection.execute(query).all()
            leases = []
            for row in found:
                leases.append({"leased_number": row.number, "new_owner": owner, "new_until": until})
            if leases:
                connection.execute(_LEASE, leases)
        return list(map(_outbox_mail, found))

    def mails(self, limit: int = 100) -> Sequence[OutboxMail]:
        query = select(outbox).order_by(outbox.c.created.desc(), outbox.c.number.desc()).limit(limit)
        with self.database.reading() as connection:
            return list(map(_outbox_mail, connection.execute(query)))

    def mail(self, key: str) -> OutboxMail | None:
        with self.database.reading() as connection:
            row = connection.execute(select(outbox).where(outbox.c.key == key)).first()
        if row is None:
            return None
        return _outbox_mail(row)

    def owed_mails(self) -> Sequence[OutboxMail]:
        query = select(outbox).where(outbox.c.state == "due").order_by(outbox.c.created, outbox.c.number)
        with self.database.reading() as connection:
            return list(map(_outbox_mail, connection.execute(query)))

    def mark_answers(self, key: str, answers: Mapping[str, Answer], at: datetime, retry_at: datetime) -> None:
        def mark(mail: OutboxMail) -> OutboxMail:
            return after_answers(mail, answers, at, retry_at)

        self._note_attempt(key, mark)

    def mark_mail_failed(self, key: str, error: str, retry_at: datetime | None) -> None:
        state: Literal["due", "failed"] = "due" if retry_at else "failed"

        def mark(mail: OutboxMail) -> OutboxMail:
            return replace(mail, state=state, not_before=retry_at, last_error=error)

        self._note_attempt(key, mark)

    def _note_attempt(self, key: str, mark: Callable[[OutboxMail], OutboxMail]) -> None:
        """Count an attempt at a mail and mark it; a mail that was sent stays sent."""
        with self.database.writing() as connection:
            row = connection.execute(select(outbox).where(outbox.c.key == key).with_for_update()).first()
            if row is None:
                raise AssertionError(f"no mail {key} was ever owed")
            # Another sender whose lease ran out may have been quicker.
            if row.state == "sent":
                return
            mail = mark(_outbox_mail(row))
            changes = {
                "state": mail.state,
                "attempts": row.attempts + 1,
                "not_before": mail.not_before,
                "sent_at": mail.sent_at,
                "last_error": mail.last_error,
                "answers": ANSWERS.dump(dict(mail.answers)),
                "lease_owner": None,
                "leased_until": None,
            }
            connection.execute(update(outbox).where(outbox.c.key == key).values(changes))

    # -- what a person says of the outbox -------------------------------------------------------------

    def owe_again(self, key: str, recipients: Collection[str], note: MailNote) -> None:
        with self.database.writing() as connection:
            row = connection.execute(select(outbox).where(outbox.c.key == key).with_for_update()).first()
            if row is None:
                raise AssertionError(f"no mail {key} was ever owed")
            _write_what_was_said(connection, owed_again(_outbox_mail(row), recipients, note))

    def paused_addresses(self) -> Sequence[PausedAddress]:
        query = select(paused_addresses).order_by(paused_addresses.c.since, paused_addresses.c.address)
        with self.database.reading() as connection:
            rows = connection.execute(query).all()
            # The answers of all mails are looked at only where somebody may wait.
            waiting = _mails_that_wait(connection) if rows else []
        found = []
        for row in rows:
            for_it = [mail for mail in waiting if is_waiting_for(mail, row.address)]
            found.append(PausedAddress(row.address, row.since, row.why, len(for_it)))
        return found

    def pause_address(self, paused: PausedAddress) -> bool:
        row = {"address": paused.address, "since": paused.since, "why": paused.why}
        with self.database.writing() as connection:
            insert = insert_into(paused_addresses, connection.dialect.name)
            insert = insert.on_conflict_do_nothing(index_elements=["address"])
            added = connection.execute(insert.returning(paused_addresses.c.address), row).all()
        return bool(added)

    def resume_address(self, address: str, note: MailNote, *, give_up: bool = False) -> int:
        resumed = 0
        with self.database.writing() as connection:
            connection.execute(delete(paused_addresses).where(paused_addresses.c.address == address))
            for mail in _mails_that_wait(connection, for_update=True):
                if not is_waiting_for(mail, address):
                    continue
                if give_up:
                    changed = given_up_for(mail, address, note)
                else:
                    changed = owed_again(mail, [address], note)
                _write_what_was_said(connection, changed)
                resumed += 1
        return resumed


def _mails_that_wait(connection: Connection, *, for_update: bool = False) -> list[OutboxMail]:
    """Return the mails that wait for a person to resume an address."""
    query = select(outbox).where(outbox.c.answers.contains(_PAUSED_MARK)).order_by(outbox.c.number)
    if for_update:
        query = query.with_for_update()
    return list(map(_outbox_mail, connection.execute(query)))


def _write_what_was_said(connection: Connection, mail: OutboxMail) -> None:
    """Write what a person changed of a mail."""
    changes = {
        "recipients": RECIPIENTS.dump(mail.to),
        "answers": ANSWERS.dump(dict(mail.answers)),
        "notes": MAIL_NOTES.dump(mail.notes),
        "state": mail.state,
        "attempts": mail.attempts,
        "not_before": mail.not_before,
        "last_error": mail.last_error,
    }
    connection.execute(update(outbox).where(outbox.c.key == mail.key).values(changes))


def _has_come(column: Column[Any], now: datetime, doubted_after: datetime | None) -> ColumnElement[bool]:
    """Return the condition that a moment has come, is not set, or is not believed."""
    has_come = or_(column.is_(None), column <= now)
    if doubted_after is None:
        return has_come
    return or_(has_come, column > doubted_after)


def insert_mails(connection: Connection, mails: Sequence[OutboxMail]) -> int:
    """Write mails that are not there yet; return how many those were."""
    insert = insert_into(outbox, connection.dialect.name).on_conflict_do_nothing(index_elements=["key"])
    insert = insert.returning(outbox.c.number)
    added = 0
    for mail in mails:
        added += len(connection.execute(insert, _mail_row(mail)).all())
    return added


def _mail_row(mail: OutboxMail) -> dict[str, Any]:
    row = {
        "recipients": RECIPIENTS.dump(mail.to),
        "answers": ANSWERS.dump(dict(mail.answers)),
        "notes": MAIL_NOTES.dump(mail.notes),
    }
    for column in outbox.c:
        if column.name not in _OTHER_COLUMNS:
            row[column.name] = getattr(mail, column.name)
    return row


def _outbox_mail(row: Row[Any]) -> OutboxMail:
    values = {}
    for name, value in row._mapping.items():
        if name not in _OTHER_COLUMNS:
            values[name] = value
    recipients = RECIPIENTS.load(row.recipients)
    answers = ANSWERS.load(row.answers)
    notes = MAIL_NOTES.load(row.notes)
    return OutboxMail(to=recipients, answers=answers, notes=notes, **values)
