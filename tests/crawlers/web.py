"""A real web server on loopback whose answers a test writes down beforehand.

    with Web() as web:
        web.page("/a", "<p>Text</p>")
        web.feed("/feed.xml", ["/a", "/b"])
        web.redirect("/b", "/a")
        ...
        assert web.asked("/a") == 1

Each Web is a host of its own for the crawler, which goes by host and port.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit


@dataclass
class Asked:
    """A request as it came in."""

    path: str
    headers: Message
    at: float = field(default_factory=time.monotonic)


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drip: Callable[[], Iterator[bytes]] | None = None
    #: How long the server thinks before it answers, in seconds.
    delay_s: float = 0.0


class Web:
    def __init__(self, host: str = "127.0.0.1", robots: str = "", tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Asked] = []
        self._answers: dict[str, list[Answer]] = {}
        self._stopping = threading.Event()
        kind = _Server6 if ":" in host else _Server
        self._server = kind((host, 0), self._handler())
        shown = f"[{host}]" if ":" in host else host
        self.port: int = self._server.server_address[1]
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.root = f"{'https' if tls else 'http'}://{shown}:{self.port}"
        self.answer("/robots.txt", Answer(200 if robots else 404, robots.encode()))

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()

    # -- what is answered --------------------------------------------------------------------------

    def answer(self, path: str, *answers: Answer) -> str:
        """Answer in this order, the last one for ever; return the address."""
        self._answers[path] = list(answers)
        return self.url(path)

    def page(
        self,
        path: str,
        body: str | bytes = "<p>A text.</p>",
        kind: str = "text/html; charset=utf-8",
        **headers: str,
    ) -> str:
        raw = (
            f"<html><title>{path}</title><body>{body}</body></html>".encode()
            if isinstance(body, str)
            else body
        )
        return self.answer(path, Answer(200, raw, {"Content-Type": kind} | headers))

    def feed(self, path: str, links: Sequence[str], titles: Sequence[str] = (), **headers: str) -> str:
        named = [*titles, *(f"Entry {link}" for link in links[len(titles) :])]
        items = "".join(
            f"<item><title>{title}</title><link>{self.url(link)}</link>"
            f"<pubDate>Sat, 17 Jan 2026 12:{n % 60:02}:00 GMT</pubDate></item>"
            for n, (link, title) in enumerate(zip(links, named, strict=True))
        )
        body = f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()
        return self.answer(path, Answer(200, body, {"Content-Type": "application/rss+xml"} | headers))

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        return self.answer(path, Answer(status, b"", {"Location": to}))

    def bomb(self, path: str, kind: str = "text/html", mib: int = 50) -> str:
        """Some kilobytes that become `mib` MiB when they are unpacked."""
        body = gzip.compress(b"<p>" + b" " * (mib * 2**20))
        return self.answer(path, Answer(200, body, {"Content-Type": kind, "Content-Encoding": "gzip"}))

    def drip(self, path: str, kind: str = "text/html", every_s: float = 0.1) -> str:
        """Send a byte now and then, for ever, so that the connection is never idle."""

        def bytes_one_by_one() -> Iterator[bytes]:
            while not self._stopping.wait(every_s):
                yield b"."

        return self.answer(path, Answer(200, headers={"Content-Type": kind}, drip=bytes_one_by_one))

    # -- what was asked ----------------------------------------------------------------------------

    def url(self, path: str) -> str:
        return urljoin(self.root, path)

    def asked(self, path: str) -> int:
        return sum(request.path == path for request in self.requests)

    def wait_until_asked(self, path: str, timeout_s: float = 60.0) -> None:
        deadline = time.monotonic() + timeout_s
        while not self.asked(path):
            assert time.monotonic() < deadline, f"{path} was not asked for within {timeout_s} s"
            time.sleep(0.02)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                web.requests.append(Asked(path, self.headers))
                answers = web._answers.get(path) or [Answer(404, b"no such page")]
                self._send(answers.pop(0) if len(answers) > 1 else answers[0])

            def _send(self, answer: Answer) -> None:
                web._stopping.wait(answer.delay_s)
                etag = answer.headers.get("ETag")
                if etag and self.headers.get("If-None-Match") == etag:
                    answer = Answer(304, headers={"ETag": etag})
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.drip is None:
                    self.send_header("Content-Length", str(len(answer.body)))
                else:
                    self.send_header("Connection", "close")
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(answer.body if answer.status != 304 else b"")
                    for piece in answer.drip() if answer.drip else ():
                        self.wfile.write(piece)

            def log_message(self, *args: Any) -> None:
                """Keep the test's output clean."""

        return Handler


def self_signed(folder: Path, *names: str, days: int = 1) -> ssl.SSLContext:
    """Return the TLS context of a server that nobody vouches for.

    Its certificate is in `folder/server.pem`: for some addresses or host names, valid for so many days from
    now.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nobody.example")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=days))
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(_general_names(names)), critical=False)
    certificate = builder.sign(key, hashes.SHA256())
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def _general_names(names: Sequence[str]) -> list[Any]:
    from ipaddress import ip_address

    from cryptography import x509

    found: list[Any] = []
    for name in names:
        if name[0].isdigit():
            found.append(x509.IPAddress(ip_address(name)))
        else:
            found.append(x509.DNSName(name))
    return found


def has_ipv6() -> bool:
    """Tell whether this machine has an IPv6 loopback; some containers have none."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


class _Server6(_Server):
    address_family = socket.AF_INET6
