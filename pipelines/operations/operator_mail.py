"""Mail to those who run Maplewire, through the same outbox as the readers' mail.

Each thing is told once: a mail has a key, and the ledger knows the keys.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crawlers.errors import CrawlError
from crawlers.private_files import make_private_folder, open_private
from pipelines.alerts.operator_message import WATERMARK, operator_mail
from pipelines.alerts.paused_addresses import PausedAddresses
from pipelines.model import Answer, OutboxMail, has_reached_anyone
from pipelines.stages.locks import lock_outbox

if TYPE_CHECKING:
    from pipelines.bootstrap import App

#: Has a file for each mail that was sent while the ledger was away.
UNRECORDED_FOLDER = "told-without-ledger"

_NUMBER = re.compile(r"\d+")


def incident_key(about: str) -> str:
    """Return a short key of trouble, the same whatever numbers its words hold.

    The same trouble with another count, time or batch is no other trouble. The words may be pages
    long, and the key fits into a mail's.
    """
    words = _NUMBER.sub("#", about)
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def tell_operators(app: App, key: str, subject: str, text: str) -> str:
    """Mail the operators once for each `key`; return what was done, in words.

    The mail is owed in the ledger and sent at once. Where it cannot be sent, the next alerts send it.
    A ledger that is away is no reason to stay silent: then the mail is sent without being recorded.
    Expected trouble is never raised, since whoever calls this has trouble already.
    """
    # Without an address the scheduler's log is all there is, and says so.
    to = app.settings.operator_mail
    if not to:
        return "nobody was told: MAPLEWIRE_OPERATOR_MAIL is not set"
    now = app.clock.now()
    mail = operator_mail(key, subject, text, to=to, mail_from=app.settings.mail_from, now=now)
    try:
        is_new = app.ledger.enqueue([mail], WATERMARK, 0) > 0
    except CrawlError as ledger_error:
        return _send_unrecorded(app, mail, ledger_error)
    if not is_new:
        return "the operators know of it already"
    return _send_owed(app, mail)


def _send_owed(app: App, mail: OutboxMail) -> str:
    """Send a mail that the ledger owes; it stays owed where that is not possible now."""
    try:
        # Under the lock of all senders, so that no other run sends the same mail meanwhile.
        with lock_outbox(app.settings.home):
            return _send_to_unpaused(app, mail)
    except CrawlError as e:
        return f"the mail to the operators waits: {e}"


def _send_to_unpaused(app: App, mail: OutboxMail) -> str:
    """Send a mail to those who are not paused, and note the answers."""
    now = app.clock.now()
    addresses = PausedAddresses(app.ledger)
    paused = addresses.answers_for(mail, now)
    if len(paused) == len(mail.owed):
        app.ledger.mark_answers(mail.key, paused, now, now)
        return f"nobody was told: paused is {', '.join(paused)}"
    delivery = app.mailer.send(replace(mail, answers=paused))
    answers = dict(paused)
    for address in mail.to:
        answers.setdefault(address, delivery.refused.get(address) or Answer("sent", delivery.where, now))
    app.ledger.mark_answers(mail.key, answers, now, now)
    addresses.note_refusals(answers)
    if not has_reached_anyone(answers):
        return f"nobody was told: {delivery}"
    return f"the operators were told: {delivery}"


def _send_unrecorded(app: App, mail: OutboxMail, ledger_error: CrawlError) -> str:
    """Send a mail that the ledger cannot note; a file notes it instead.

    A ledger that is away for a night would else be told of with every task that fails.
    """
    name = hashlib.sha256(mail.key.encode("utf-8", "replace")).hexdigest()[:16]
    sent = app.settings.home / UNRECORDED_FOLDER / name
    if sent.exists():
        return f"the operators know of it already; unrecorded: {ledger_error}"
    try:
        delivery = app.mailer.send(mail)
    except CrawlError as e:
        return f"nobody was told: {ledger_error}; {e}"
    # Where the data folder is away too, they are told again, which is better than not at all.
    with contextlib.suppress(OSError):
        make_private_folder(sent.parent)
        open_private(sent, "w").close()
    return f"the operators were told: {delivery}; unrecorded: {ledger_error}"
