"""Clients that send slowly, or never the rest: they leave, and others read on."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from pipelines.web import patient_connection

#: Opens a connection and sends the beginning of a request.
Connect = Callable[[bytes], socket.socket]

SLOW = 50
HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
FORM = b"POST /story/s1/remark HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\ntoken="


@pytest.fixture
def connect(room: httpx.Client) -> Iterator[Connect]:
    with ExitStack() as opened:

        def open_connection(begin: bytes) -> socket.socket:
            connection = socket.create_connection(("127.0.0.1", room.base_url.port or 0), timeout=30)
            opened.callback(connection.close)
            connection.sendall(begin)
            return connection

        yield open_connection


@pytest.mark.parametrize("begin", [b"", HEAD, FORM])
def test_fifty_slow_clients_keep_nobody_from_reading(
    room: httpx.Client, connect: Connect, begin: bytes
) -> None:
    slow = [connect(begin) for _ in range(SLOW)]
    for path in ("/", "/search?q=canola", "/story/s1"):
        assert room.get(path).status_code == 200
    for connection in slow:
        connection.sendall(b"x")
    assert room.get("/healthz").text == "ok\n"


@pytest.mark.parametrize("begin", [b"", HEAD, FORM])
def test_a_request_that_never_ends_is_given_up(
    room: httpx.Client,
    connect: Connect,
    begin: bytes,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(patient_connection, "LONGEST_REQUEST_S", 0.2)
    caplog.set_level(logging.WARNING)
    connection = connect(begin)
    assert _rest_of(connection) == b""
    assert room.get("/healthz").text == "ok\n"
    assert not caplog.records, "a client that leaves is no bug"


def test_a_request_behind_another_one_is_given_up_too(
    room: httpx.Client, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_connection, "LONGEST_REQUEST_S", 0.2)
    whole = HEAD.replace(b"X-Slow: ", b"\r\n").replace(b"GET / ", b"GET /healthz ")
    connection = connect(whole)
    answer = b""
    while b"ok\n" not in answer:
        answer += connection.recv(1000)
    connection.sendall(HEAD)
    assert _rest_of(connection) == b""


def test_a_form_in_pieces_is_taken(room: httpx.Client, connect: Connect) -> None:
    found = re.search(r'name="token" value="([0-9a-f]+)"', room.get("/story/s1").text)
    assert found is not None
    body = f"token={found[1]}&kind=tag&text=budget".encode()
    head = b"POST /story/s1/remark HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body)
    connection = connect(head[:20])
    for piece in (head[20:], body[:10], body[10:]):
        connection.sendall(piece)
    assert _rest_of(connection).startswith(b"HTTP/1.1 303")


def _rest_of(connection: socket.socket) -> bytes:
    """Return what comes until the other side closes; what is lost with it counts for nothing."""
    rest = b""
    try:
        while piece := connection.recv(4096):
            rest += piece
    except ConnectionResetError:
        return rest
    return rest
