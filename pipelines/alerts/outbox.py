"""What the outbox owes is sent, and tried again with growing pauses.

A message is leased before it is sent, so that two machines do not send it both. One case is left in
which a mail leaves twice, with the same Message-ID: a crash between a server's "250" and our note of it.
"""

from __future__ import annotations

import hashlib
import platform
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from crawlers.errors import PermanentError, TemporaryError
from pipelines.alerts.paused_addresses import PausedAddresses
from pipelines.alerts.restore_hold import mail_held_since
from pipelines.model import Answer, Delivery, OutboxMail, Trouble, TroubleKind, has_reached_anyone
from pipelines.ports import AlertLedger, Clock, Ledger, Mailer
from pipelines.ports.mail import NeedsMending, WayBlocked
from pipelines.text.counts import counted

log = structlog.get_logger()

RETRY_FIRST = timedelta(minutes=1)
RETRY_LONGEST = timedelta(hours=6)
#: Twice the longest pause, with what chance adds: a time that lies further ahead, a wrong clock wrote.
LONGEST_WAIT = 2 * RETRY_LONGEST
#: As long as RFC 5321 §4.5.4.1 asks for.
GIVE_UP_AFTER = timedelta(days=5)
#: A mail that was tried less often waited for us, not for the server, and is not given up.
LEAST_TRIES = 12
#: More than five days hold: a mail that was written by a clock that was ahead never grows that old.
MOST_TRIES = 50
#: Half of it is longer than the longest conversation with a mail server (`SmtpWaits`): a mail that is begun
#: within the first half is done before anybody else may take it.
LEASE = timedelta(minutes=30)
#: So long after its beginning a round of sending begins no mail any more, since collecting waits for it.
ROUND = timedelta(minutes=15)
#: So long a host may be waited for in vain in one round. What else is for it then waits for the next round.
WAITED_IN_VAIN = timedelta(minutes=1)
#: Mails leased together: as many as a slow server takes well within the lease.
AT_ONCE = 20


def sender_name(home: Path) -> str:
    """Return the name under which this machine leases for a data folder.

    Whoever holds the folder's lock is alone with this name.
    """
    return f"{platform.node()}:{home.resolve()}"


def send_due(ledger: Ledger, mailer: Mailer, clock: Clock, sender: str, troubles: list[Trouble]) -> int:
    """Send until nothing is due; return how many messages reached somebody.

    What went wrong is added to `troubles`. A host that does not answer, or takes no password of ours, is
    asked once: what else is for it is tried later. Nobody else may send under the name `sender` meanwhile:
    what it leased before counts as left by a process that died.
    """
    sending = _Round(ledger, mailer, clock, troubles)
    tried: set[str] = set()
    while not sending.is_over:
        if mail_held_since(ledger) is not None:
            # A person on another machine has stopped it.
            break
        mails = _lease_untried(ledger, clock, sender, tried)
        if not mails:
            break
        leased_at = clock.now()
        for mail in mails:
            if sending.is_over or clock.now() - leased_at > LEASE / 2:
                # The server is slow. Who takes over an expired lease must not send what we are sending.
                break
            tried.add(mail.key)
            sending.take(mail)
    sending.tell_who_waits()
    return sending.sent


class _Round:
    """One round of sending, which ends in bounded time.

    It asks each host that takes nothing once, and one that lets us wait in vain not much oftener.
    """

    def __init__(self, ledger: AlertLedger, mailer: Mailer, clock: Clock, troubles: list[Trouble]) -> None:
        #: Messages that reached somebody.
        self.sent = 0
        self._ledger = ledger
        self._mailer = mailer
        self._clock = clock
        self._troubles = troubles
        self._began = clock.now()
        self._paused = PausedAddresses(ledger)
        #: What is wrong with the hosts that take nothing, by the channel that leads to them.
        self._blocked: dict[str, str] = {}
        self._waited_in_vain: defaultdict[str, timedelta] = defaultdict(timedelta)
        self._waiting: Counter[str] = Counter()

    @property
    def is_over(self) -> bool:
        """Whether the time of the round is used up."""
        return self._clock.now() - self._began > ROUND

    def take(self, mail: OutboxMail) -> None:
        """Send a mail, or put it off where its host takes nothing.

        Who is paused is not tried.
        """
        now = self._clock.now()
        paused = self._paused.answers_for(mail, now)
        if len(paused) == len(mail.owed):
            self._ledger.mark_answers(mail.key, paused, now, now)
            return
        error = self._blocked.get(mail.channel)
        if error is not None:
            self._ledger.mark_mail_failed(mail.key, error, now + retry_pause(mail))
            self._waiting[mail.channel] += 1
            return
        sent_before = self.sent
        try:
            self._send(mail, paused, now)
        except WayBlocked as e:
            self._blocked[mail.channel] = str(e)
        if self.sent == sent_before:
            self._note_time_in_vain(mail.channel, self._clock.now() - now)

    def _note_time_in_vain(self, channel: str, waited: timedelta) -> None:
        self._waited_in_vain[channel] += waited
        if self._waited_in_vain[channel] > WAITED_IN_VAIN:
            text = "its host is slow, and what it was asked so far was for nothing"
            self._blocked.setdefault(channel, text)

    def _send(self, mail: OutboxMail, paused: Mapping[str, Answer], now: datetime) -> None:
        """Send one mail to those who are not paused, and note the answers.

        Raises WayBlocked, after noting it, where nothing else for the same host would fare better.
        """
        is_last_try = _is_last_try(mail, now)
        retry_at = now + retry_pause(mail)
        tried = replace(mail, answers={**mail.answers, **paused})
        try:
            delivery = self._mailer.send(tried)
        except TemporaryError as e:
            # What a person has to mend is no fault of the mail: it waits for that person.
            if is_last_try and not isinstance(e, NeedsMending):
                self._ledger.mark_mail_failed(mail.key, str(e), None)
                self._troubles.append(_given_up(f"mail “{mail.subject}”", mail, now, str(e)))
            else:
                self._ledger.mark_mail_failed(mail.key, str(e), retry_at)
                text = f"mail “{mail.subject}” waits: {e}"
                self._troubles.append(Trouble(TroubleKind.TEMPORARY, text))
            if isinstance(e, WayBlocked):
                raise
            return
        except PermanentError as e:
            self._ledger.mark_mail_failed(mail.key, str(e), None)
            text = f"mail “{mail.subject}” was refused for good: {e}"
            self._troubles.append(Trouble(TroubleKind.PERMANENT, text))
            return
        answers = _answers_of(tried, delivery, now, is_last_try=is_last_try)
        self._ledger.mark_answers(mail.key, {**paused, **answers}, now, retry_at)
        self._troubles.extend(self._paused.note_refusals(answers))
        self._troubles.extend(_refusals(mail, delivery, answers, now))
        # One of ten recipients may be refused: the mail counts as sent, and the refusal is told beside it.
        if has_reached_anyone(answers):
            self.sent += 1
            log.info("mail sent", key=mail.key, to=delivery.where)
        if delivery.blocked is not None:
            raise WayBlocked(delivery.blocked)

    def tell_who_waits(self) -> None:
        """Add a trouble for each host that more mails wait for.

        A round that was cut short is a trouble, too.
        """
        for channel, number in self._waiting.items():
            text = f"put off with it: {counted(number, 'message')}; {self._blocked[channel]}"
            self._troubles.append(Trouble(TroubleKind.TEMPORARY, text))
        if self.is_over:
            minutes = ROUND // timedelta(minutes=1)
            text = f"sending stopped after {minutes} minutes; what is left leaves with the next run"
            self._troubles.append(Trouble(TroubleKind.TEMPORARY, text))


