"""Sends each reader a copy of a mail, with links of their own."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from crawlers.errors import TemporaryError
from pipelines.alerts.leave_links import LeaveLinks
from pipelines.model import MAIL, Answer, Delivery, OutboxMail
from pipelines.ports import Mailer
from pipelines.ports.mail import WayBlocked

#: So long after the first copy another is begun. With the longest conversation that follows (`SmtpWaits`) it
#: is less than half the lease of a mail (`alerts/outbox.py`); who is left is served by the next try.
_BEGIN_WITHIN_S = 30.0
#: Tells a mail that has such links; a body is encoded.
_HEADER = re.compile(rb"^List-Unsubscribe: .*(?:\r\n[ \t].*)*\r\n", re.MULTILINE)


class PersonalMailer:
    """Sends copies one by one where a mail has links that are nobody's yet."""

    def __init__(
        self, mailer: Mailer, links: LeaveLinks, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._mailer = mailer
        self._links = links
        self._seconds = seconds

    def send(self, mail: OutboxMail) -> Delivery:
        """Send a mail to those it is owed to, and tell who was not served.

        Raises what the mailer raises, where that is so before anybody was served.
        """
        if mail.channel != MAIL or not self._is_personal(mail):
            return self._mailer.send(mail)
        began = self._seconds()
        first, *others = mail.owed
        delivery = self._mailer.send(self._copy_for(first, mail))
        places = [delivery.where]
        refused = dict(delivery.refused)
        blocked = None
        for number, address in enumerate(others):
            try:
                if self._seconds() - began > _BEGIN_WITHIN_S:
                    raise TemporaryError("the mail server is slow; this copy leaves with the next try")
                delivery = self._mailer.send(self._copy_for(address, mail))
            except TemporaryError as e:
                # Who was served is settled; all others wait for the next try.
                if isinstance(e, WayBlocked):
                    blocked = str(e)
                for waiting in others[number:]:
                    refused[waiting] = Answer("due", str(e), datetime.now(UTC))
                break
            places.append(delivery.where)
            refused.update(delivery.refused)
        return Delivery("; ".join(places), refused, blocked)

    def _is_personal(self, mail: OutboxMail) -> bool:
        message = _read(mail.message)
        for part in message.walk():
            if part.get_content_maintype() == "text" and self._links.has_open_link(part.get_content()):
                return True
        return False

    def _copy_for(self, address: str, mail: OutboxMail) -> OutboxMail:
        """Return a mail as one reader gets it."""
        key = mail.key
        if len(mail.to) > 1:
            # A folder keeps each copy; the Message-ID is that of the mail.
            key = f"{mail.key} {hashlib.sha256(address.encode()).hexdigest()[:8]}"
        message = personal_message(mail.message, address, self._links)
        return replace(mail, key=key, to=(address,), answers={}, message=message)


def personal_message(content: bytes, address: str, links: LeaveLinks) -> bytes:
    """Return a message with the links of one reader, in its header and in its texts."""
    message = _read(content)
    for part in message.walk():
        if part.get_content_maintype() == "text":
            text = links.fill(part.get_content(), address)
            part.set_content(text, subtype=part.get_content_subtype(), cte="quoted-printable")
    filled = bytes(message)
    header = _HEADER.search(filled)
    if header is None:
        return filled
    own = links.fill(header[0].decode("ascii"), address).encode("ascii")
    return filled[: header.start()] + own + filled[header.end() :]


def _read(content: bytes) -> EmailMessage:
    """Return a message whose headers stay as they are written."""
    head = content.partition(b"\r\n\r\n")[0]
    kept = SMTP.clone(refold_source="none", max_line_length=78, utf8=not head.isascii())
    return message_from_bytes(content, policy=kept)
