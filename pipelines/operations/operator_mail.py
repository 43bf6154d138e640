"""Mail to those who run Maplewire, through the same outbox as the readers' mail: each thing is told once."""

from __future__ import annotations

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING

from crawlers.errors import CrawlError
from pipelines.alerts import message_id
from pipelines.model import OutboxMail
from pipelines.stages.locks import lock_outbox

if TYPE_CHECKING:
    from datetime import datetime

    from pipelines.bootstrap import App

WATERMARK = "operators"


def operator_mail(
    key: str, subject: str, text: str, *, to: Sequence[str], mail_from: str, now: datetime
) -> OutboxMail:
    """Write a plain mail for the operators. `key` decides what counts as told: the same key is sent once."""
    name, sender = parseaddr(mail_from)
    domain = sender.rpartition("@")[2] or "localhost"
    subject = " ".join(f"[Maplewire] {subject}".split())[:200]
    message = EmailMessage(policy=SMTP.clone(max_line_length=78))
    message["Subject"] = subject
    message["From"] = Address(name, addr_spec=sender)
    message["To"] = [Address(addr_spec=address) for address in to]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(f"operators:{key}", domain)
    message["List-Id"] = f"<operators.maplewire.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    return OutboxMail(f"operators:{key}", tuple(to), subject, bytes(message), created=now)


def tell_operators(app: App, key: str, subject: str, text: str) -> str:
    """Mail the operators at MAPLEWIRE_OPERATOR_MAIL once for each `key`; return what was done, in words.

    The mail is owed in the ledger and sent at once; where it cannot be, the next alerts send it. A ledger that is
    away is no reason to stay silent: the mail is then sent without being recorded. Never raises expected
    trouble, since whoever calls this has trouble already.
    """
    to = app.settings.operator_mail
    if not to:
        return "nobody was told: MAPLEWIRE_OPERATOR_MAIL is not set"
    mail = operator_mail(key, subject, text, to=to, mail_from=app.settings.mail_from, now=app.clock.now())
    try:
        if not app.ledger.enqueue([mail], WATERMARK, 0):
            return "the operators know of it already"
    except CrawlError as away:
        try:
            return f"{_sent(app, mail)}; unrecorded: {away}"
        except CrawlError as e:
            return f"nobody was told: {away}; {e}"
    try:
        with lock_outbox(app.settings.home):
            told = _sent(app, mail)
            app.ledger.mark_sent(mail.key, app.clock.now())
    except CrawlError as e:
        return f"the mail to the operators waits: {e}"
    return told


def _sent(app: App, mail: OutboxMail) -> str:
    return f"the operators were told: {app.mailer.send(mail)}"
