"""`maplewire backup`, `restore` and what is held afterwards, as a person sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines.cli import app
from tests.cli.test_searching import BEAT, filled
from tests.small_beat import give_heading_and_terms

LIST = "sources: [{id: a, name: A, kind: feed, url: 'https://a.invalid/', enabled: false}]"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    beat = tmp_path / "beat"
    beat.mkdir()
    give_heading_and_terms(beat)
    (beat / "sources.yaml").write_text(LIST)
    (beat / "searches.yaml").write_text(BEAT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAPLEWIRE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAPLEWIRE_BEAT", str(beat))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def ask(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def sent(home: Path) -> set[str]:
    return {path.name for path in (home / "outbox").glob("*.eml")}


def test_yesterdays_ledger_sends_nothing_again_until_a_person_says_so(home: Path) -> None:
    filled(home)
    assert ask("backup", "yesterday.tar.gz").exit_code == 0
    assert ask("alert").exit_code == 0
    assert len(sent(home)) == 2
    for path in (home / "outbox").glob("*.eml"):
        path.unlink()

    done = ask("restore", "yesterday.tar.gz")
    assert done.exit_code == 1
    assert "has a ledger already" in str(done.exception)
    done = ask("restore", "yesterday.tar.gz", "--replace")
    assert done.exit_code == 0, done.output
    assert "no mail leaves" in done.stderr

    # The backup is older than the decision to mail: it is decided anew, and waits.
    done = ask("run")
    assert done.exit_code == 1
    assert "mail is held since" in done.stderr
    assert done.stderr.count("mail is held since") == 1
    assert sent(home) == set()
    assert "mail is held since" in ask("status").stderr
    assert {mail["state"] for mail in json.loads(ask("outbox", "--json").stdout)} == {"due"}

    assert "2 mails will leave" in ask("outbox", "release").stderr
    assert ask("run").exit_code == 0
    assert len(sent(home)) == 2
    assert "held" not in ask("status").stderr


def test_what_was_mailed_since_the_backup_can_be_discarded(home: Path) -> None:
    filled(home)
    assert ask("backup", "yesterday.tar.gz").exit_code == 0
    assert ask("restore", "yesterday.tar.gz", "--replace").exit_code == 0
    assert ask("run").exit_code == 1
    assert "2 mails discarded" in ask("outbox", "discard").stderr
    assert ask("run").exit_code == 0
    assert sent(home) == set()
    assert {mail["state"] for mail in json.loads(ask("outbox", "--open", "--json").stdout)} == {"failed"}


def test_mail_is_held_by_hand_and_discarded_only_then(home: Path) -> None:
    filled(home)
    done = ask("outbox", "discard")
    assert done.exit_code == 1
    assert "mail is not held" in str(done.exception)
    assert ask("outbox", "hold").exit_code == 0
    assert ask("alert").exit_code == 1
    assert sent(home) == set()
