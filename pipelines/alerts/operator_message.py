"""A plain mail to those who run Maplewire (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from pipelines.alerts.header_line import header_line
from pipelines.alerts.mail_message import message_id
from pipelines.alerts.subject_line import SubjectLine
from pipelines.model import OutboxMail

#: Mail to operators follows no sequence of changes. This watermark stays at 0.
WATERMARK = "operators"
_MAX_SUBJECT = 200


def operator_mail(
    key: str, subject: str, text: str, *, to: Sequence[str], mail_from: str, now: datetime
) -> OutboxMail:
    """Return a plain mail for the operators. The same `key` is sent once."""
    name, sender = parseaddr(mail_from)
    domain = sender.rpartition("@")[2] or "localhost"
    # A subject may hold a message of an error, and that the words of a stranger's server.
    line = SubjectLine.of(f"[Maplewire] {subject}", _MAX_SUBJECT)
    message = EmailMessage(policy=SMTP.clone(max_line_length=78))
    message["Subject"] = line
    message["From"] = Address(header_line(name), addr_spec=sender)
    message["To"] = [Address(addr_spec=address) for address in to]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(f"operators:{key}", domain)
    message["List-Id"] = f"<operators.maplewire.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    # An error may hold lines of any length: quoted-printable breaks them.
    message.set_content(text, cte="quoted-printable")
    return OutboxMail(f"operators:{key}", tuple(to), str(line), bytes(message), created=now)
