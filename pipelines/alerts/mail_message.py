"""A mail as RFC 5322 wants it: headers, and a body as text and HTML (pure).

The Message-ID is a function of the mail's key. So a repeat after a crash is one mail for every
reader's program, and later mails of a story answer the first. Nothing from outside reaches a header
except as one line of plain text, which no program decodes into anything else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import quote

import idna

from pipelines.alerts.header_line import header_line
from pipelines.alerts.leave_links import LONGEST_LINK, fits_header, open_link
from pipelines.alerts.mail_context import MailContext
from pipelines.alerts.mail_subject import MAX_SUBJECT, full_subject
from pipelines.alerts.mail_words import words_in
from pipelines.alerts.receipt_facts import receipt_facts
from pipelines.alerts.rendering import environment
from pipelines.alerts.subject_line import SubjectLine
from pipelines.alerts.wording import one_line
from pipelines.model import OutboxMail, SavedSearch

#: The end of a line before a signature (RFC 3676 §4.3): its space is kept.
_SIGNATURE = "-- "
_LINE_END = "\r\n"


@dataclass(frozen=True, slots=True)
class MailDraft:
    """What is to be written of one mail."""

    key: str
    subject: str
    #: Name of the template, without its ending.
    template: str
    facts: Mapping[str, Any]
    #: Key of the mail that this one answers.
    thread: str | None = None
    #: What the mail looks back to, where it says whether it was quiet.
    since: datetime | None = None
    #: Other searches that tell the same to the same readers.
    others: tuple[SavedSearch, ...] = ()
    #: Key of the mail that other readers get in its place, and that later mails answer.
    twin: str | None = None


def message_id(key: str, domain: str) -> str:
    """Return the Message-ID of a key: the same on every machine, for ever."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def write_mail(search: SavedSearch, draft: MailDraft, context: MailContext) -> OutboxMail:
    """Return the finished mail to the readers of a search."""
    context = replace(context, language=search.language)
    name, sender = parseaddr(context.mail_from)
    domain = sender.rpartition("@")[2] or "localhost"
    searches = (search, *draft.others)
    names = [one.name for one in searches]
    subject = SubjectLine.of(full_subject(names, draft.subject), MAX_SUBJECT)
    is_wide = any(map(_has_wide_mailbox, search.to))

    # Only a mailbox needs UTF-8 in headers; some servers refuse it, so no other mail has it.
    policy = SMTPUTF8 if is_wide else SMTP
    message = EmailMessage(policy=policy.clone(max_line_length=78))
    message["Subject"] = subject
    message["From"] = Address(header_line(name), addr_spec=sender)
    readers = _header_addresses(search.to, is_wide=is_wide)
    if readers:
        message["To"] = readers
    message["Date"] = format_datetime(context.now)
    message["Message-ID"] = message_id(draft.key, domain)
    if draft.thread is not None and draft.thread != draft.key:
        first = message_id(draft.thread, domain)
        message["In-Reply-To"] = first
        message["References"] = first
    elif draft.twin is not None:
        # Its readers never get that one. Their programs put its answers beside this mail all the same.
        message["References"] = message_id(draft.twin, domain)
    message["List-Id"] = header_line(f"<{search.id.lower()}.maplewire.{domain}>")
    # RFC 3834: no vacation note and no other machine answers.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Maplewire-Key"] = header_line(draft.key)
    facts = {
        **draft.facts,
        "search": search,
        "language": search.language,
        "say": words_in(search.language),
        "names": ", ".join(names),
        "sent_by": [(one, _leave_address(one, context)) for one in searches],
        "receipt": receipt_facts(context, draft.since),
        "beat": context.beat_name(),
        "subject": str(subject),
    }
    _set_body(message, draft.template, facts)
    content = _leave_headers(searches, context) + bytes(message)
    return OutboxMail(draft.key, search.to, str(subject), content, created=context.now)


