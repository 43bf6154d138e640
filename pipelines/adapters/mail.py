"""Ways out for a finished mail: a folder of `.eml` files, or an SMTP server."""

from __future__ import annotations

import hashlib
import os
import re
import smtplib
import ssl
from email import message_from_bytes, policy
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from crawlers.errors import PermanentError, TemporaryError
from pipelines.model import OutboxMail

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

    def send(self, mail: OutboxMail) -> str:
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
        return str(path)


class SmtpMailer:
    """Sends through one SMTP server, given as `smtp://USER:PASSWORD@HOST:PORT` or `smtps://…`.

    `smtp://` uses STARTTLS where the server offers it; `?starttls=never` or `?starttls=require`
    says otherwise. A password is never sent over a connection without TLS, but to this machine.
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

    def send(self, mail: OutboxMail) -> str:
        sender = parseaddr(str(message_from_bytes(mail.message, policy=policy.SMTP)["From"]))[1]
        try:
            with self._connect() as server:
                refused = server.sendmail(sender, mail.to, mail.message)
        except smtplib.SMTPRecipientsRefused as e:
            raise self._judged(max(code for code, _ in e.recipients.values()), _answers(e.recipients)) from e
        except smtplib.SMTPResponseException as e:
            raise self._judged(e.smtp_code, _text(e.smtp_error)) from e
        except (smtplib.SMTPException, OSError) as e:
            raise TemporaryError(
                f"the mail server {self._host}:{self._port} did not take the mail: {e}"
            ) from e
        accepted = [address for address in mail.to if address not in refused]
        return f"{self._host}:{self._port} took it for {', '.join(accepted)}" + (
            f"; refused: {_answers(refused)}" if refused else ""
        )

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
                raise PermanentError(
                    f"{self._host}:{self._port} offers no STARTTLS, which MAPLEWIRE_SMTP_URL requires"
                )
        if self._user:
            if not encrypted and self._host not in ("localhost", "127.0.0.1", "::1"):
                raise PermanentError(
                    f"{self._host}:{self._port} offers no TLS; the password was not sent. Use smtps:// or another port"
                )
            server.login(self._user, self._password)

    def _judged(self, code: int, answer: str) -> TemporaryError | PermanentError:
        """RFC 5321 §4.2.1: 4yz may succeed later, 5yz will not."""
        text = f"{self._host}:{self._port} answered {code} {answer}"
        return TemporaryError(text) if 400 <= code < 500 else PermanentError(text)


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


def _answers(refused: dict[str, tuple[int, bytes]]) -> str:
    return "; ".join(f"{address}: {code} {_text(answer)}" for address, (code, answer) in refused.items())
