"""`maplewire story ID --text`: what a page says or said, as it was kept."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.adapters.ledger import open_ledger
from pipelines.cli import app
from pipelines.model import ArticleVersion, Outcome, PageHeldBack, PageRechecked, RecheckState
from tests.builders import NOON
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story, ident, page, take

LONG = "\n\n".join(f"Paragraph {n} says what canola costs in its {n}th town." for n in range(40))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder with a story of two pages; the first was edited, then taken away."""
    monkeypatch.setenv("MAPLEWIRE_HOME", str(tmp_path))
    with closing(open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as ledger:
        ledger.start_run(NOON)
        story = a_story("s1", 1, 2)
        take(ledger, a_page_placed(a_stored(1, title="Canola falls", body=LONG), a_story("s1", 1)))
        take(ledger, a_page_placed(a_stored(2, title="A copy", body="Only this."), story))
        edited = a_stored(
            1, title="Canola rises", body=f"{LONG}\n\nThe end.", version=2, outcome=Outcome.UPDATE
        )
        take(ledger, a_page_placed(edited, story, record=3))
        held = ArticleVersion(3, "hash", "Not found", "Sorry.", NOON, "an error page")
        account = replace(a_page_placed(edited, story, record=4).account, outcome=Outcome.UNCHANGED)
        take(ledger, PageHeldBack(account, ident(1), held))
        gone = RecheckState(ident(1), "daily", page(1), NOON, None, NOON, gone=NOON)
        take(ledger, PageRechecked(gone, ()))
    return tmp_path


def shown(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["story", *arguments])


def test_a_storys_text_is_that_of_its_original_whole(home: Path) -> None:
    done = shown("s1", "--text")
    assert done.exit_code == 0
    assert done.stdout == f"Canola rises\n\n{LONG}\n\nThe end.\n"


@pytest.mark.parametrize("wanted", [ident(2), page(2)])
def test_an_article_is_named_by_its_id_or_its_address(home: Path, wanted: str) -> None:
    assert shown(wanted, "--text").stdout == "A copy\n\nOnly this.\n"


def test_each_version_can_be_read_also_one_that_was_held_back(home: Path) -> None:
    assert shown("s1", "--text", "--version", "1").stdout == f"Canola falls\n\n{LONG}\n"
    assert shown("s1", "--text", "--version", "2").stdout.startswith("Canola rises\n")
    held = shown("s1", "--text", "--version", "3")
    assert held.stdout == "Not found\n\nSorry.\n"
    assert "held back: an error page" in held.stderr


def test_what_is_known_of_the_text_goes_to_standard_error(home: Path) -> None:
    told = shown("s1", "--text").stderr
    assert page(1) in told
    assert "version 2 of 1, 2, 3" in told
    assert "taken away: 2026-01-17 12:00 UTC" in told
    assert "its only version" in shown(page(2), "--text").stderr


def test_the_text_as_json(home: Path) -> None:
    told = json.loads(shown("s1", "--text", "--version", "1", "--json").stdout)
    assert told["body"] == LONG
    assert told["version"] == 1
    assert told["versions"] == [1, 2, 3]
    assert told["article"] == ident(1)
    assert told["gone"] == "2026-01-17T12:00:00Z"


def test_a_version_that_is_not_kept_is_refused_with_those_that_are(home: Path) -> None:
    done = shown("s1", "--text", "--version", "9")
    assert done.exit_code != 0
    assert "it has: 1, 2, 3" in str(done.exception)


def test_what_is_not_known_is_refused(home: Path) -> None:
    assert "no story" in str(shown("s999", "--text").exception)
    assert "no story" in str(shown("https://nowhere.example/1", "--text").exception)


def test_a_version_without_text_is_wrong_usage(home: Path) -> None:
    done = shown("s1", "--version", "1")
    assert done.exit_code != 0
    assert "--text" in str(getattr(done.exception, "problems", ""))


def test_a_text_steers_no_terminal(home: Path) -> None:
    with closing(open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")) as ledger:
        stored = a_stored(5, title="Red \x1b[31m", body="Bell \x07")
        take(ledger, a_page_placed(stored, a_story("s5", 5)))
    assert "\x1b" not in shown("s5", "--text").stdout
    assert "\x07" not in shown("s5", "--text").stdout


def test_a_deleted_story_names_the_command(home: Path) -> None:
    assert "maplewire story s1 --text" in shown("s1").stdout


def test_json_says_in_which_batch_and_record_each_page_is_kept(home: Path) -> None:
    first, second = json.loads(shown("s1", "--json").stdout)["articles"]
    assert (first["batch"], first["record"]) == ("b", 3)
    assert (second["batch"], second["record"]) == ("b", 2)
