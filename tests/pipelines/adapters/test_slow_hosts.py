"""Hosts that take their time, drip, are silent or speak to the terminal, over real connections."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawlers.errors import TemporaryError
from pipelines.adapters.channels import ChannelRouter
from pipelines.adapters.clock import FixedClock
from pipelines.adapters.mail import SmtpMailer
from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.adapters.personal_mail import PersonalMailer
from pipelines.adapters.smtp_connection import SmtpWaits
from pipelines.alerts.outbox import LEASE, ROUND, send_due
from pipelines.beat.searches import Channel
from pipelines.model import Answer, Delivery, OutboxMail, Trouble, TroubleKind
from pipelines.ports.mail import HostSilent
from tests.builders import NOON
from tests.pipelines.adapters.test_channels import a_message
from tests.pipelines.adapters.test_personal_mail import LINKS
from tests.pipelines.adapters.test_personal_mail import a_mail as a_personal_mail
from tests.smtp_server import Inbox, a_raw_server, a_server, drip, stay_silent

MESSAGE = b"From: Maplewire <mw@desk.example>\r\nTo: a@desk.example\r\nSubject: Hello\r\n\r\nText\r\n"
#: Short for a test. Without the watch a dripping server would keep us for ever: the test then times out.
SHORT = SmtpWaits(command_s=0.6, opening_s=0.9, message_s=0.9, farewell_s=0.3)
DRIPPING = SmtpWaits(command_s=30, opening_s=0.5, message_s=0.5, farewell_s=0.3)
pytestmark = pytest.mark.timeout(60)


def a_mail(key: str = "canola:s1:new", **fields: Any) -> OutboxMail:
    values = {"to": ("a@desk.example",), "subject": "Hello", "message": MESSAGE, "created": NOON}
    return OutboxMail(**{"key": key} | values | fields)


def talks(*answers: bytes, then: Callable[[socket.socket], None]) -> Callable[[socket.socket], None]:
    """Return a server that answers so many commands, then goes on as `then` does."""

    def serve(connection: socket.socket) -> None:
        connection.sendall(b"220 here\r\n")
        for answer in answers:
            connection.recv(4096)
            connection.sendall(answer)
        connection.recv(4096)
        then(connection)

    return serve


OK = b"250 OK\r\n"
TO_DATA = (OK, OK, OK, b"354 go on\r\n")


def test_a_server_is_waited_for_as_long_as_the_standard_asks_and_less_than_half_a_lease() -> None:
    waits = SmtpWaits()
    assert waits.message_s >= 600
    assert waits.command_s == 60
    conversation = waits.command_s + waits.opening_s + waits.message_s + waits.farewell_s
    assert timedelta(seconds=conversation) < LEASE / 2


class _Slow(Inbox):
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(1)
        return await super().handle_DATA(server, session, envelope)


def test_a_server_that_takes_its_time_over_a_message_gets_it_once() -> None:
    inbox = _Slow()
    ledger = MemoryLedger()
    ledger.enqueue([a_mail()], "test", 1)
    with a_server(inbox) as port:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", waits=SmtpWaits(command_s=0.3))
        assert send_due(ledger, mailer, FixedClock(NOON), "test", []) == 1
    assert len(inbox.taken) == 1
    assert ledger.mails()[0].state == "sent"


@pytest.mark.parametrize(
    "serve",
    [
        drip,
        lambda connection: drip(connection, b"220-"),
        lambda connection: drip(connection, b"220 here\r\n250-"),
        talks(then=lambda connection: drip(connection, b"250-")),
        talks(OK, then=drip),
        talks(OK, OK, then=drip),
        talks(OK, OK, OK, then=drip),
        talks(*TO_DATA, then=drip),
        talks(*TO_DATA, then=lambda connection: drip(connection, b"250-")),
        talks(b"250-here\r\n250 STARTTLS\r\n", b"220 go on\r\n", then=drip),
        talks(
            b"250-here\r\n250 STARTTLS\r\n",
            b"220 go on\r\n",
            then=lambda connection: drip(connection, b"\x16\x03\x03\x40\x00"),
        ),
    ],
)
def test_a_server_that_drips_is_left_after_a_set_time(serve: Callable[[socket.socket], None]) -> None:
    with a_raw_server(serve) as server, pytest.raises(TemporaryError, match="did not"):
        SmtpMailer(f"smtp://127.0.0.1:{server.port}", waits=DRIPPING).send(a_mail())


def test_a_server_that_drips_its_tls_is_left_after_a_set_time() -> None:
    # The head of a TLS record of 16 kB, whose bytes then come one by one.
    def serve(connection: socket.socket) -> None:
        drip(connection, b"\x16\x03\x03\x40\x00")

    with a_raw_server(serve) as server, pytest.raises(HostSilent, match="did not answer in time"):
        SmtpMailer(f"smtps://127.0.0.1:{server.port}", waits=DRIPPING).send(a_mail())


@pytest.mark.parametrize(
    "serve",
    [stay_silent, talks(then=stay_silent), talks(OK, then=stay_silent), talks(*TO_DATA, then=stay_silent)],
)
def test_a_silent_server_is_told_as_such(serve: Callable[[socket.socket], None]) -> None:
    with a_raw_server(serve) as server, pytest.raises(HostSilent, match="did not answer in time"):
        SmtpMailer(f"smtp://127.0.0.1:{server.port}", waits=SHORT).send(a_mail())


@pytest.mark.parametrize(
    "then",
    [
        lambda connection: connection.sendall(OK + b"500 what?\r\n"),
        lambda connection: connection.sendall(OK + b"421 going away\r\n"),
        lambda connection: drip(connection, OK),
        lambda connection: (connection.sendall(OK), stay_silent(connection)),
        lambda connection: connection.sendall(OK),
    ],
)
def test_what_a_server_says_to_our_goodbye_sends_no_mail_again(then: Callable[[socket.socket], None]) -> None:
    with a_raw_server(talks(*TO_DATA, then=then)) as server:
        assert SmtpMailer(f"smtp://127.0.0.1:{server.port}", waits=SHORT).send(a_mail()).refused == {}


HOSTILE = b"\x1b]0;owned\x07\x1b[31m\x9b2J\x00 no" + b"!" * 3000


@pytest.mark.parametrize(
    "answers",
    [
        (b"554 " + HOSTILE + b"\r\n",),
        (OK, b"550 " + HOSTILE + b"\r\n"),
        (OK, OK, b"421 " + HOSTILE + b"\r\n"),
        (OK, OK, b"550 " + HOSTILE + b"\r\n"),
        (OK, OK, OK, b"554 " + HOSTILE + b"\r\n"),
    ],
)
def test_the_words_of_a_server_cannot_steer_a_terminal(answers: tuple[bytes, ...]) -> None:
    # A line of SMTP has at most 512 bytes; Python itself refuses one of more than 8192.
    ledger = MemoryLedger()
    ledger.enqueue([a_mail()], "test", 1)
    troubles: list[Trouble] = []
    with a_raw_server(talks(*answers, then=stay_silent)) as server:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{server.port}", waits=SHORT)
        assert send_due(ledger, mailer, FixedClock(NOON), "test", troubles) == 0
    (mail,) = ledger.mails()
    told = [trouble.text for trouble in troubles] + [str(mail.last_error)]
    told += [answer.text for answer in mail.answers.values()]
    assert all(text.isprintable() for text in told)
    assert all(len(text) < 1000 for text in told)


def test_a_silent_host_is_waited_for_once_in_a_round_and_what_is_for_others_leaves() -> None:
    ledger = MemoryLedger()
    mails = [a_mail(f"canola:s{n}:new", created=NOON + timedelta(seconds=n)) for n in range(30)]
    ledger.enqueue([*mails, a_mail("canola:s1:new@room", channel="room", to=("room",))], "test", 1)
    troubles: list[Trouble] = []
    clock = FixedClock(NOON + timedelta(hours=1))
    with a_raw_server(stay_silent) as server, a_raw_server(_answers_200) as room:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{server.port}", waits=SHORT)
        ways = ChannelRouter(mailer, [Channel("room", f"http://127.0.0.1:{room.port}/")], clock)
        assert send_due(ledger, ways, clock, "test", troubles) == 1
        assert (server.visits, room.visits) == (1, 1)
        assert send_due(ledger, ways, clock, "test", []) == 0
        assert server.visits == 1, "they wait for their time"
    assert [trouble.kind for trouble in troubles] == [TroubleKind.TEMPORARY] * 2
    assert "29 messages" in troubles[1].text
    inbox = Inbox()
    clock.at += timedelta(minutes=3)
    with a_server(inbox) as port:
        assert send_due(ledger, SmtpMailer(f"smtp://127.0.0.1:{port}"), clock, "test", []) == 30
    assert len(inbox.taken) == 30


def closes_late(connection: socket.socket) -> None:
    """Say nothing for a while, then close."""
    time.sleep(0.3)


LATE = SmtpWaits(command_s=30, opening_s=30, message_s=30, farewell_s=0.3, closed_late_s=0.1)


@pytest.mark.parametrize(
    "serve",
    [
        closes_late,
        talks(then=closes_late),
        talks(OK, then=closes_late),
        talks(OK, OK, then=closes_late),
        talks(*TO_DATA, then=closes_late),
    ],
)
def test_a_server_that_closes_after_a_long_silence_is_waited_for_once_in_a_round(
    serve: Callable[[socket.socket], None],
) -> None:
    ledger = MemoryLedger()
    ledger.enqueue([a_mail(f"canola:s{n}:new") for n in range(5)], "test", 1)
    troubles: list[Trouble] = []
    clock = FixedClock(NOON)
    with a_raw_server(serve) as server:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{server.port}", waits=LATE)
        assert send_due(ledger, mailer, clock, "test", troubles) == 0
    assert server.visits == 1
    assert "closed the connection after" in troubles[0].text
    assert "4 messages" in troubles[1].text
    assert [mail.state for mail in ledger.mails()] == ["due"] * 5
    inbox = Inbox()
    clock.at += timedelta(minutes=3)
    with a_server(inbox) as port:
        assert send_due(ledger, SmtpMailer(f"smtp://127.0.0.1:{port}"), clock, "test", []) == 5
    assert len(inbox.taken) == 5


@pytest.mark.parametrize(
    "serve", [lambda connection: None, lambda connection: connection.sendall(b"220 here\r\n")]
)
def test_a_server_that_hangs_up_before_a_mail_is_asked_once_in_a_round(
    serve: Callable[[socket.socket], None],
) -> None:
    ledger = MemoryLedger()
    ledger.enqueue([a_mail(f"canola:s{n}:new") for n in range(3)], "test", 1)
    with a_raw_server(serve) as server:
        send_due(ledger, SmtpMailer(f"smtp://127.0.0.1:{server.port}"), FixedClock(NOON), "test", [])
    assert server.visits == 1


def test_a_server_that_hangs_up_on_one_message_is_asked_for_the_others() -> None:
    ledger = MemoryLedger()
    ledger.enqueue([a_mail(f"canola:s{n}:new") for n in range(3)], "test", 1)
    with a_raw_server(talks(*TO_DATA, then=lambda connection: None)) as server:
        send_due(ledger, SmtpMailer(f"smtp://127.0.0.1:{server.port}"), FixedClock(NOON), "test", [])
    assert server.visits == 3


class _SlowToRefuse:
    """A mailer that says after 25 seconds that it takes nothing now."""

    def __init__(self, clock: FixedClock) -> None:
        self._clock = clock
        self.asked = 0

    def send(self, mail: OutboxMail) -> Delivery:
        self.asked += 1
        self._clock.at += timedelta(seconds=25)
        if self.asked % 2:
            raise TemporaryError("450 later")
        return Delivery("there", {"a@desk.example": Answer("due", "450 later", self._clock.now())})


def test_all_that_is_waited_for_in_vain_has_a_bound_in_a_round() -> None:
    ledger = MemoryLedger()
    ledger.enqueue([a_mail(f"canola:s{n}:new") for n in range(30)], "test", 1)
    clock = FixedClock(NOON)
    mailer = _SlowToRefuse(clock)
    troubles: list[Trouble] = []
    assert send_due(ledger, mailer, clock, "test", troubles) == 0
    assert mailer.asked == 3
    assert "27 messages" in troubles[-1].text
    assert {mail.state for mail in ledger.mails()} == {"due"}


class _SilentAtTheSecond:
    """Serves one reader, and nobody after that."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def send(self, mail: OutboxMail) -> Delivery:
        self.asked += mail.owed
        if len(self.asked) > 1:
            raise HostSilent("it did not answer in time")
        return Delivery("there")


