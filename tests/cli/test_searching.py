"""`maplewire searches …` and `maplewire outbox`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import feedparser
import pytest
from typer.testing import CliRunner, Result

from crawlers.errors import CatalogueError
from pipelines.adapters.ledger import open_ledger
from pipelines.bootstrap import App
from pipelines.cli import app
from pipelines.config import Settings
from pipelines.stages.context import RunProblems
from pipelines.stages.notify import send_new_alerts
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story, take
from tests.small_beat import give_heading_and_terms

BEAT = """\
searches:
  # the desk's own
  - {id: canola, name: Canola, query: canola, to: desk@newsroom.example}
  - {id: paid, name: Paid, query: kind:paid_release, to: desk@newsroom.example}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    beat = tmp_path / "beat"
    beat.mkdir()
    give_heading_and_terms(beat)
    (beat / "sources.yaml").write_text("sources: [{id: a, name: A, kind: feed, url: 'https://a.example/'}]")
    (beat / "searches.yaml").write_text(BEAT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAPLEWIRE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAPLEWIRE_BEAT", str(beat))
    return tmp_path / "home"


def ask(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def listed() -> dict[str, dict[str, Any]]:
    done = ask("searches", "list", "--json")
    assert done.exit_code == 0, done.output
    return {s["id"]: s for s in json.loads(done.stdout)}


def filled(home: Path) -> None:
    ledger = open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")
    ledger.start_run(datetime.now(UTC))
    for n, title in enumerate(("Canola duties fall", "Canola growers wait", "Lobsters fly"), 1):
        stored = a_stored(n, title=title, collected=datetime.now(UTC) - timedelta(days=n))
        take(ledger, a_page_placed(stored, a_story(f"s{n}", n, headline=title)))
    ledger.close()


def change(*words: str) -> None:
    """Run a command that has to succeed."""
    done = ask("searches", *words)
    assert done.exit_code == 0, done.output


def test_a_search_is_added_with_its_fields(home: Path) -> None:
    change("add", "pandas", "panda* OR 大熊猫", "--to", "a@b.example", "--set", "at=07:30")
    found = listed()["pandas"]
    assert (found["at"], found["to"], found["query"]) == ("07:30", ["a@b.example"], "panda* OR 大熊猫")


def test_a_changed_search_keeps_its_other_fields(home: Path) -> None:
    change("edit", "canola", "--cadence", "weekly", "--set", "day=friday", "--set", "quiet=22:00-07:00")
    found = listed()["canola"]
    assert (found["cadence"], found["day"], found["quiet"]) == ("weekly", "friday", "22:00-07:00")
    assert found["query"] == "canola"


def test_a_search_is_paused_and_resumed(home: Path) -> None:
    change("pause", "paid")
    assert listed()["paid"]["enabled"] is False
    change("resume", "paid")
    assert listed()["paid"]["enabled"] is True


def test_a_search_is_removed_and_the_beats_own_file_is_never_written(home: Path) -> None:
    change("add", "pandas", "panda*", "--to", "a@b.example")
    change("remove", "pandas")
    change("remove", "paid")
    assert list(listed()) == ["canola"]
    assert (Path.cwd() / "beat" / "searches.yaml").read_text() == BEAT


def test_a_search_of_the_beat_that_was_removed_is_resumed(home: Path) -> None:
    change("edit", "paid", "--cadence", "weekly")
    change("remove", "paid")
    assert "paid" not in listed()
    change("resume", "paid")
    found = listed()["paid"]
    assert (found["enabled"], found["cadence"], found["query"]) == (True, "immediate", "kind:paid_release")
    change("add", "pandas", "panda*", "--to", "a@b.example")
    change("remove", "pandas")
    assert isinstance(ask("searches", "resume", "pandas").exception, CatalogueError), "nothing is left of it"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "canola", "x", "--to", "a@b.example"), "there is a search “canola” already"),
        (("add", "new", "x"), "to: is missing"),
        (("add", "new", "canola AND (x", "--to", "a@b.example"), "query:"),
        (("edit", "canola"), "nothing to change"),
        (("edit", "none", "--cadence", "daily"), "no search “none”"),
        (("edit", "canola", "--set", "ceiling"), "write FIELD=VALUE"),
        (("edit", "canola", "--set", "ceiling=many"), "'many' is not a whole number"),
        (("test", "canola", "--cadence", "often"), "write immediate, hourly, daily or weekly"),
    ],
)
def test_a_mistake_is_told_and_changes_nothing(home: Path, words: tuple[str, ...], told: str) -> None:
    before = listed()
    done = ask("searches", *words)
    assert isinstance(done.exception, CatalogueError)
    assert told in "\n".join(done.exception.problems)
    assert listed() == before


