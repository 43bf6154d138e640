"""What the outbox owes leaves: leased, with an answer for each recipient, tried again with growing pauses.

A crash between a server's "250" and our note of it is the one case in which a mail leaves twice, with the same Message-ID.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from crawlers.errors import PermanentError, TemporaryError
from pipelines.model import Answer, OutboxMail, Trouble, TroubleKind
from pipelines.ports import Clock, Ledger, Mailer

log = structlog.get_logger()

RETRY_FIRST = timedelta(minutes=1)
RETRY_LONGEST = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=5)
"""As long as RFC 5321 §4.5.4.1 asks for."""
LEAST_TRIES = 12
"""A mail that was not tried so often was waiting for us, not for the server, and is not given up."""
LEASE = timedelta(minutes=15)
AT_ONCE = 20
"""Mails leased together: as many as a slow server takes well within the lease."""


def sender_name(home: Path) -> str:
    """Return the name under which this machine leases for a data folder; whoever holds the folder's lock bears it alone."""
    return f"{platform.node()}:{home.resolve()}"


def send_due(ledger: Ledger, mailer: Mailer, clock: Clock, sender: str, troubles: list[Trouble]) -> int:
    """Send until nothing is due; return how many messages reached somebody. Troubles are told in a sentence each.

    Nobody else may send under the name `sender` meanwhile: its leases of before count as those of the dead.
    """
    sent = 0
    tried: set[str] = set()
    while mails := _leased(ledger, clock, sender, tried):
        leased = clock.now()
        for mail in mails:
            if clock.now() - leased > LEASE / 2:
                break  # the server is slow; whoever takes over an expired lease must not send what we are sending
            tried.add(mail.key)
            sent += _send(ledger, mailer, clock.now(), mail, troubles)
    return sent


def _leased(ledger: Ledger, clock: Clock, sender: str, tried: set[str]) -> list[OutboxMail]:
    now = clock.now()
    return [m for m in ledger.lease_mails(now, sender, now + LEASE, AT_ONCE) if m.key not in tried]


def _send(ledger: Ledger, mailer: Mailer, now: datetime, mail: OutboxMail, troubles: list[Trouble]) -> bool:
    give_up = now - mail.created >= GIVE_UP_AFTER and mail.attempts >= LEAST_TRIES
    retry_at = now + pause(mail)
    try:
        went = mailer.send(mail)
    except TemporaryError as e:
        ledger.mark_mail_failed(mail.key, str(e), None if give_up else retry_at)
        end = "is given up" if give_up else "waits"
        troubles.append(Trouble(TroubleKind.TEMPORARY, f"mail “{mail.subject}” {end}: {e}"))
        return False
    except PermanentError as e:
        ledger.mark_mail_failed(mail.key, str(e), None)
        troubles.append(Trouble(TroubleKind.PERMANENT, f"mail “{mail.subject}” was refused for good: {e}"))
        return False
    answers = {address: Answer("sent", went.where, now) for address in mail.owed} | dict(went.refused)
    if give_up:
        answers = {a: replace(x, state="failed") if x.state == "due" else x for a, x in answers.items()}
    ledger.mark_answers(mail.key, answers, now, retry_at)
    troubles += _refusals(mail, answers)
    reached = any(answer.state == "sent" for answer in answers.values())
    if reached:
        log.info("mail sent", key=mail.key, to=went.where)
    return reached


def _refusals(mail: OutboxMail, answers: Mapping[str, Answer]) -> list[Trouble]:
    """Return a trouble for each recipient who did not get the mail."""
    troubles: list[Trouble] = []
    for address, answer in answers.items():
        recipient = f"mail “{mail.subject}” for {address}"
        if answer.state == "due":
            troubles.append(Trouble(TroubleKind.TEMPORARY, f"{recipient} waits: {answer.text}"))
        elif answer.state == "failed":
            text = f"{recipient} was refused for good: {answer.text}"
            troubles.append(Trouble(TroubleKind.PERMANENT, text))
    return troubles


def pause(mail: OutboxMail) -> timedelta:
    """Double the pause with every attempt: 1 min, 2 min, 4 min … 6 h, and up to a fifth more by chance.

    The chance is drawn from the key, so that mails that failed together do not come back together, and a
    rerun does the same.
    """
    doubled = min(RETRY_FIRST * (1 << min(mail.attempts, 20)), RETRY_LONGEST)
    drawn = hashlib.sha256(f"{mail.key}:{mail.attempts}".encode()).digest()[0] / 255
    return doubled * (1 + drawn / 5)
