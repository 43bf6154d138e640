"""Ways out for a finished mail: a folder of `.eml` files, or an SMTP server."""

from __future__ import annotations

import hashlib
import os
import re
import smtplib
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import idna

from crawlers.errors import PermanentError, TemporaryError
from crawlers.private_files import make_private_folder, open_private
from pipelines.adapters.smtp_connection import ConnectionWatch, SmtpConnection, SmtpWaits, is_silence
from pipelines.alerts.wording import one_line
from pipelines.model import Answer, Delivery, OutboxMail
from pipelines.ports.mail import HostSilent, NeedsMending, WayBlocked

#: Characters of an answer that are kept: some servers answer with a whole page.
_LONGEST_ANSWER = 500
_SMTP_PORT = 25
_SMTPS_PORT = 465
#: Names of this machine: what is sent to them crosses no network.
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")

# Replies of a server, RFC 5321 §4.2, and one of its extended codes, RFC 3463 §3.3.
_OK = 250
_WILL_FORWARD = 251
_SHUTTING_DOWN = 421
_FIRST_PERMANENT = 500
_MAILBOX_FULL = 552
_MAILBOX_FULL_EXTENDED = b"5.2.2"


class FolderMailer:
    """Writes each mail as one `.eml` file that any mail program opens.

    The file's name is a function of the mail's key, so sending again overwrites it: a crash
    between writing and marking never leaves two.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, mail: OutboxMail) -> Path:
        readable = re.sub(r"[^A-Za-z0-9]+", "-", mail.key)[:60].strip("-")
        # Two keys may look alike without their punctuation.
        digest = hashlib.sha256(mail.key.encode()).hexdigest()[:8]
        return self._folder / f"{readable}-{digest}.eml"

    def send(self, mail: OutboxMail) -> Delivery:
        path = self.path_of(mail)
        partial = path.with_suffix(".part")
        try:
            make_private_folder(self._folder)
            with open_private(partial, "wb") as file:
                file.write(mail.message)
                file.flush()
                os.fsync(file.fileno())  # the ledger then says that it was sent
            partial.replace(path)
        except OSError as e:
            raise TemporaryError(f"the mail could not be written to {self._folder}: {e.strerror}") from e
        return Delivery(str(path))


@dataclass(frozen=True, slots=True)
class _Envelopes:
    """The addresses of a mail as a server is told them.

    `refused` has the answers for those that no server can be told.
    """

    addresses: Mapping[str, str]
    refused: dict[str, Answer]


class SmtpMailer:
    """Sends through one SMTP server, `smtp://USER:PASSWORD@HOST:PORT` or `smtps://…`.

    `smtp://` uses STARTTLS where the server offers it; `?starttls=never` or `?starttls=require`
    says otherwise. A password is never sent over a connection without TLS, but to this machine.

    Only what the server says of the message itself is ever final. A server that is away, a wrong password, a
    sender it does not know: the mail waits. What it says of a recipient is for a person to mend, too.

    A server that cannot be reached, or keeps us waiting in vain, takes no other mail in this turn either.
    """

    def __init__(self, url: str, *, waits: SmtpWaits | None = None, ca_file: Path | None = None) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "smtps"
        default_port = _SMTPS_PORT if self._tls else _SMTP_PORT
        self._host = parts.hostname or "localhost"
        self._port = parts.port or default_port
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._starttls = parse_qs(parts.query).get("starttls", ["offer"])[0]
        self._waits = waits or SmtpWaits()
        self._context = ssl.create_default_context(cafile=ca_file)

    @property
    def _name(self) -> str:
        return f"{self._host}:{self._port}"

    def send(self, mail: OutboxMail) -> Delivery:
        began = time.monotonic()
        is_open = False
        with ConnectionWatch() as watch:
            try:
                server = self._connect(watch)
                is_open = True
                try:
                    return self._hand_over(server, mail)
                finally:
                    server.leave()
            except smtplib.SMTPAuthenticationError as e:
                text = f"{self._name} answered {e.smtp_code} {_text_of(e.smtp_error)}"
                if e.smtp_code < _FIRST_PERMANENT:
                    raise TemporaryError(text) from e
                # One wrong password is enough: many make some servers lock the account.
                raise NeedsMending(f"{text}: correct the password in MAPLEWIRE_SMTP_URL") from e
            except smtplib.SMTPNotSupportedError as e:
                # One thing is asked for that a server need not know: to log in.
                advice = "leave USER:PASSWORD out of MAPLEWIRE_SMTP_URL, or name the port where it takes them"
                problem = f"{self._name} takes no user and password ({_text_of(str(e))})"
                raise NeedsMending(f"{problem}: {advice}") from e
            except smtplib.SMTPResponseException as e:
                raise TemporaryError(f"{self._name} answered {e.smtp_code} {_text_of(e.smtp_error)}") from e
            except (smtplib.SMTPException, OSError) as e:
                waited_s = time.monotonic() - began
                raise self._broken_off(e, watch, waited_s, is_open=is_open) from e

    def _broken_off(
        self, error: Exception, watch: ConnectionWatch, waited_s: float, *, is_open: bool
    ) -> TemporaryError:
        """Return what a connection that could not be used means for other mails."""
        problem = f"the mail server {self._name} did not take the mail"
        text = _text_of(str(error))
        if is_silence(error, watch):
            return HostSilent(f"{problem}: it did not answer in time ({text})")
        if waited_s > self._waits.closed_late_s:
            return HostSilent(f"{problem}: it closed the connection after {waited_s:.0f} s ({text})")
        if not is_open:
            return WayBlocked(f"{problem}: {text}")
        # It may be this one message that it cannot take.
        return TemporaryError(f"{problem}: {text}")

    # -- the message ---------------------------------------------------------------------------------------

    def _hand_over(self, server: SmtpConnection, mail: OutboxMail) -> Delivery:
        takes_utf8 = server.has_extn("smtputf8")
        envelopes = _envelopes_of(mail.owed)
        self._name_sender(server, mail, envelopes, takes_utf8=takes_utf8)
        refused = dict(envelopes.refused)
        for address, envelope in envelopes.addresses.items():
            answer = self._name_recipient(server, envelope, takes_utf8=takes_utf8)
            if answer is not None:
                refused[address] = answer
        taken = [address for address in envelopes.addresses if address not in refused]
        # Without a recipient there is nothing to send; the server would answer 503.
        if taken:
            code, reply = server.send_message_bytes(mail.message)
            if code != _OK:
                for address in taken:
                    refused[address] = self._answer_of(code, reply)
                taken = []
        return Delivery(f"{self._name} took it for {', '.join(taken) or 'nobody'}", refused)

    def _name_sender(
        self, server: smtplib.SMTP, mail: OutboxMail, envelopes: _Envelopes, *, takes_utf8: bool
    ) -> None:
        header = message_from_bytes(mail.message, policy=policy.SMTP)["From"]
        sender = parseaddr(str(header))[1]
        is_ascii = all(address.isascii() for address in envelopes.addresses.values())
        options: tuple[str, ...] = ()
        if takes_utf8 and not is_ascii:
            server.command_encoding = "utf-8"
            options = ("SMTPUTF8", "BODY=8BITMIME")
        code, reply = server.mail(sender, options)
        if code != _OK:
            raise smtplib.SMTPResponseException(code, reply)

    def _name_recipient(self, server: smtplib.SMTP, envelope: str, *, takes_utf8: bool) -> Answer | None:
        """Name one recipient; return the answer if it is refused."""
        if not envelope.isascii() and not takes_utf8:
            text = f"{self._name} takes no addresses beyond ASCII (SMTPUTF8)"
            return Answer("paused", text, _now())
        code, reply = server.rcpt(envelope)
        # Nothing was refused: the server goes away, and everybody is served later.
        if code == _SHUTTING_DOWN:
            raise smtplib.SMTPServerDisconnected(f"{code} {_text_of(reply)}")
        if code in (_OK, _WILL_FORWARD):
            return None
        text = f"{self._name} answered {code} {_text_of(reply)}"
        if code < _FIRST_PERMANENT or _is_full(code, reply):
            return Answer("due", text, _now())
        return Answer("paused", text, _now())

    def _answer_of(self, code: int, reply: bytes) -> Answer:
        """Return what a reply to the message means for a recipient."""
        # RFC 5321 §4.2.1: 4yz may succeed later, 5yz will not.
        state: Literal["failed", "due"] = "failed" if code >= _FIRST_PERMANENT else "due"
        return Answer(state, f"{self._name} answered {code} {_text_of(reply)}", _now())

    # -- the connection ------------------------------------------------------------------------------------

    def _connect(self, watch: ConnectionWatch) -> SmtpConnection:
        tls = self._context if self._tls else None
        server = SmtpConnection(self._host, self._port, self._waits, watch, tls)
        try:
            self._greet(server)
        except BaseException:
            server.close()  # without QUIT, which would wait for an answer
            raise
        return server

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        is_encrypted = self._tls or self._start_tls(server)
        if not self._user:
            return
        if not is_encrypted and self._host not in _THIS_MACHINE:
            raise TemporaryError(
                f"{self._name} offers no TLS, so the password was not sent and mails wait; "
                "use smtps:// or another port"
            )
        server.login(self._user, self._password)

    def _start_tls(self, server: smtplib.SMTP) -> bool:
        """Encrypt the connection where we can; tell whether it is."""
        if self._starttls == "never":
            return False
        if server.has_extn("starttls"):
            server.starttls(context=self._context)
            server.ehlo()  # what was offered before could be anybody's
            return True
        if self._starttls == "require":
            raise TemporaryError(
                f"{self._name} offers no STARTTLS, which MAPLEWIRE_SMTP_URL requires, so mails wait; "
                "use smtps:// or another port"
            )
        return False


def _is_full(code: int, reply: bytes) -> bool:
    """Tell whether a mailbox is full.

    That passes: RFC 5321 §4.5.3.1.10 says to try again.
    """
    return code == _MAILBOX_FULL or reply.startswith(_MAILBOX_FULL_EXTENDED)


def _envelopes_of(owed: Iterable[str]) -> _Envelopes:
    addresses: dict[str, str] = {}
    refused: dict[str, Answer] = {}
    for address in owed:
        try:
            addresses[address] = envelope_address(address)
        except PermanentError as e:
            refused[address] = Answer("paused", str(e), _now())
    return _Envelopes(addresses, refused)


def envelope_address(address: str) -> str:
    """Return an address as a server is told it.

    The domain is in the form that DNS knows (IDNA). Raises PermanentError where it is none.
    """
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError as e:
        raise PermanentError(f"{address}: its domain is not valid ({e}); correct the address") from e


def _now() -> datetime:
    return datetime.now(UTC)


def _text_of(reply: bytes | str) -> str:
    """Return a server's words as one short line without control characters.

    They go to terminals and logs, which an ESC could steer.
    """
    if isinstance(reply, bytes):
        reply = reply.decode("utf-8", "replace")
    return one_line(reply)[:_LONGEST_ANSWER]
