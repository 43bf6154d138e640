"""Real SMTP servers of good and of bad will."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Inbox:
    """An SMTP handler that keeps what it takes; `answers` gives an address another answer."""

    def __init__(self, **answers: str) -> None:
        self.taken: list[tuple[list[str], bytes]] = []
        self.answers = answers

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answer = self.answers.get(address.partition("@")[0])
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if "data" in self.answers:
            return self.answers["data"]
        self.taken.append((list(envelope.rcpt_tos), envelope.content))
        return "250 OK"


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="127.0.0.1", **self.SMTP_kwargs)


@contextmanager
def a_server(inbox: Inbox, **options: Any) -> Iterator[int]:
    """Yield the port of a server that hands what it takes to `inbox`."""
    controller = _Controller(inbox, hostname="127.0.0.1", port=0, **options)
    # aiosmtpd probes the port it was given, so it needs a free one by name.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        controller.port = probe.getsockname()[1]
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@dataclass
class RawServer:
    """A server of bare bytes: its port, and how often somebody came."""

    port: int
    visits: int = 0


@contextmanager
def a_raw_server(serve: Callable[[socket.socket], None]) -> Iterator[RawServer]:
    """Yield a server that leaves each connection to `serve`."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = RawServer(listening.getsockname()[1])

        def serve_one(connection: socket.socket) -> None:
            # Whoever was kept waiting hangs up, which is what the tests are about.
            with connection, suppress(OSError):
                serve(connection)

        def accept_all() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    server.visits += 1
                    threading.Thread(target=serve_one, args=(connection,), daemon=True).start()

        threading.Thread(target=accept_all, daemon=True).start()
        yield server
        # Closing alone does not wake who accepts.
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)


def drip(connection: socket.socket, begin: bytes = b"") -> None:
    """Send some bytes, then one after the other, until the other side hangs up."""
    connection.sendall(begin)
    while True:
        connection.sendall(b"2")
        time.sleep(0.05)


def stay_silent(connection: socket.socket) -> None:
    """Read until the other side hangs up, and say nothing."""
    while connection.recv(1024):
        continue
