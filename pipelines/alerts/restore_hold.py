"""Mail that is held until a person has looked at it.

A ledger that comes back from a backup owes mails that may have left since, and decides again what came in
after the backup. So nothing is sent from it before somebody says so. The hold stands in the ledger itself:
every machine that sends from it sees it.
"""

from __future__ import annotations

from datetime import datetime

from pipelines.alerts.clock_marks import restore_hold_mark
from pipelines.ports import Ledger

#: The answer that stands beside a mail which a person gave up.
DISCARDED = "discarded by hand while mail was held"


def mail_held_since(ledger: Ledger) -> datetime | None:
    """Return since when mail is held, None where it leaves as ever."""
    return restore_hold_mark(ledger).read_stored_time()


def hold_mail(ledger: Ledger, now: datetime) -> None:
    """Let no mail leave until `release_mail` or `discard_mail`."""
    restore_hold_mark(ledger).write_time(now)


def release_mail(ledger: Ledger) -> int:
    """End the hold; return how many mails leave with the next run."""
    owed = len(ledger.owed_mails())
    restore_hold_mark(ledger).clear()
    return owed


def discard_mail(ledger: Ledger) -> int:
    """Give up what is owed and end the hold; return how many mails were given up.

    They stay visible in the outbox. Their stories count as told, so that they are not mailed again.
    """
    owed = ledger.owed_mails()
    for mail in owed:
        ledger.mark_mail_failed(mail.key, DISCARDED, None)
    # Last: a command that is killed halfway leaves the rest held.
    restore_hold_mark(ledger).clear()
    return len(owed)


def hold_sentence(ledger: Ledger) -> str | None:
    """Return what a person is told while mail is held, None where it is not."""
    since = mail_held_since(ledger)
    if since is None:
        return None
    owed = len(ledger.owed_mails())
    return (
        f"mail is held since {since:%Y-%m-%d %H:%M} UTC, as after a restore: {owed} wait, some of "
        "which may have left before; look at them with `maplewire outbox --open`, then say "
        "`maplewire outbox release` or `maplewire outbox discard`"
    )
