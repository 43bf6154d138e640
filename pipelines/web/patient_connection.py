"""A connection of a reader, which ends where a request does not come whole.

uvicorn waits for ever for the rest of a request, so whoever sends a byte now and then could keep hundreds of
connections for nothing.
"""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

#: The longest that a request may take to arrive, from its first byte to its last. A form has 64 KB at most.
LONGEST_REQUEST_S = 30.0
#: The states of h11 in which the rest of a request is awaited.
_AWAITED = (h11.IDLE, h11.SEND_BODY)


class PatientConnection(H11Protocol):
    """Reads requests, and closes where one takes too long to arrive."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_request()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state in _AWAITED:
            self._await_request()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        # One that is awaited already keeps its deadline: bytes that drip do not move it.
        if self._deadline is None:
            self._deadline = self.loop.call_later(LONGEST_REQUEST_S, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
