"""`maplewire searches test` counts mails as they would be sent, and shows one; runs write the feeds."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import feedparser
import pytest

from pipelines.adapters.ledger import open_ledger
from pipelines.model import EventPrint
from pipelines.stories.event_links import relate_events
from tests.cli.test_searching import ask, change, home
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story, take

__all__ = ["home"]

MARKS = {"name:kitimat": 3.0, "name:meridian": 3.0, "number:86e6": 3.0, "name:sept-rives": 3.0}


def fill(home: Path) -> None:
    """Store two reports of one event, of this morning, and a story of two days ago."""
    now = datetime.now(UTC)
    with closing(open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")) as ledger:
        ledger.start_run(now)
        for number, title, hours in ((1, "Canola talks", 48), (2, "Canola port", 2), (3, "Canola ship", 1)):
            at = now - timedelta(hours=hours)
            stored = a_stored(number, title=title, collected=at)
            take(ledger, a_page_placed(stored, a_story(f"s{number}", number, headline=title)))
            if number > 1:
                relate_events(ledger, EventPrint(f"s{number}", at, "en", MARKS))


def tried(*words: str) -> dict[str, object]:
    done = ask("searches", "test", *words, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, object] = json.loads(done.stdout)
    return found


def sample_of(path: Path, *words: str) -> EmailMessage:
    tried(*words, "--sample", str(path))
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_reports_of_one_event_would_have_been_one_mail(home: Path, tmp_path: Path) -> None:
    fill(home)
    found = tried("canola")
    assert (found["stories"], found["events"], found["mails"]) == (["s3", "s2", "s1"], 2, 2)
    assert found["last_mail"] == ["s3", "s2"]
    assert found["stored_days"] == 2.0
    assert found["mails_a_week"] == 7.0
    sample = text_of(sample_of(tmp_path / "one.eml", "canola"))
    assert "Canola ship" in sample
    assert "Canola port" in sample
    change("edit", "canola", "--set", "group=story")
    assert tried("canola")["mails"] == 3, "where a reader wants each story alone"


def test_the_sample_of_a_digest_is_a_digest(home: Path, tmp_path: Path) -> None:
    fill(home)
    change("edit", "canola", "--cadence", "weekly")
    message = sample_of(tmp_path / "week.eml", "canola")
    assert "Canola ship" in text_of(message)
    assert "WEEKLY" in text_of(message).upper()


def test_each_run_writes_the_feeds_with_label_beginning_and_copies(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(home)
    monkeypatch.setenv("MAPLEWIRE_FEEDS_DIR", str(tmp_path / "www"))
    assert ask("alert").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "www").iterdir()) == ["canola.atom", "paid.atom"]
    feed = feedparser.parse((tmp_path / "www" / "canola.atom").read_bytes())
    assert feed.bozo is False
    assert {entry.title for entry in feed.entries} <= {"Canola talks", "Canola port", "Canola ship"}
    for entry in feed.entries:
        assert "It matches your search" not in entry.summary, "how the text begins, in place of that"
        assert entry.content[0].type == "text/html"


def test_a_feed_folder_that_cannot_be_written_is_told_and_stops_no_mail(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(home)
    (tmp_path / "www").write_text("in the way")
    monkeypatch.setenv("MAPLEWIRE_FEEDS_DIR", str(tmp_path / "www"))
    done = ask("alert")
    assert done.exit_code == 1
    assert "set MAPLEWIRE_FEEDS_DIR to another folder" in done.stderr
    assert list((home / "outbox").glob("*.eml"))
