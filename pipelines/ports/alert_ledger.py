"""The part of the ledger for alerts and the outbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from pipelines.model import (
    Alert,
    AlertState,
    Answer,
    MailNote,
    OutboxMail,
    PausedAddress,
)


class WatermarkMove(NamedTuple):
    """How a watermark moves: from where it must be, to where it goes."""

    watermark: str
    seen: int
    up_to: int


class AlertLedger(Protocol):
    """What readers are told: alerts and the outbox."""

    # -- alerts ---------------------------------------------------------------------------------------

    def alerts(
        self,
        *,
        stories: Collection[str] | None = None,
        search: str | None = None,
        states: Collection[AlertState] | None = None,
        told_since: datetime | None = None,
    ) -> Sequence[Alert]:
        """Return the alerts that answer to all of this, in order of decision.

        An alert of a story that was joined into one of `stories` belongs to it and comes with its new id.
        """
        ...

    def alert_counts(self, since: datetime) -> Mapping[str, Mapping[str, int]]:
        """Return how many stories were new to each search, from a day on.

        search id -> day (ISO, UTC) -> stories. Those whose alert still waits are included, those that a
        person's mark keeps out are not.
        """
        ...

    def settle(
        self, alerts: Sequence[Alert], mails: Sequence[OutboxMail], watermark: str, seen: int, up_to: int
    ) -> bool:
        """Write alerts, owe mails and move a watermark, in one transaction.

        False, and nothing written, where the watermark is not (or no longer) at `seen`: another worker was
        quicker. Otherwise it moves to `up_to`.

        An alert's key that exists keeps its row, whose state only goes forward (waiting, held,
        told); what was told stays as it was told. A mail's key that exists is left as it is.
        """
        ...

    def settle_together(
        self, alerts: Sequence[Alert], mails: Sequence[OutboxMail], moves: Sequence[WatermarkMove]
    ) -> bool:
        """Do what `settle` does, and move several watermarks in its transaction.

        False, and nothing written, where one of them is not where it was seen.
        """
        ...

    # -- outbox ---------------------------------------------------------------------------------------

    def known_keys(self, keys: Collection[str]) -> frozenset[str]:
        """Return those of these keys that a mail has."""
        ...

    def enqueue(self, mails: Sequence[OutboxMail], watermark: str, up_to: int) -> int:
        """Owe these mails and move a watermark forward, in one transaction.

        A key that exists is left as it is. Return the number of mails added.
        """
        ...

    def lease_mails(
        self,
        now: datetime,
        owner: str,
        until: datetime,
        limit: int = 100,
        doubted_after: datetime | None = None,
    ) -> Sequence[OutboxMail]:
        """Take the right to send up to `limit` mails that are due, oldest first.

        Those are mails in state "due" whose `not_before` has come. Nobody else gets them before
        `until`, or before they are marked. What `owner` leased before, it gets again: whoever takes
        a name must be sure that its former bearer is dead. A time of a mail, or of a lease, that lies
        after `doubted_after` was set by a clock that was wrong, and counts as come.
        """
        ...

    def mails(self, limit: int = 100) -> Sequence[OutboxMail]:
        """Return the newest mails of any state, newest first."""
        ...

    def mail(self, key: str) -> OutboxMail | None:
        """Return the mail with this key, None where there is none."""
        ...

    def owed_mails(self) -> Sequence[OutboxMail]:
        """Return every mail in state "due", whenever its time comes, oldest first."""
        ...

    def mark_answers(self, key: str, answers: Mapping[str, Answer], at: datetime, retry_at: datetime) -> None:
        """Note what became of an attempt for each recipient tried.

        The mail stays due, from `retry_at` on, while anybody's answer is "due". Otherwise it is "sent". Where
        nobody took it, it is "paused" while somebody waits for a person, or else "failed".
        """
        ...

    def mark_mail_failed(self, key: str, error: str, retry_at: datetime | None) -> None:
        """Note a failed attempt; without `retry_at` the mail is given up, but visible."""
        ...

    # -- what a person says of the outbox -------------------------------------------------------------

    def owe_again(self, key: str, recipients: Collection[str], note: MailNote) -> None:
        """Owe a mail to these recipients, too, whatever became of it for them.

        It may leave at once. With no recipient a mail that waits for its time leaves at once. The note stays
        with the mail.
        """
        ...

    def paused_addresses(self) -> Sequence[PausedAddress]:
        """Return the addresses that get nothing, oldest first.

        Each with the number of mails that wait for it.
        """
        ...

    def pause_address(self, paused: PausedAddress) -> bool:
        """Put an address on the list.

        False where it stands there already, which then stays as it was.
        """
        ...

    def resume_address(self, address: str, note: MailNote, *, give_up: bool = False) -> int:
        """Take an address from the list and owe it what waited for it.

        Return the number of mails. With `give_up` it never gets them. Works for an address that is not on the
        list, too.
        """
        ...