def test_a_server_that_falls_silent_between_two_readers_is_not_asked_for_the_next_mail() -> None:
    mails = []
    for n in range(3):
        mail = a_personal_mail()
        mails.append(replace(mail, key=f"canola:s{n}:new", created=NOON))
    ledger = MemoryLedger()
    ledger.enqueue(mails, "test", 1)
    mailer = _SilentAtTheSecond()
    assert send_due(ledger, PersonalMailer(mailer, LINKS), FixedClock(NOON), "test", []) == 1
    assert len(mailer.asked) == 2


def _answers_200(connection: socket.socket) -> None:
    connection.recv(1 << 20)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


class _Laggard:
    """A mailer that takes ten minutes a mail."""

    def __init__(self, clock: FixedClock) -> None:
        self._clock = clock

    def send(self, mail: OutboxMail) -> Delivery:
        self._clock.at += timedelta(minutes=10)
        return Delivery("there")


def test_a_round_of_sending_ends_and_the_next_one_goes_on() -> None:
    ledger = MemoryLedger()
    ledger.enqueue([a_mail(f"canola:s{n}:new") for n in range(5)], "test", 1)
    clock = FixedClock(NOON)
    troubles: list[Trouble] = []
    sent = [send_due(ledger, _Laggard(clock), clock, "test", troubles) for _ in range(3)]
    assert sent == [2, 2, 1]
    assert timedelta(minutes=10) < ROUND < timedelta(minutes=20)
    assert "sending stopped after 15 minutes" in troubles[0].text


