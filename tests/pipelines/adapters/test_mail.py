"""The ways out for a mail, against real servers: aiosmtpd with and without TLS, AUTH and good will."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from crawlers.errors import TemporaryError
from pipelines.adapters.mail import FolderMailer, SmtpMailer
from pipelines.adapters.smtp_connection import SmtpWaits
from pipelines.model import Answer, OutboxMail
from pipelines.ports.mail import NeedsMending
from tests.builders import NOON
from tests.smtp_server import Inbox, a_server

MESSAGE = b"From: Maplewire <mw@desk.example>\r\nTo: a@desk.example\r\nSubject: Hello\r\n\r\nText\r\n"


def a_mail(key: str = "leaders:s1:new", **fields: Any) -> OutboxMail:
    return OutboxMail(
        **{"key": key, "to": ("a@desk.example",), "subject": "Hello", "message": MESSAGE, "created": NOON}
        | fields
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert,
        "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, cert


def _tls_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[1], certificate[0])
    return context


def test_a_file_is_written_whole_and_again_over_itself(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "outbox")
    first, second = mailer.send(a_mail()), mailer.send(a_mail())
    assert first.where == second.where
    assert [p.read_bytes() for p in (tmp_path / "outbox").iterdir()] == [MESSAGE]


def test_keys_that_look_alike_get_files_of_their_own(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path)
    assert mailer.send(a_mail("a/b:s1:new")).where != mailer.send(a_mail("a-b:s1:new")).where


def test_a_key_cannot_leave_the_folder(tmp_path: Path) -> None:
    path = Path(FolderMailer(tmp_path / "outbox").send(a_mail("../../etc/passwd:s1:new")).where)
    assert path.parent == tmp_path / "outbox"


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("in the way")
    with pytest.raises(TemporaryError, match="outbox"):
        FolderMailer(tmp_path / "outbox").send(a_mail())


def test_smtp_delivers_the_message_as_it_is() -> None:
    inbox = Inbox()
    with a_server(inbox) as port:
        SmtpMailer(f"smtp://127.0.0.1:{port}").send(a_mail(to=("a@desk.example", "b@desk.example")))
    assert inbox.taken == [(["a@desk.example", "b@desk.example"], MESSAGE)]


def test_one_refused_recipient_harms_only_that_one() -> None:
    inbox = Inbox(gone="550 no such user")
    with a_server(inbox) as port:
        told = SmtpMailer(f"smtp://127.0.0.1:{port}").send(a_mail(to=("a@desk.example", "gone@desk.example")))
    assert inbox.taken[0][0] == ["a@desk.example"]
    answer = told.refused["gone@desk.example"]
    assert (answer.state, list(told.refused)) == ("paused", ["gone@desk.example"])
    assert "550 no such user" in answer.text


def test_an_address_that_no_server_can_be_told_harms_only_that_one() -> None:
    inbox = Inbox()
    with a_server(inbox) as port:
        told = SmtpMailer(f"smtp://127.0.0.1:{port}").send(a_mail(to=("a@-é-.example", "b@desk.example")))
    assert inbox.taken[0][0] == ["b@desk.example"]
    assert {a: answer.state for a, answer in told.refused.items()} == {"a@-é-.example": "paused"}


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"a": "450 try later"}, "due"),
        ({"a": "550 no such user"}, "paused"),
        ({"a": "554 5.7.1 relay access denied"}, "paused"),
        ({"a": "552 mailbox full"}, "due"),
        ({"a": "550 5.2.2 over quota"}, "due"),
        ({"data": "452 full"}, "due"),
        ({"data": "554 spam"}, "failed"),
    ],
)
def test_the_answer_code_decides_whether_it_is_tried_again(answers: dict[str, str], state: str) -> None:
    with a_server(Inbox(**answers)) as port:
        told = SmtpMailer(f"smtp://127.0.0.1:{port}").send(a_mail())
    answer = told.refused["a@desk.example"]
    assert answer.state == state
    assert next(iter(answers.values())) in answer.text


def test_a_server_that_closes_at_a_recipient_is_tried_again() -> None:
    with a_server(Inbox(a="421 closing")) as port, pytest.raises(TemporaryError, match="421"):
        SmtpMailer(f"smtp://127.0.0.1:{port}").send(a_mail())


def test_those_who_were_served_are_not_sent_it_again() -> None:
    inbox = Inbox()
    served = {"a@desk.example": Answer("sent", "250", NOON), "b@desk.example": Answer("due", "450", NOON)}
    mail = a_mail(to=("a@desk.example", "b@desk.example"), answers=served)
    with a_server(inbox) as port:
        SmtpMailer(f"smtp://127.0.0.1:{port}").send(mail)
    assert [to for to, _ in inbox.taken] == [["b@desk.example"]]


class _Closes(Inbox):
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        server.transport.close()
        return "250 OK"


class _Slow(Inbox):
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(30)
        return "250 OK"


@pytest.mark.parametrize("inbox", [_Closes(), _Slow()])
def test_a_server_that_closes_or_dawdles_in_data_is_tried_again(inbox: Inbox) -> None:
    with a_server(inbox) as port, pytest.raises(TemporaryError, match="did not take the mail"):
        SmtpMailer(f"smtp://127.0.0.1:{port}", waits=SmtpWaits(command_s=0.5, message_s=0.5)).send(a_mail())


def test_an_international_address_needs_the_servers_consent() -> None:
    inbox = Inbox()
    mail = a_mail(to=("编辑@desk.example", "a@nouvelles-été.example"))
    with a_server(inbox, enable_SMTPUTF8=True) as port:
        assert SmtpMailer(f"smtp://127.0.0.1:{port}").send(mail).refused == {}
    with a_server(inbox, enable_SMTPUTF8=False) as port:
        refused = SmtpMailer(f"smtp://127.0.0.1:{port}").send(mail).refused
    assert [[a.rpartition("@")[0] for a in to] for to, _ in inbox.taken] == [["编辑", "a"], ["a"]]
    assert inbox.taken[0][0][1].startswith("a@xn--nouvelles-")
    assert [(address, answer.state) for address, answer in refused.items()] == [
        ("编辑@desk.example", "paused")
    ]


def test_a_server_that_is_away_is_tried_again() -> None:
    import socket

    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(TemporaryError, match=str(port)):
        SmtpMailer(f"smtp://127.0.0.1:{port}", waits=SmtpWaits(command_s=2)).send(a_mail())


def _auth(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=data == LoginPassword(b"desk", b"s3cret!/"), handled=False)


def test_login_goes_over_starttls(certificate: tuple[Path, Path]) -> None:
    inbox = Inbox()
    options = {"tls_context": _tls_context(certificate), "authenticator": _auth, "auth_required": True}
    with a_server(inbox, **options) as port:
        url = f"smtp://desk:s3cret%21%2F@127.0.0.1:{port}?starttls=require"
        SmtpMailer(url, ca_file=certificate[1]).send(a_mail())
    assert len(inbox.taken) == 1


def test_an_unknown_certificate_is_refused_and_the_mail_kept(certificate: tuple[Path, Path]) -> None:
    inbox = Inbox()
    with (
        a_server(inbox, tls_context=_tls_context(certificate)) as port,
        pytest.raises(TemporaryError, match="certificate"),
    ):
        SmtpMailer(f"smtp://127.0.0.1:{port}").send(a_mail())
    assert not inbox.taken


def test_required_starttls_that_is_not_offered_is_a_clear_error() -> None:
    with a_server(Inbox()) as port, pytest.raises(TemporaryError, match="offers no STARTTLS"):
        SmtpMailer(f"smtp://127.0.0.1:{port}?starttls=require").send(a_mail())


def test_a_wrong_password_makes_mails_wait_and_stays_out_of_the_message(
    certificate: tuple[Path, Path],
) -> None:
    options = {"tls_context": _tls_context(certificate), "authenticator": _auth, "auth_required": True}
    with a_server(Inbox(), **options) as port, pytest.raises(NeedsMending, match="535") as caught:
        SmtpMailer(f"smtp://desk:wrongpw@127.0.0.1:{port}", ca_file=certificate[1]).send(a_mail())
    assert "wrongpw" not in str(caught.value)


def test_a_server_that_takes_no_password_makes_mails_wait_with_what_to_do() -> None:
    inbox = Inbox()
    with a_server(inbox) as port, pytest.raises(NeedsMending, match="takes no user and password") as caught:
        SmtpMailer(f"smtp://desk:s3cret@127.0.0.1:{port}").send(a_mail())
    assert "leave USER:PASSWORD out of MAPLEWIRE_SMTP_URL" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert inbox.taken == []
