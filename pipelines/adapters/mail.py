"""Ways out for a finished mail: a folder of `.eml` files, or an SMTP server."""

from __future__ import annotations

import hashlib
import os
import re
import smtplib
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import idna

from crawlers.errors import PermanentError, TemporaryError
from pipelines.model import Answer, Delivery, OutboxMail

SMTP_TIMEOUT_S = 30.0


class FolderMailer:
    """Writes each mail as one `.eml` file that any mail program opens.

    The file's name is a function of the mail's key, so sending again overwrites it: a crash
    between writing and marking never leaves two.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, mail: OutboxMail) -> Path:
        readable = re.sub(r"[^A-Za-z0-9]+", "-", mail.key)[:60].strip("-")
        return self._folder / f"{readable}-{hashlib.sha256(mail.key.encode()).hexdigest()[:8]}.eml"

    def send(self, mail: OutboxMail) -> Delivery:
        path = self.path_of(mail)
        partial = path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                file.write(mail.message)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError as e:
            raise TemporaryError(f"the mail could not be written to {self._folder}: {e.strerror}") from e
        return Delivery(str(path))


class SmtpMailer:
    """Sends through one SMTP server, given as `smtp://USER:PASSWORD@HOST:PORT` or `smtps://…`.

    `smtp://` uses STARTTLS where the server offers it; `?starttls=never` or `?starttls=require`
    says otherwise. A password is never sent over a connection without TLS, but to this machine.

    Only what the server says of a recipient or of the message itself is ever final. A server that is away, a wrong
    password, a sender it does not know: that is for a person to mend, and the mail waits.
    """

    def __init__(self, url: str, *, timeout_s: float = SMTP_TIMEOUT_S, ca_file: Path | None = None) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._tls else 25)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._starttls = parse_qs(parts.query).get("starttls", ["offer"])[0]
        self._timeout_s = timeout_s
        self._context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)

    @property
    def _name(self) -> str:
        return f"{self._host}:{self._port}"

    def send(self, mail: OutboxMail) -> Delivery:
        try:
            with self._connect() as server:
                return self._hand_over(server, mail)
        except smtplib.SMTPResponseException as e:
            raise TemporaryError(f"{self._name} answered {e.smtp_code} {_text(e.smtp_error)}") from e
        except (smtplib.SMTPException, OSError) as e:
            raise TemporaryError(f"the mail server {self._name} did not take the mail: {e}") from e

    def _hand_over(self, server: smtplib.SMTP, mail: OutboxMail) -> Delivery:
        utf8 = server.has_extn("smtputf8")
        sender = parseaddr(str(message_from_bytes(mail.message, policy=policy.SMTP)["From"]))[1]
        addresses, refused = _envelope(mail.owed)
        wants_utf8 = utf8 and not all(address.isascii() for address in addresses.values())
        if wants_utf8:
            server.command_encoding = "utf-8"
        self._accepted(server.mail(sender, ["SMTPUTF8", "BODY=8BITMIME"] if wants_utf8 else ()))
        for address, envelope in addresses.items():
            if not envelope.isascii() and not utf8:
                text = f"{self._name} takes no addresses beyond ASCII (SMTPUTF8)"
                refused[address] = Answer("failed", text, _now())
                continue
            code, answer = server.rcpt(envelope)
            if code == 421:
                raise smtplib.SMTPServerDisconnected(f"421 {_text(answer)}")
            if code not in (250, 251):
                refused[address] = self._answer(code, answer)
        taken = [address for address in addresses if address not in refused]
        if taken:
            code, answer = server.data(mail.message)
            if code != 250:
                refused |= {address: self._answer(code, answer) for address in taken}
                taken = []
        return Delivery(f"{self._name} took it for {', '.join(taken) or 'nobody'}", refused)

    def _accepted(self, answer: tuple[int, bytes]) -> None:
        if answer[0] != 250:
            raise smtplib.SMTPResponseException(*answer)

    def _answer(self, code: int, answer: bytes) -> Answer:
        """RFC 5321 §4.2.1: 4yz may succeed later, 5yz will not."""
        state: Literal["failed", "due"] = "failed" if code >= 500 else "due"
        return Answer(state, f"{self._name} answered {code} {_text(answer)}", _now())

    def _connect(self) -> smtplib.SMTP:
        if self._tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout_s, context=self._context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout_s)
        try:
            self._greet(server)
        except BaseException:
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        encrypted = self._tls
        if not encrypted and self._starttls != "never":
            if server.has_extn("starttls"):
                server.starttls(context=self._context)
                server.ehlo()
                encrypted = True
            elif self._starttls == "require":
                raise TemporaryError(
                    f"{self._name} offers no STARTTLS, which MAPLEWIRE_SMTP_URL requires; mails wait"
                )
        if self._user:
            if not encrypted and self._host not in ("localhost", "127.0.0.1", "::1"):
                raise TemporaryError(
                    f"{self._name} offers no TLS, so the password was not sent and mails wait; "
                    "use smtps:// or another port"
                )
            server.login(self._user, self._password)


def _envelope(owed: Iterable[str]) -> tuple[dict[str, str], dict[str, Answer]]:
    """Return (addresses as a server is told them, answers for those that no server can be told)."""
    addresses: dict[str, str] = {}
    refused: dict[str, Answer] = {}
    for address in owed:
        try:
            addresses[address] = envelope_address(address)
        except PermanentError as e:
            refused[address] = Answer("failed", str(e), _now())
    return addresses, refused


def envelope_address(address: str) -> str:
    """Return an address as a server is told it: the domain in the form that DNS knows (IDNA)."""
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError as e:
        raise PermanentError(f"{address}: its domain is none: {e}") from e


def _now() -> datetime:
    return datetime.now(UTC)


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