def test_a_back_test_counts_stories_mails_overlap_and_misses(home: Path, tmp_path: Path) -> None:
    filled(home)
    sample = tmp_path / "sample.eml"
    done = ask("searches", "test", "duties", "--days", "10", "--sample", str(sample), "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["stories"], found["mails"], found["events"]) == (["s1"], 1, 1)
    assert (found["days"], found["stored_days"], found["mails_a_week"]) == (10, 3.0, 2.33)
    assert found["overlap"] == {"canola": 1}
    assert "Canola duties fall" in message_from_bytes(sample.read_bytes(), policy=policy.default)["Subject"]
    loose = json.loads(ask("searches", "test", '"growers canola"', "--json").stdout)
    assert (loose["stories"], loose["missed"]) == ([], ["s2"])
    assert "eight words apart" in loose["looser"]
    assert json.loads(ask("searches", "test", "canola", "--cadence", "weekly", "--json").stdout)["mails"] <= 2


def test_why_says_for_each_search_what_it_did(home: Path) -> None:
    filled(home)
    with App(Settings()) as maplewire:
        send_new_alerts(maplewire.parts, RunProblems())
    rows = {r["search_id"]: r for r in json.loads(ask("searches", "why", "s1", "--json").stdout)}
    assert rows["canola"]["did"] == "told"
    assert "canola:s1:new (sent)" in rows["canola"]["why"]
    assert rows["paid"] == {
        "search_id": "paid",
        "did": "not told",
        "why": "no article of the story matches kind:paid_release",
        "mail": None,
    }
    assert rows["canola"]["mail"] == "canola:s1:new"


def test_a_feed_is_atom_and_the_outbox_shows_every_recipient(home: Path) -> None:
    filled(home)
    with App(Settings()) as maplewire:
        send_new_alerts(maplewire.parts, RunProblems())
    assert ask("searches", "feed", "canola").exit_code == 0
    feed = feedparser.parse((home / "feeds" / "canola.atom").read_bytes())
    assert (feed.bozo, feed.version, len(feed.entries)) == (False, "atom10", 2)
    assert {e.title for e in feed.entries} == {"Canola duties fall", "Canola growers wait"}
    assert all(e.link.startswith("https://daily.example/") and e.updated_parsed for e in feed.entries)
    mails = json.loads(ask("outbox", "--json").stdout)
    assert [(m["state"], m["answers"]["desk@newsroom.example"]["state"]) for m in mails] == [
        ("sent", "sent")
    ] * 2
    assert json.loads(ask("outbox", "--open", "--json").stdout) == []


def test_a_filter_that_does_not_exist_is_named_with_what_was_meant(home: Path) -> None:
    filled(home)
    done = ask("search", "canola", "--source", "AA", "--lang", "english")
    assert done.exit_code == 0
    assert "--source AA: no such source in the catalogue; did you mean A?" in done.stderr
    assert "--lang english: not a language code; did you mean en?" in done.stderr


@pytest.mark.parametrize(
    ("lang", "hint"),
    [("qq", "write en, fr, zh"), ("zh-TW", "did you mean zh-Hant?"), ("fra", "did you mean fr?")],
)
def test_a_language_that_does_not_exist_is_named(home: Path, lang: str, hint: str) -> None:
    filled(home)
    stderr = ask("search", "canola", "--lang", lang).stderr
    assert f"--lang {lang}: not a language code" in stderr
    assert hint in stderr


@pytest.mark.parametrize("lang", ["fr", "zh-Hant", "ZH-hant"])
def test_a_language_under_which_nothing_is_found_is_not_doubted(home: Path, lang: str) -> None:
    filled(home)
    assert "--lang" not in ask("search", "canola", "--lang", lang).stderr
