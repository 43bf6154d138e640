"""Channels against a real HTTP server on loopback: our signed webhook, and services through Apprise."""

from __future__ import annotations

import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from crawlers.errors import TemporaryError
from pipelines.adapters.channels import ChannelRouter
from pipelines.adapters.clock import FixedClock
from pipelines.alerts.mail_content import compose
from pipelines.alerts.mail_context import AlertItem
from pipelines.alerts.payload import payload
from pipelines.beat.searches import Channel
from pipelines.model import Delivery, OutboxMail
from pipelines.ports.mail import NeedsMending
from tests.builders import NOON
from tests.pipelines.alerts.newsroom_mail import Newsroom, canola
from tests.pipelines.alerts.values import DESK, a_search, a_stored, a_story, an_alert

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "webhook.schema.json").read_text("utf-8"))


class Receiver:
    """A web server that keeps what it is posted and answers as told."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.posts: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200


@contextmanager
def _receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kept.posts.append((self.path, dict(self.headers), body))
            self.send_response(kept.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with _receiver() as found:
        yield found


class NoMail:
    def send(self, mail: OutboxMail) -> Delivery:
        raise AssertionError("this is no mail")


def a_message(**fields: Any) -> OutboxMail:
    told = AlertItem(
        (an_alert(changed=(("75", "85"),)),),
        a_story(a_stored(title="习近平 & <b>")),
        (a_stored(title="习近平 & <b>"),),
    )
    search = a_search(channels=("room",))
    mail = compose(search, told, DESK)
    body = json.dumps(payload(search, mail, [told], DESK), ensure_ascii=False).encode()
    return OutboxMail(**{"key": f"{mail.key}@room", "to": ("room",), "subject": mail.subject, "message": body,
                         "created": NOON, "channel": "room"} | fields)  # fmt: skip


def ways(url: str, secret: str | None = None) -> ChannelRouter:
    return ChannelRouter(
        NoMail(), [Channel("room", url, secret)], FixedClock(NOON), timeout_s=3, unix_time=lambda: 1768651200
    )


def test_what_is_posted_keeps_to_its_schema() -> None:
    document = json.loads(a_message().message)
    jsonschema.validate(document, SCHEMA)
    assert document["items"][0]["story"]["label"] == "Paid release of state media CGTN through GlobeNewswire"
    assert document["receipt"]["complete"] is True


def test_a_webhook_gets_the_document_signed(receiver: Receiver) -> None:
    message = a_message()
    assert ways(f"{receiver.url}/hook", "s3cret").send(message).refused == {}
    (path, headers, body) = receiver.posts[0]
    assert (path, body) == ("/hook", message.message)
    assert headers["X-Maplewire-Key"] == message.key
    expected = hmac.new(b"s3cret", b"1768651200." + body, sha256).hexdigest()
    assert headers["X-Maplewire-Signature"] == f"sha256={expected}"
    assert headers["X-Maplewire-Timestamp"] == "1768651200"


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_a_webhook_that_is_busy_is_tried_again(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(TemporaryError, match=f"room answered {status}"):
        ways(receiver.url).send(a_message())


@pytest.mark.parametrize("status", [404, 405, 410])
def test_a_wrong_address_makes_messages_wait_for_a_person(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(TemporaryError, match=f"room answered {status}"):
        ways(receiver.url).send(a_message())


@pytest.mark.parametrize("status", [401, 403, 407])
def test_a_wrong_password_makes_messages_wait_for_a_person(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(NeedsMending, match=f"room answered {status}"):
        ways(receiver.url).send(a_message())


@pytest.mark.parametrize(
    ("url", "secret", "unset"), [("$ROOM_URL", None, "ROOM_URL"), ("{url}", "$ROOM_KEY", "ROOM_KEY")]
)
def test_a_variable_that_is_not_set_makes_messages_wait(
    receiver: Receiver, url: str, secret: str | None, unset: str
) -> None:
    with pytest.raises(NeedsMending, match=f"{unset} is not set; set it; its messages wait"):
        ways(url.format(url=receiver.url), secret).send(a_message())
    assert receiver.posts == []


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_webhook_that_says_no_is_refused_for_good(receiver: Receiver, status: int) -> None:
    receiver.status = status
    answer = ways(receiver.url).send(a_message()).refused["room"]
    assert answer.state == "failed"
    assert len(receiver.posts) == 1


def test_the_answer_of_a_webhook_is_not_waited_for() -> None:
    """Only its status counts, so an answer that never ends holds nobody up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer_without_end() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(1 << 20)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
                connection.recv(1)

        threading.Thread(target=answer_without_end, daemon=True).start()
        delivery = ways(f"http://127.0.0.1:{server.getsockname()[1]}/").send(a_message())
    assert delivery.refused == {}


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
def test_the_address_of_a_channel_stands_in_no_error() -> None:
    with pytest.raises(TemporaryError) as caught:
        ways("http://127.0.0.1:1/token-s3cret").send(a_message())
    assert "s3cret" not in str(caught.value)
    for broken in ("http://127.0.0.1:s3cret/", "http://[s3cret", "http:///s3cret", "http://a/\ns3cret"):
        with pytest.raises(TemporaryError, match="cannot be reached") as caught:
            ways(broken).send(a_message())
        assert "s3cret" not in str(caught.value)
    with pytest.raises(TemporaryError, match="Apprise does not know") as caught:
        ways("nonsense://s3cret").send(a_message())
    assert "s3cret" not in str(caught.value)


def test_a_channel_that_is_gone_makes_its_messages_wait() -> None:
    with pytest.raises(TemporaryError, match="any more; its messages wait"):
        ChannelRouter(NoMail(), [], FixedClock(NOON)).send(a_message())


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
@pytest.mark.parametrize("form", ["json://{host}/x", "mmost://{host}/abcdefghijklmnopqrstuvwxyz"])
def test_services_of_apprise_get_headline_and_receipt(receiver: Receiver, form: str) -> None:
    url = form.format(host=receiver.url.removeprefix("http://"))
    ways(url).send(a_message())
    text = json.dumps(json.loads(receiver.posts[-1][2]), ensure_ascii=False)
    assert "习近平" in text
    assert "80 of 80 sources due were read" in text
    receiver.status = 500
    with pytest.raises(TemporaryError, match="did not take the message"):
        ways(url).send(a_message())


def test_a_search_tells_its_mail_readers_and_its_channels_apart() -> None:
    house = Newsroom(canola(channels=("room", "other")), canola(id="b", to=(), channels=("room",)))
    house.take("s1", 1)
    house.tell()
    assert [(m.key, m.channel) for m in house.inbox.taken] == [
        ("canola:s1:new", "mail"), ("canola:s1:new@other", "other"), ("canola:s1:new@room", "room"),
    ]  # fmt: skip