def _leave_headers(searches: Sequence[SavedSearch], context: MailContext) -> bytes:
    """Return the headers by which a program offers to leave, as lines.

    None where nobody reads it. They are written here, since `email` would encode a long address, and no
    program reads it then.
    """
    ways: list[str] = []
    room = context.reading_room
    has_one_click = False
    search_ids = [search.id for search in searches]
    if room is not None and fits_header(room, search_ids, searches[0].to):
        ways.append(f"<{open_link(room, search_ids)}>")
        # RFC 8058 §3.1: by TLS alone.
        has_one_click = room.url.startswith("https:")
    box = _leave_box(searches[0], context)
    # Only where somebody reads it: programs hide a mail whose reader believes to have left.
    if box is not None and len(box) <= LONGEST_LINK:
        ways.append(f"<{box}>")
    if not ways:
        return b""
    lines = f"List-Unsubscribe: {(',' + _LINE_END + ' ').join(ways)}{_LINE_END}"
    if has_one_click:
        lines += f"List-Unsubscribe-Post: List-Unsubscribe=One-Click{_LINE_END}"
    return lines.encode("ascii")


def _leave_address(search: SavedSearch, context: MailContext) -> str | None:
    """Return where a reader leaves one search, or None."""
    if context.reading_room is not None:
        return open_link(context.reading_room, [search.id])
    return _leave_box(search, context)


def _leave_box(search: SavedSearch, context: MailContext) -> str | None:
    """Return the address to which a reader writes who wants no more mails, or None."""
    if context.unsubscribe_mail is None:
        return None
    box = quote(context.unsubscribe_mail, safe="@+")
    return header_line(f"mailto:{box}?subject={quote('unsubscribe ' + search.id)}")


def _set_body(message: EmailMessage, template: str, facts: Mapping[str, Any]) -> None:
    """Write the body as text and as HTML, both in lines that every server takes."""
    text = environment(escape=False).get_template(f"{template}.txt.j2").render(facts)
    # Quoted-printable, because 8bit lines of Chinese can be longer than the 998 bytes that SMTP takes.
    message.set_content(_without_blank_runs(text), cte="quoted-printable")
    html = environment(escape=True).get_template(f"{template}.html.j2").render(facts)
    message.add_alternative(html, subtype="html", cte="quoted-printable")


def _has_wide_mailbox(address: str) -> bool:
    """Tell whether the part before the @ needs a message in UTF-8 (RFC 6532)."""
    return not address.rpartition("@")[0].isascii()


def _header_addresses(addresses: Sequence[str], *, is_wide: bool) -> list[Address]:
    """Return the addresses that a header can show.

    Another is left out, so that the other readers get their mail; what sends the mail says what is wrong.
    """
    shown: list[Address] = []
    for address in addresses:
        try:
            shown.append(_header_address(address, is_wide=is_wide))
        # The `email` package reads such an address as another type than it expects, and stumbles.
        except (ValueError, IndexError, AttributeError, MessageError) as e:
            _log_address(address, e)
    return shown


def _log_address(address: str, error: Exception) -> None:
    # Imported here: structlog takes 0.2 s to load, and every mail would pay for it.
    import structlog

    event = "an address cannot stand in a mail's header"
    structlog.get_logger().warning(event, address=one_line(address), error=str(error))


def _header_address(address: str, *, is_wide: bool) -> Address:
    """Return an address as it may stand in a header.

    A domain is written in ASCII, except in a message that is UTF-8 anyway.
    """
    mailbox, _, domain = address.rpartition("@")
    if is_wide:
        return Address(username=mailbox, domain=domain)
    if not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode()
    return Address(addr_spec=f"{mailbox}@{domain}")


def _without_blank_runs(text: str) -> str:
    """Return text with at most one blank line at a time: templates leave more behind."""
    lines: list[str] = []
    for line in text.splitlines():
        is_repeated_blank = not line.strip() and (not lines or not lines[-1].strip())
        if is_repeated_blank:
            continue
        if line != _SIGNATURE:
            line = line.rstrip()
        lines.append(line)
    return "\n".join(lines).strip("\n") + "\n"
