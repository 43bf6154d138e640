"""`maplewire run --now TIME`: a run by another clock, in a data folder of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crawlers.errors import CatalogueError
from pipelines.adapters.ledger import open_ledger
from pipelines.alerts.clock_marks import last_run
from pipelines.bootstrap import make_app
from pipelines.cli import app
from pipelines.model import OutboxMail
from pipelines.operations.airflow_tasks.task_app import open_task_app
from pipelines.stages.rehearsal import read_rehearsal_time
from tests.crawlers.web import Answer, Web
from tests.pipelines.adapters.test_channels import Receiver, receiver
from tests.pipelines.polled_site import dated, story_html, story_title
from tests.small_beat import give_heading_and_terms

__all__ = ["receiver"]

#: Far from any clock that is right.
THEN = datetime(2031, 6, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with Web() as web:
        web.feed("/feed.xml", ["/a"], [story_title(1)])
        page = story_html(1, head=dated(THEN - timedelta(hours=1))).encode()
        web.answer("/a", Answer(200, page, {"Content-Type": "text/html; charset=utf-8"}))
        yield web


@pytest.fixture(scope="module")
def beat(tmp_path_factory: pytest.TempPathFactory, web: Web) -> Path:
    beat = tmp_path_factory.mktemp("beat")
    give_heading_and_terms(beat)
    (beat / "sources.yaml").write_text(
        f"sources:\n  - {{id: daily, name: Daily, kind: feed, url: '{web.url('/feed.xml')}'}}\n"
    )
    (beat / "searches.yaml").write_text(
        "searches:\n  - {id: canola, name: Canola, query: canola, to: [desk@newsroom.example]}\n"
    )
    return beat


@pytest.fixture(scope="module")
def rehearsed_once(tmp_path_factory: pytest.TempPathFactory, beat: Path) -> Path:
    """Return a data folder in which one run was rehearsed."""
    home = tmp_path_factory.mktemp("rehearsed")
    with pytest.MonkeyPatch.context() as environment:
        set_up(environment, home, beat)
        assert rehearse(THEN).exit_code == 0
    return home


@pytest.fixture
def rehearsed(monkeypatch: pytest.MonkeyPatch, rehearsed_once: Path, beat: Path) -> Path:
    """Return the same folder for a test that leaves it as it is."""
    set_up(monkeypatch, rehearsed_once, beat)
    return rehearsed_once


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beat: Path) -> Path:
    """Return a data folder that is not there yet."""
    set_up(monkeypatch, tmp_path / "home", beat)
    return tmp_path / "home"


def set_up(environment: pytest.MonkeyPatch, home: Path, beat: Path) -> None:
    environment.setenv("MAPLEWIRE_HOME", str(home))
    environment.setenv("MAPLEWIRE_BEAT", str(beat))
    environment.setenv("MAPLEWIRE_PRIVATE_HOSTS", "127.0.0.1")
    environment.setenv("MAPLEWIRE_DELAY_S", "0")


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def rehearse(moment: datetime) -> Result:
    return invoke("run", "--now", moment.isoformat())


def run_starts(home: Path) -> list[datetime]:
    with closing(open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")) as ledger:
        return [run.started for run in reversed(ledger.runs(100))]


def mails(home: Path) -> list[OutboxMail]:
    with closing(open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")) as ledger:
        return list(ledger.mails(100))


def told(result: Result) -> str:
    """Return all that a command said, also the problems of an error that left it."""
    problems = getattr(result.exception, "problems", ())
    return "\n".join([result.output, str(result.exception or ""), *problems])


def is_near(moment: datetime, expected: datetime) -> bool:
    return timedelta(0) <= moment - expected < timedelta(minutes=10)


def test_the_whole_run_goes_by_the_time_that_was_given(rehearsed: Path) -> None:
    assert is_near(run_starts(rehearsed)[0], THEN)
    (mail,) = mails(rehearsed)
    assert is_near(mail.created, THEN)
    assert "2031" in mail.message.decode()


def test_a_page_is_looked_at_again_when_the_rehearsed_clock_says_so(home: Path, web: Web) -> None:
    before = web.asked("/a")
    first = rehearse(THEN)
    assert f"mails are files in {home / 'outbox'}, and reach nobody" in told(first)
    # As after a run that was killed.
    again = rehearse(THEN)
    assert again.exit_code == 0, told(again)
    assert "mails are files" not in told(again)
    assert web.asked("/a") == before + 1
    rehearse(THEN + timedelta(hours=2))
    assert web.asked("/a") == before + 2
    assert len(mails(home)) == 1


def test_a_data_folder_that_was_used_in_earnest_takes_no_rehearsal(
    home: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = home.parent / "index.sqlite"
    monkeypatch.setenv("MAPLEWIRE_INDEX_URL", f"sqlite:///{index}")
    assert invoke("run").exit_code == 0
    before = run_starts(home)
    asked = len(web.requests)
    done = rehearse(THEN)
    assert done.exit_code != 0
    assert "MAPLEWIRE_HOME" in told(done)
    assert str(home) in told(done)
    assert run_starts(home) == before
    # A new folder is not enough where the index is the same.
    monkeypatch.setenv("MAPLEWIRE_HOME", str(home.parent / "another"))
    assert "MAPLEWIRE_INDEX_URL" in told(rehearse(THEN))
    assert len(web.requests) == asked


def test_a_rehearsed_data_folder_takes_no_run_in_earnest(rehearsed: Path, web: Web) -> None:
    asked = len(web.requests)
    done = invoke("run")
    assert done.exit_code != 0
    assert "--now" in told(done)
    assert "MAPLEWIRE_HOME" in told(done)
    assert len(run_starts(rehearsed)) == 1
    assert len(web.requests) == asked


def test_a_rehearsed_data_folder_takes_no_task_of_airflow(rehearsed: Path) -> None:
    with pytest.raises(CatalogueError), open_task_app():
        pass


@pytest.mark.parametrize("typed", ["tomorrow", "", "2031-13-01", "36h", "12:00", "0001-01-01", "9999-12-31"])
def test_what_is_no_time_is_refused_with_an_example(home: Path, typed: str) -> None:
    done = invoke("run", "--now", typed)
    assert done.exit_code != 0
    assert "2026-12-05T08:00" in told(done)
    assert not home.exists()


@pytest.mark.parametrize("typed", ["2031-06-02T12:00", "2031-06-02T12:00:00Z", "2031-06-02T08:00-04:00"])
def test_a_time_without_a_zone_is_utc(typed: str) -> None:
    assert read_rehearsal_time(typed) == THEN


def test_a_rehearsal_does_not_go_back(rehearsed: Path) -> None:
    done = rehearse(THEN - timedelta(hours=1))
    assert done.exit_code != 0
    assert "2031-06-02 12:00" in told(done)
    assert len(run_starts(rehearsed)) == 1


def test_other_commands_go_by_the_rehearsed_clock(rehearsed: Path) -> None:
    assert json.loads(invoke("search", "canola", "--since", "2h", "--json").stdout)["total"] == 1
    assert invoke("digest").exit_code == 0
    assert "all is in order" in told(invoke("check"))
    with make_app(reading=True) as maplewire:
        assert is_near(maplewire.clock.now(), THEN)


def test_a_rehearsal_tells_no_dead_mans_switch(
    home: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAPLEWIRE_PING_URL", f"{receiver.url}/token")
    assert rehearse(THEN).exit_code == 0
    assert receiver.posts == []


def test_what_a_person_says_after_a_run_is_not_earlier_than_what_it_told(rehearsed: Path) -> None:
    with closing(open_ledger(f"sqlite:///{rehearsed / 'ledger.sqlite'}")) as ledger:
        told_at = last_run(ledger)
    with make_app(reading=True) as maplewire:
        assert maplewire.clock.now() == told_at
