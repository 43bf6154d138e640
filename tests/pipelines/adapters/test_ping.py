"""The dead-man's switch against a real HTTP server on loopback."""

from __future__ import annotations

import socket

import pytest

from pipelines.adapters.ping import Ping
from tests.pipelines.adapters.test_channels import Receiver, receiver

__all__ = ["receiver"]


@pytest.mark.parametrize(
    ("address", "paths"),
    [
        ("/abc", ["/abc/start", "/abc", "/abc/fail"]),
        ("/abc/", ["/abc/start", "/abc", "/abc/fail"]),
        ("/abc?create=1#x", ["/abc/start?create=1", "/abc?create=1", "/abc/fail?create=1"]),
    ],
)
def test_each_turn_of_a_run_has_its_address(receiver: Receiver, address: str, paths: list[str]) -> None:
    ping = Ping(receiver.url + address)
    assert [ping.start(), ping.success(), ping.fail("one source failed")] == [None] * 3
    assert [path for path, _headers, _body in receiver.posts] == paths
    assert receiver.posts[2][2] == b"one source failed"


def test_nothing_is_sent_without_an_address() -> None:
    assert Ping(None).start() is None


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_refusal_is_told_without_the_address(receiver: Receiver, status: int) -> None:
    receiver.status = status
    why_not = Ping(f"{receiver.url}/token").fail("x" * 50_000 + "\ud800")
    assert why_not is not None
    assert str(status) in why_not
    assert "token" not in why_not
    # Not sent on to where it redirects.
    assert [path for path, _headers, _body in receiver.posts] == ["/token/fail"]
    assert len(receiver.posts[0][2]) <= 5000


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/token", "http://[::bad/token", "http://no-such.invalid/"]
)
def test_a_service_that_is_away_raises_nothing(address: str) -> None:
    why_not = Ping(address).start()
    assert why_not is not None
    assert "token" not in why_not


@pytest.mark.timeout(60)
def test_a_service_that_says_nothing_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        why_not = Ping(f"http://127.0.0.1:{port}/token", timeout_s=0.5).start()
    assert why_not is not None
    assert "no answer within 0.5 s" in why_not
