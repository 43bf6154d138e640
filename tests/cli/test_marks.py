"""`maplewire mark` and `maplewire marks`, on a ledger in a file."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crawlers.errors import CatalogueError, PermanentError
from pipelines.adapters.ledger import open_ledger
from pipelines.cli import app
from pipelines.config import packaged_beat
from pipelines.model import Outcome
from tests.contracts.ledger_values import (
    a_page_off_beat,
    a_page_placed,
    a_result,
    a_stored,
    a_story,
    ident,
    off_beat,
    page,
    take,
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder with a story of two pages and a borderline page with its text."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("MAPLEWIRE_HOME", str(home))
    monkeypatch.setenv("MAPLEWIRE_BEAT", str(packaged_beat()))
    monkeypatch.setenv("COLUMNS", "300")
    now = datetime.now(UTC)
    with closing(open_ledger(f"sqlite:///{home}/ledger.sqlite")) as ledger:
        run_id = ledger.start_run(now)
        ledger.adopt(a_result("b", pages=9, started=now), "b", run_id)
        for n in (1, 2):
            take(ledger, a_page_placed(a_stored(n), a_story("s1", *range(1, n + 1))), run_id)
        near = off_beat(3, title="Ottawa waits for canola", body="Ottawa waits. Beijing is silent.")
        take(ledger, a_page_off_beat(replace(near, outcome=Outcome.BORDERLINE)), run_id)
    return home


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(app, list(arguments))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def found(query: str) -> int:
    total = json.loads(run("search", query, "--json").stdout)["total"]
    assert isinstance(total, int)
    return total


@pytest.mark.usefixtures("home")
def test_a_story_leaves_the_search_and_comes_back() -> None:
    run("index")
    assert found("title:title") == 1
    done = run("mark", page(2), "off-beat", "--by", "Ana", "--note", "a test")
    assert done.stdout == "s1\n"
    assert "in no search, mail or count" in done.stderr
    assert found("title:title") == 0
    shown = run("story", "s1").stdout
    assert "Ana marked" in shown
    assert "a person marked it off-beat" in shown
    assert json.loads(run("story", "s1", "--json").stdout)["kept_out"] == "off_beat"
    assert "a person marked it off-beat" in run("searches", "why", "s1").stdout
    assert "is on the beat" in run("mark", "s1", "--undo").stderr
    assert found("title:title") == 1


@pytest.mark.usefixtures("home")
def test_a_borderline_page_is_listed_comes_in_and_is_exported() -> None:
    (row,) = json.loads(run("pages", "--outcome", "borderline", "--json").stdout)
    assert (row["url"], row["score"]) == (page(3), 0.1)
    story_id = run("mark", row["url"], "relevant", "--by", "Ana").stdout.strip()
    assert story_id == f"s{ident(3)}"
    assert found("title:waits") == 1
    assert json.loads(run("pages", "--outcome", "borderline", "--json").stdout) == []
    run("mark", page(1), "Off_Beat", "--by", "Bo")
    lines = [json.loads(line) for line in run("marks", "export").stdout.splitlines()]
    assert [(line["label"], line["by"]) for line in lines] == [("relevant", "Ana"), ("off-beat", "Bo")]
    assert lines[0]["text"] == "Ottawa waits. Beijing is silent."


@pytest.mark.usefixtures("home")
def test_marks_are_listed_with_those_that_were_undone() -> None:
    assert "nobody has marked" in run("marks", "list").stderr
    run("mark", page(1), "borderline", "--by", "Ana", "--note", "ask Li")
    run("mark", page(1), "--undo")
    (row,) = json.loads(run("marks", "list", "--json").stdout)
    assert (row["label"], row["note"], row["article"]) == ("borderline", "ask Li", ident(1))
    assert row["undone"] is not None
    assert "undone" in run("marks", "list").stdout


@pytest.mark.usefixtures("home")
def test_marks_survive_a_backup_and_a_reindex(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("mark", page(1), "off-beat")
    archive = tmp_path / "backup.tar.gz"
    run("backup", str(archive))
    monkeypatch.setenv("MAPLEWIRE_HOME", str(tmp_path / "other"))
    run("restore", str(archive))
    run("reindex")
    assert found("title:title") == 0
    assert len(json.loads(run("marks", "list", "--json").stdout)) == 1


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (("mark", page(1)), CatalogueError, "write a label"),
        (("mark", page(1), "off-beat", "--undo"), CatalogueError, "write a label"),
        (("mark", page(1), "good"), CatalogueError, "relevant, off-beat or borderline"),
        (("mark", page(8), "relevant"), PermanentError, "maplewire pages"),
        (("mark", page(1), "--undo"), PermanentError, "maplewire marks list"),
    ],
)
def test_what_is_asked_for_wrongly_is_an_error_that_says_what_to_write(
    arguments: tuple[str, ...], error: type[Exception], hint: str
) -> None:
    with pytest.raises(error, match=hint):
        run(*arguments)
