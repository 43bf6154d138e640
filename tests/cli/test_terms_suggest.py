"""`maplewire terms suggest`, and what `status` and `check` say of names that are unknown."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from pipelines.adapters.ledger import open_ledger
from pipelines.cli import app
from pipelines.config import packaged_beat
from pipelines.model import Outcome
from pipelines.stages.unknown_names_note import unknown_names_sentence
from tests.contracts.ledger_values import (
    a_page_off_beat,
    a_page_placed,
    a_result,
    a_stored,
    a_story,
    off_beat,
    take,
)

TITLES = (
    "China opposes the plan of Minister Olga Brandvik on seed",
    "Beijing says Olga Brandvik misread the tariff letter",
    "Olga Brandvik flies to Shanghai next week",
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder with headlines that were taken, nearly taken and left out."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("MAPLEWIRE_HOME", str(home))
    monkeypatch.setenv("MAPLEWIRE_BEAT", str(packaged_beat()))
    now = datetime.now(UTC)
    with closing(open_ledger(f"sqlite:///{home}/ledger.sqlite")) as ledger:
        run_id = ledger.start_run(now)
        for batch_id, days in (("old", 40), ("new", 0)):
            ledger.adopt(a_result(batch_id, pages=9, started=now - timedelta(days=days)), batch_id, run_id)
        take(ledger, a_page_placed(a_stored(1, title=TITLES[0]), a_story("s1", 1), batch="new"), run_id)
        near = replace(off_beat(2, title=TITLES[1]), outcome=Outcome.BORDERLINE)
        take(ledger, a_page_off_beat(near, batch="new"), run_id)
        take(ledger, a_page_off_beat(off_beat(3, title=TITLES[2]), batch="old"), run_id)
    return home


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(app, list(arguments))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.mark.usefixtures("home")
def test_names_of_all_headlines_are_suggested_to_paste() -> None:
    done = run("terms", "suggest")
    assert yaml.safe_load(done.stdout) == [{"en": ["Olga Brandvik"]}]
    assert all(title in done.stdout for title in TITLES)
    assert "1 name seen often" in done.stderr
    (one,) = json.loads(run("terms", "suggest", "--json").stdout)
    assert (one["name"], one["headlines"], one["beside"]) == ("Olga Brandvik", 3, {"china": 3})


@pytest.mark.usefixtures("home")
def test_only_headlines_since_then_count() -> None:
    done = run("terms", "suggest", "--since", "7d")
    assert done.stdout == ""
    assert "0 names seen often" in done.stderr
    assert json.loads(run("terms", "suggest", "--since", "7d", "--json").stdout) == []


def test_status_and_check_say_how_many_names_are_unknown_once_they_were_counted(home: Path) -> None:
    assert unknown_names_sentence(home) is None
    assert "terms.yaml" not in run("status").stderr
    run("upkeep")
    sentence = "terms.yaml: 1 name seen often and unknown (Olga Brandvik)"
    assert sentence in run("status").stderr
    assert sentence in run("check").stderr


@pytest.mark.parametrize("content", ["", "[]", '{"count": "many"}', '{"count": 0, "names": []}', "\xff"])
def test_a_note_that_says_nothing_is_passed_over(tmp_path: Path, content: str) -> None:
    (tmp_path / "unknown-names.json").write_text(content, "latin-1")
    assert unknown_names_sentence(tmp_path) is None
