"""Mail that was tried in vain and is tried again, as people are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.ports import AlertLedger
from pipelines.text.counts import counted

#: A server that asks for patience (greylisting) takes a mail well within that time.
LONG_DELAY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DelayedMail:
    """Messages that a server or a channel has not taken yet."""

    number: int
    #: When the oldest of them was written.
    since: datetime
    #: What the oldest of them was answered last.
    why: str

    def __str__(self) -> str:
        waiting = counted(self.number, "message waits", "messages wait")
        since = f"{self.since:%Y-%m-%d %H:%M} UTC"
        return f"{waiting} to be sent, the oldest since {since}: {self.why}"


def find_delayed_mail(ledger: AlertLedger) -> DelayedMail | None:
    """Return what was tried and has not left, None where all did."""
    delayed = []
    for mail in ledger.owed_mails():
        if mail.last_error is not None:
            delayed.append(mail)
    if not delayed:
        return None
    oldest = delayed[0]
    return DelayedMail(len(delayed), oldest.created, oldest.last_error or "")
