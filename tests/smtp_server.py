"""Real SMTP servers of good and of bad will."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
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