def ways(url: str, timeout_s: float = 0.8) -> ChannelRouter:
    return ChannelRouter(
        SmtpMailer("smtp://127.0.0.1:1"), [Channel("room", url)], FixedClock(NOON), timeout_s=timeout_s
    )


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 O", b"HTTP/1.1 200 OK\r\nX-Long: "])
def test_a_webhook_that_drips_is_left_after_a_set_time(begin: bytes) -> None:
    def serve(connection: socket.socket) -> None:
        drip(connection, begin)

    with a_raw_server(serve) as server, pytest.raises(TemporaryError):
        ways(f"http://127.0.0.1:{server.port}/s3cret").send(a_message())


def test_a_silent_webhook_is_told_as_such_without_its_address() -> None:
    with (
        a_raw_server(stay_silent) as server,
        pytest.raises(HostSilent, match="did not answer within") as caught,
    ):
        ways(f"http://127.0.0.1:{server.port}/s3cret").send(a_message())
    assert "s3cret" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
def test_a_service_of_apprise_that_drips_is_left_after_a_set_time() -> None:
    def serve(connection: socket.socket) -> None:
        drip(connection, b"HTTP/1.1 200 OK\r\nX-Long: ")

    before = threading.enumerate()
    with a_raw_server(serve) as server, pytest.raises(HostSilent, match="did not answer within"):
        ways(f"json://127.0.0.1:{server.port}/x").send(a_message())
    for thread in threading.enumerate():
        assert thread.daemon or thread in before, "a program waits for it before it ends"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_told_as_one_and_the_message_waits(status: int) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(1 << 20)
        head = f"HTTP/1.1 {status} Over there\r\nLocation: /s3cret\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(head.encode())

    with (
        a_raw_server(serve) as server,
        pytest.raises(TemporaryError, match="redirects are not followed") as caught,
    ):
        ways(f"http://127.0.0.1:{server.port}/").send(a_message())
    assert f"answered {status}" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert server.visits == 1


@pytest.mark.parametrize("status", [404, 500])
def test_the_words_of_a_webhook_cannot_steer_a_terminal(status: int) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(1 << 20)
        connection.sendall(f"HTTP/1.1 {status} ".encode() + HOSTILE + b"\r\nContent-Length: 0\r\n\r\n")

    with a_raw_server(serve) as server:
        try:
            told = ways(f"http://127.0.0.1:{server.port}/").send(a_message()).refused["room"].text
        except TemporaryError as e:
            told = str(e)
    assert told.isprintable()
    assert len(told) < 500
