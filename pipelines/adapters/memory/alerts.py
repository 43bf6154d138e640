"""Alerts and the outbox (`ports.AlertLedger`), in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from pipelines.adapters.alert_states import (
    after_answers,
    farther_alert,
    given_up_for,
    is_waiting_for,
    moved_to,
    owed_again,
)
from pipelines.adapters.memory.clean_values import clean_value
from pipelines.adapters.memory.ledger_state import LedgerState
from pipelines.adapters.stored_text import clean_text
from pipelines.model import Alert, AlertState, Answer, MailNote, OutboxMail, PausedAddress
from pipelines.ports import WatermarkMove


class MemoryAlerts(LedgerState):
    """Alerts of the saved searches, and the mails that are owed or sent for them."""

    def alerts(
        self,
        *,
        stories: Collection[str] | None = None,
        search: str | None = None,
        states: Collection[AlertState] | None = None,
        told_since: datetime | None = None,
    ) -> Sequence[Alert]:
        found = []
        for noted in self._alerts.values():
            alert = moved_to(noted, self._present_id(noted.story_id))
            is_told = told_since is None or (alert.told is not None and alert.told >= told_since)
            is_meant = (
                _is_among(alert.story_id, stories)
                and (search is None or alert.search_id == search)
                and _is_among(alert.state, states)
            )
            if is_meant and is_told:
                found.append(alert)
        return found

    def alert_counts(self, since: datetime) -> Mapping[str, Mapping[str, int]]:
        counts: dict[str, Counter[str]] = {}
        for alert in self._alerts.values():
            assert alert.decided is not None
            day = alert.decided.date()
            story = self._stories.get(alert.story_id)
            if story is not None and not story.is_on_beat:
                continue
            if alert.reason == "new" and day >= since.date():
                counts.setdefault(alert.search_id, Counter())[day.isoformat()] += 1
        return counts

    def settle(
        self, alerts: Sequence[Alert], mails: Sequence[OutboxMail], watermark: str, seen: int, up_to: int
    ) -> bool:
        return self.settle_together(alerts, mails, [WatermarkMove(watermark, seen, up_to)])

    def settle_together(
        self, alerts: Sequence[Alert], mails: Sequence[OutboxMail], moves: Sequence[WatermarkMove]
    ) -> bool:
        with self._writing_alone():
            for move in moves:
                if self._watermarks.get(move.watermark, 0) != move.seen:
                    return False
            for alert in alerts:
                self._alerts[alert.key] = farther_alert(self._alerts.get(alert.key), clean_value(alert))
            self._add_mails(mails)
            for move in moves:
                self._watermarks[move.watermark] = move.up_to
        return True

    # -- outbox ---------------------------------------------------------------------------------------

    def known_keys(self, keys: Collection[str]) -> frozenset[str]:
        return frozenset(keys) & self._outbox.keys()

    def enqueue(self, mails: Sequence[OutboxMail], watermark: str, up_to: int) -> int:
        before = len(self._outbox)
        self._add_mails(mails)
        self._watermarks[watermark] = max(up_to, self._watermarks.get(watermark, 0))
        return len(self._outbox) - before

    def _add_mails(self, mails: Sequence[OutboxMail]) -> None:
        for mail in mails:
            self._outbox.setdefault(mail.key, clean_value(mail))

    def lease_mails(
        self,
        now: datetime,
        owner: str,
        until: datetime,
        limit: int = 100,
        doubted_after: datetime | None = None,
    ) -> Sequence[OutboxMail]:
        with self._writing_alone():
            free = []
            for mail in sorted(self._outbox.values(), key=attrgetter("created")):
                is_ripe = _has_come(mail.not_before, now, doubted_after)
                if mail.state == "due" and is_ripe and self._is_free(mail.key, owner, now, doubted_after):
                    free.append(mail)
            leased = free[:limit]
            for mail in leased:
                self._leases[mail.key] = (owner, until)
        return leased

    def _is_free(self, key: str, owner: str, now: datetime, doubted_after: datetime | None) -> bool:
        """Return whether `owner` may lease a mail."""
        if key not in self._leases:
            return True
        holder, until = self._leases[key]
        return holder == owner or _has_come(until, now, doubted_after)

    def mails(self, limit: int = 100) -> Sequence[OutboxMail]:
        oldest_first = sorted(self._outbox.values(), key=attrgetter("created"))
        return oldest_first[::-1][:limit]

    def mail(self, key: str) -> OutboxMail | None:
        return self._outbox.get(key)

    def owed_mails(self) -> Sequence[OutboxMail]:
        oldest_first = sorted(self._outbox.values(), key=attrgetter("created"))
        return [mail for mail in oldest_first if mail.state == "due"]

    def mark_answers(self, key: str, answers: Mapping[str, Answer], at: datetime, retry_at: datetime) -> None:
        mail = self._count_attempt(key)
        if mail:
            clean = dict(zip(answers, map(clean_value, answers.values()), strict=True))
            self._outbox[key] = after_answers(mail, clean, at, retry_at)

    def mark_mail_failed(self, key: str, error: str, retry_at: datetime | None) -> None:
        mail = self._count_attempt(key)
        if mail:
            self._outbox[key] = replace(
                mail,
                state="due" if retry_at else "failed",
                not_before=retry_at,
                last_error=clean_text(error),
            )

    def _count_attempt(self, key: str) -> OutboxMail | None:
        """Return a mail with one attempt more, None where it was sent; its lease ends."""
        assert key in self._outbox, f"no mail {key} was ever owed"
        self._leases.pop(key, None)
        mail = self._outbox[key]
        if mail.state == "sent":
            return None
        return replace(mail, attempts=mail.attempts + 1)

    # -- what a person says of the outbox -------------------------------------------------------------

    def owe_again(self, key: str, recipients: Collection[str], note: MailNote) -> None:
        assert key in self._outbox, f"no mail {key} was ever owed"
        self._outbox[key] = owed_again(self._outbox[key], recipients, clean_value(note))

    def paused_addresses(self) -> Sequence[PausedAddress]:
        found = []
        for paused in self._paused_addresses.values():
            found.append(replace(paused, waiting=len(self._mails_waiting_for(paused.address))))
        return sorted(found, key=attrgetter("since", "address"))

    def pause_address(self, paused: PausedAddress) -> bool:
        if paused.address in self._paused_addresses:
            return False
        self._paused_addresses[paused.address] = clean_value(replace(paused, waiting=0))
        return True

    def resume_address(self, address: str, note: MailNote, *, give_up: bool = False) -> int:
        self._paused_addresses.pop(address, None)
        note = clean_value(note)
        waiting = self._mails_waiting_for(address)
        for mail in waiting:
            if give_up:
                self._outbox[mail.key] = given_up_for(mail, address, note)
            else:
                self._outbox[mail.key] = owed_again(mail, [address], note)
        return len(waiting)

    def _mails_waiting_for(self, address: str) -> list[OutboxMail]:
        return [mail for mail in self._outbox.values() if is_waiting_for(mail, address)]


def _has_come(moment: datetime | None, now: datetime, doubted_after: datetime | None) -> bool:
    """Return whether a moment has come, or is not believed."""
    if moment is None or moment <= now:
        return True
    return doubted_after is not None and moment > doubted_after


def _is_among(value: str, wanted: Collection[str] | None) -> bool:
    """Return whether a value is one of those wanted; None stands for all."""
    return wanted is None or value in wanted
