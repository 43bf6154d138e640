"""`maplewire pages`: what became of pages, and of entries that were left out."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from crawlers.errors import CatalogueError
from crawlers.model import FetchFailure, SkippedEntry
from pipelines.adapters.ledger import open_ledger
from pipelines.cli import app
from pipelines.config import packaged_beat
from pipelines.model import Outcome, Relevance
from tests.contracts.ledger_values import (
    a_page_off_beat,
    a_page_placed,
    a_result,
    a_stored,
    a_story,
    off_beat,
    page,
    take,
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    beat = tmp_path / "beat"
    beat.mkdir()
    sources = []
    for source_id in ("daily", "weekly", "quiet"):
        sources.append(
            {"id": source_id, "name": source_id, "kind": "feed", "url": f"https://{source_id}.example/rss"}
        )
    (beat / "sources.yaml").write_text(yaml.safe_dump({"sources": sources}))
    for name in ("beat.yaml", "terms.yaml"):
        (beat / name).write_bytes((packaged_beat() / name).read_bytes())
    monkeypatch.setenv("MAPLEWIRE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAPLEWIRE_BEAT", str(beat))
    monkeypatch.setenv("COLUMNS", "300")
    return tmp_path / "home"


def fill(home: Path, now: datetime) -> None:
    """Write a ledger with an off-beat page of today and of long ago, a failure, and left-out entries."""
    home.mkdir()
    near = Relevance(False, 0.45, ("China is named in passing",))
    failures = (FetchFailure("weekly", page(9), "permanent", "answered 410 Gone", now, 410),)
    skipped = (
        SkippedEntry("daily", page(21), "Curling final in Brandon", "A game.", now),
        SkippedEntry("daily", page(22), "Canada and China talk of canola in Beijing", "Talks.", now),
    )
    with closing(open_ledger(f"sqlite:///{home}/ledger.sqlite")) as ledger:
        run_id = ledger.start_run(now)
        for batch_id, days in (("old", 40), ("new", 0)):
            started = now - timedelta(days=days)
            result = a_result(batch_id, pages=3, started=started, failures=failures, skipped=skipped)
            ledger.adopt(result, batch_id, run_id)
        take(ledger, a_page_off_beat(off_beat(1), batch="new"), run_id)
        nearly = a_stored(2, outcome=Outcome.OFF_BEAT, text=None, relevance=near)
        take(ledger, a_page_off_beat(nearly, batch="new"), run_id)
        take(ledger, a_page_placed(a_stored(3), a_story("s1", 3), batch="new"), run_id)
        take(ledger, a_page_off_beat(off_beat(4), batch="old"), run_id)


def pages(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["pages", *arguments])


def rows_of(*arguments: str) -> list[dict[str, object]]:
    done = pages(*arguments, "--json")
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)
    assert isinstance(rows, list)
    return rows


def test_near_misses_come_first_with_the_reason(home: Path) -> None:
    fill(home, datetime.now(UTC))
    rows = rows_of("--outcome", "off_beat")
    assert [(row["url"], row["score"]) for row in rows] == [(page(2), 0.45), (page(1), 0.1)]
    assert rows[0]["reason"] == "because"
    assert rows[0]["source"] == "daily"
    assert len(rows_of("--outcome", "off-beat", "--since", "60d")) == 3
    failed = rows_of("--outcome", "failed")
    assert [(row["url"], row["reason"], row["score"]) for row in failed] == [
        (page(9), "answered 410 Gone", None)
    ]
    shown = pages("--outcome", "failed,off_beat")
    assert "1 failed, 2 off-beat" in shown.output
    assert shown.output.index(page(2)) < shown.output.index(page(1)) < shown.output.index(page(9))


def test_what_the_scope_left_out_is_counted_and_judged(home: Path) -> None:
    fill(home, datetime.now(UTC))
    rows = rows_of("--outcome", "skipped")
    assert [row["url"] for row in rows] == [page(22), page(21)]
    assert rows[0]["title"] == "Canada and China talk of canola in Beijing"
    assert all("scope: broad" in str(row["reason"]) for row in rows)
    done = pages("--outcome", "skipped", "--limit", "1")
    assert "2 skipped" in done.output
    assert "1 more are not shown" in done.output


def test_without_an_outcome_all_outside_of_stories_is_listed(home: Path) -> None:
    fill(home, datetime.now(UTC))
    assert {row["outcome"] for row in rows_of()} == {"off_beat", "failed", "skipped"}
    assert {row["source"] for row in rows_of("--source", "weekly")} == {"weekly"}
    assert rows_of("--source", "quiet") == []
    assert [row["url"] for row in rows_of("--outcome", "new")] == [page(3)]


def test_a_house_that_never_ran_has_no_pages(home: Path) -> None:
    assert rows_of() == []
    assert not home.exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--outcome", "offbeet"), "offbeet"),
        (("--since", "yesterday"), "yesterday"),
        (("--source", "nobody"), "nobody"),
    ],
)
def test_a_mistyped_option_is_told(home: Path, arguments: tuple[str, ...], told: str) -> None:
    done = pages(*arguments)
    assert isinstance(done.exception, CatalogueError)
    assert told in str(done.exception)
