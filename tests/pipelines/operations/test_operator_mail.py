"""Mail to the operators: each thing once, whatever else is broken."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest
from pydantic import SecretStr

from crawlers.errors import CatalogueError, TemporaryError
from pipelines.adapters.clock import FixedClock
from pipelines.bootstrap import App
from pipelines.config import Settings, read_settings
from pipelines.operations.operator_mail import tell_operators
from pipelines.stages.locks import lock_outbox
from tests.builders import NOON
from tests.smtp_server import Inbox, a_server


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings = Settings(
        home=tmp_path, operator_mail=("ops@newsroom.example",), ledger_url=None, index_url=None, smtp_url=None
    )
    with App(settings, FixedClock(NOON)) as app:
        yield app


def mails(home: Path) -> list[EmailMessage]:
    files = sorted((home / "outbox").glob("*.eml"))
    return [cast(EmailMessage, message_from_bytes(f.read_bytes(), policy=policy.default)) for f in files]


def test_the_operators_are_told_a_thing_once(app: App, tmp_path: Path) -> None:
    assert "were told" in tell_operators(app, "a", "Sources fail\r\nBcc: x@x.example", "CBC – 404 加拿大")
    assert "already" in tell_operators(app, "a", "Sources fail", "CBC")
    (mail,) = mails(tmp_path)
    assert mail["Subject"] == "[Maplewire] Sources fail Bcc: x@x.example"
    assert mail["To"] == "ops@newsroom.example"
    assert mail["Bcc"] is None
    assert mail.get_content().strip() == "CBC – 404 加拿大"
    assert [m.state for m in app.ledger.mails()] == ["sent"]


def test_a_mail_that_cannot_leave_now_stays_owed(app: App, tmp_path: Path) -> None:
    with lock_outbox(tmp_path):
        assert "waits" in tell_operators(app, "a", "Sources fail", "…")
    assert (mails(tmp_path), [m.state for m in app.ledger.mails()]) == ([], ["due"])


def test_a_ledger_that_is_away_is_no_reason_for_silence(app: App, tmp_path: Path) -> None:
    class Away:
        def enqueue(self, *_: object) -> int:
            raise TemporaryError("the ledger cannot be reached")

        def close(self) -> None: ...

    app.__dict__["ledger"] = Away()
    assert "unrecorded: the ledger cannot be reached" in tell_operators(app, "a", "The ledger is away", "…")
    assert "already" in tell_operators(app, "a", "The ledger is away", "…")
    assert len(mails(tmp_path)) == 1
    tell_operators(app, "b", "The ledger is still away", "…")
    assert len(mails(tmp_path)) == 2


def test_without_an_address_nobody_is_told(tmp_path: Path) -> None:
    with App(Settings(home=tmp_path, operator_mail=())) as app:
        assert "MAPLEWIRE_OPERATOR_MAIL is not set" in tell_operators(app, "a", "x", "y")


def test_addresses_are_read_from_the_environment_and_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEWIRE_OPERATOR_MAIL", "a@desk.example, b@desk.example")
    assert read_settings().operator_mail == ("a@desk.example", "b@desk.example")
    monkeypatch.setenv("MAPLEWIRE_OPERATOR_MAIL", "the desk")
    with pytest.raises(CatalogueError, match="MAPLEWIRE_OPERATOR_MAIL: write addresses such as"):
        read_settings()


def test_an_operator_who_is_refused_is_told_of_and_left_alone(tmp_path: Path) -> None:
    box = Inbox(gone="550 no such user")
    with a_server(box) as port:
        settings = Settings(
            home=tmp_path,
            operator_mail=("ops@newsroom.example", "gone@newsroom.example"),
            smtp_url=SecretStr(f"smtp://127.0.0.1:{port}"),
        )
        with App(settings) as app:
            assert "the operators were told" in tell_operators(app, "a", "x", "y")
            del box.answers["gone"]
            assert "the operators were told" in tell_operators(app, "b", "x", "y")
            (paused,) = app.ledger.paused_addresses()
    assert (paused.address, paused.waiting) == ("gone@newsroom.example", 2)
    assert [to for to, _ in box.taken] == [["ops@newsroom.example"]] * 2