def _is_last_try(mail: OutboxMail, now: datetime) -> bool:
    """Tell whether a mail is given up where it is put off once more."""
    is_old = now - mail.created >= GIVE_UP_AFTER or mail.attempts >= MOST_TRIES
    return is_old and mail.attempts >= LEAST_TRIES


def retry_pause(mail: OutboxMail) -> timedelta:
    """Return how long to wait before a mail is tried again: 1 min, 2 min, 4 min … 6 h.

    Up to a fifth is added by chance, so that mails which failed together do not come back together.
    The chance is drawn from the key and the attempt, so a rerun does the same.
    """
    # The shift is bounded: a mail tried for years must not make a number of a thousand digits.
    doubled = min(RETRY_FIRST * (1 << min(mail.attempts, 20)), RETRY_LONGEST)
    drawn = hashlib.sha256(f"{mail.key}:{mail.attempts}".encode()).digest()[0] / 255
    return doubled * (1 + drawn / 5)


def _lease_untried(ledger: AlertLedger, clock: Clock, sender: str, tried: set[str]) -> list[OutboxMail]:
    """Lease the next mails.

    Those that this run has tried come back with the lease and are left out.
    """
    now = clock.now()
    leased = ledger.lease_mails(now, sender, now + LEASE, AT_ONCE, now + LONGEST_WAIT)
    found: list[OutboxMail] = []
    for mail in leased:
        if mail.key not in tried:
            found.append(mail)
    return found


def _answers_of(
    mail: OutboxMail, delivery: Delivery, now: datetime, *, is_last_try: bool
) -> dict[str, Answer]:
    """Return the answer for each recipient.

    At the last try "later" counts as a refusal.
    """
    answers: dict[str, Answer] = {}
    for address in mail.owed:
        answers[address] = Answer("sent", delivery.where, now)
    answers.update(delivery.refused)
    if not is_last_try:
        return answers
    for address, answer in answers.items():
        if answer.state == "due":
            answers[address] = replace(answer, state="failed")
    return answers


def _given_up(what: str, mail: OutboxMail, now: datetime, last_answer: str) -> Trouble:
    """Return the trouble of a mail that was only ever put off, and is not tried again.

    No server has refused it, so it says that: the fault may be over, and the mail can be written again.
    """
    tried = f"{counted(mail.attempts + 1, 'try', 'tries')} in {counted((now - mail.created).days, 'day')}"
    text = f"{what} is given up after {tried} that were all put off, the last one with: {last_answer}"
    return Trouble(TroubleKind.PERMANENT, text)


def _refusals(
    mail: OutboxMail, delivery: Delivery, answers: Mapping[str, Answer], now: datetime
) -> list[Trouble]:
    """Return a trouble for each recipient who did not get the mail."""
    troubles: list[Trouble] = []
    for address, answer in answers.items():
        recipient = f"mail “{mail.subject}” for {address}"
        if answer.state == "due":
            troubles.append(Trouble(TroubleKind.TEMPORARY, f"{recipient} waits: {answer.text}"))
        elif answer.state == "failed" and delivery.refused[address].state == "due":
            troubles.append(_given_up(recipient, mail, now, answer.text))
        elif answer.state == "failed":
            text = f"{recipient} was refused for good: {answer.text}"
            troubles.append(Trouble(TroubleKind.PERMANENT, text))
    return troubles
