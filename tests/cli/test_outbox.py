"""`maplewire outbox show`, `resend`, `pause` and `resume`, against a real mail server."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from pipelines.adapters.ledger import open_ledger
from pipelines.model import Answer
from tests.cli.test_searching import ask, change, filled, home, listed
from tests.contracts.ledger_values import a_mail, a_page_placed, a_stored, a_story, take
from tests.smtp_server import Inbox, a_server

__all__ = ["home"]

KEY = "canola:s1:new"
DESK = "desk@newsroom.example"


@pytest.fixture
def box(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """Yield the box of a mail server; two stories wait to be told."""
    filled(home)
    found = Inbox()
    with a_server(found) as port:
        monkeypatch.setenv("MAPLEWIRE_SMTP_URL", f"smtp://127.0.0.1:{port}")
        yield found


def add_story(home: Path, number: int) -> None:
    title = f"Canola talks, round {number}"
    ledger = open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")
    stored = a_stored(number, title=title, collected=datetime.now(UTC))
    take(ledger, a_page_placed(stored, a_story(f"s{number}", number, headline=title)))
    ledger.close()


def test_a_message_is_shown_with_headers_text_and_answers(box: Inbox) -> None:
    assert ask("alert").exit_code == 0
    shown = ask("outbox", "show", KEY)
    assert shown.exit_code == 0, shown.output
    for line in (f"key: {KEY}", "state: sent", f"{DESK}: sent, ", f"To: {DESK}", "Canola duties fall"):
        assert line in shown.stdout
    found = json.loads(ask("outbox", "show", KEY, "--json").stdout)
    assert {"name": "To", "value": DESK} in found["headers"]
    assert "Canola duties fall" in found["text"]
    assert (found["answers"][DESK]["state"], found["notes"]) == ("sent", [])
    box_lines = ask("outbox").stdout
    assert KEY in box_lines
    # To the minute: a person compares them.
    assert re.search(r"^\d{4}-\d\d-\d\d \d\d:\d\d\t", box_lines, re.MULTILINE)
    assert isinstance(ask("outbox", "show", "canola").exception, CatalogueError)


def test_a_message_is_shown_with_links_that_are_nobodys(box: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEWIRE_WEB_URL", "https://news.example.org")
    assert ask("alert").exit_code == 0
    shown = ask("outbox", "show", KEY).stdout
    assert "https://news.example.org/leave/of-this-reader/canola" in shown
    assert "each reader’s mail has a link of their own" in shown
    assert box.taken
    for _, content in box.taken:
        assert b"/leave/" in content
        assert b"of-this-reader" not in content


def test_a_refused_address_is_told_once_then_runs_go_well(home: Path, box: Inbox) -> None:
    box.answers["desk"] = "550 5.1.1 no such user"
    first = ask("alert")
    assert first.exit_code == 1
    assert first.stderr.count("550 5.1.1 no such user") == 1, "however many mails there are"
    add_story(home, 4)
    again = ask("alert")
    assert (again.exit_code, "550" in again.output) == (0, False)
    for words in (("status",), ("outbox",)):
        assert f"maplewire outbox resume {DESK}" in ask(*words).stderr
    assert f"{DESK} is paused since" in listed()["canola"]["trouble"][0]
    (row,) = json.loads(ask("outbox", "paused", "--json").stdout)
    assert (row["address"], row["waiting"]) == (DESK, 3)
    del box.answers["desk"]
    done = ask("outbox", "resume", DESK)
    assert done.exit_code == 0, done.output
    assert "3 messages owed to it again" in done.stderr
    assert len(box.taken) == 3
    assert listed()["canola"]["trouble"] == []


def test_a_message_is_sent_again_at_once(box: Inbox) -> None:
    ask("alert")
    done = ask("outbox", "resend", KEY, "--to", "new@newsroom.example")
    assert done.exit_code == 0, done.output
    assert "new@newsroom.example: sent, " in done.stdout
    assert box.taken[-1][0] == ["new@newsroom.example"]
    assert "sent again to new@newsroom.example" in ask("outbox", "show", KEY).stdout


def test_an_address_is_paused_and_resumed_by_hand(home: Path, box: Inbox) -> None:
    assert ask("outbox", "pause", DESK).exit_code == 0
    assert "paused already" in ask("outbox", "pause", DESK).stderr
    assert ask("alert").exit_code == 0
    assert box.taken == []
    done = ask("outbox", "resume", "--all", "--discard")
    assert "2 messages given up" in done.stderr
    assert ask("alert").exit_code == 0
    assert box.taken == []


@pytest.mark.parametrize(
    "words",
    [
        ("resume",),
        ("resume", DESK, "--all"),
        ("resume", DESK),
        ("pause", "des@newsroom.example"),
        ("resend", "x"),
    ],
)
def test_wrong_words_are_told(home: Path, words: tuple[str, ...]) -> None:
    assert isinstance(ask("outbox", *words).exception, CatalogueError)


def test_what_was_wrong_before_a_mail_arrived_is_no_trouble_any_more(
    box: Inbox, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    server = os.environ["MAPLEWIRE_SMTP_URL"]
    monkeypatch.setenv("MAPLEWIRE_SMTP_URL", "smtp://127.0.0.1:9")
    ask("alert")
    assert "Connection refused" in ask("outbox").stdout
    ask("run", "--quiet")
    waiting = ask("status").stderr
    assert "to be sent, the oldest since" in waiting
    assert "maplewire outbox --open" in waiting
    monkeypatch.setenv("MAPLEWIRE_SMTP_URL", server)
    assert ask("outbox", "resend", KEY).exit_code == 0
    (line,) = [line for line in ask("outbox").stdout.splitlines() if KEY in line]
    assert "Connection refused" not in line


def test_a_search_says_once_what_several_readers_wait_for(home: Path) -> None:
    filled(home)
    change("edit", "canola", "--to", DESK, "--to", "nadia@newsroom.example")
    ledger = open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")
    now = datetime.now(UTC)
    ledger.enqueue([a_mail(KEY, to=(DESK, "nadia@newsroom.example"))], "alerts", 0)
    later = Answer("due", "451 greylisted", now)
    ledger.mark_answers(KEY, {DESK: later, "nadia@newsroom.example": later}, now, now)
    ledger.close()
    assert listed()["canola"]["trouble"] == [
        f"1 message waits for {DESK}, nadia@newsroom.example: {DESK}, nadia@newsroom.example: 451 greylisted"
    ]
