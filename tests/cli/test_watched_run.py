"""`maplewire run` tells a dead-man's switch and the operators how it went."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crawlers.errors import CatalogueError, TemporaryError
from crawlers.model import FeedState
from pipelines.adapters.clock import FixedClock
from pipelines.adapters.ledger import open_ledger
from pipelines.bootstrap import App
from pipelines.cli import app
from pipelines.config import read_settings
from pipelines.operations.run_watch import tell_of_broken_run, tell_of_run
from pipelines.stages.context import RunProblems
from pipelines.stages.locks import FolderBusy, lock_runs
from tests.builders import NOON
from tests.contracts.ledger_values import a_result
from tests.crawlers.web import Web
from tests.pipelines.adapters.test_channels import Receiver, receiver
from tests.small_beat import give_heading_and_terms

__all__ = ["receiver"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> Path:
    (tmp_path / "beat").mkdir()
    give_heading_and_terms(tmp_path / "beat")
    monkeypatch.setenv("MAPLEWIRE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAPLEWIRE_BEAT", str(tmp_path / "beat"))
    monkeypatch.setenv("MAPLEWIRE_PRIVATE_HOSTS", "127.0.0.1")
    monkeypatch.setenv("MAPLEWIRE_DELAY_S", "0")
    monkeypatch.setenv("MAPLEWIRE_PING_URL", f"{receiver.url}/token")
    monkeypatch.setenv("MAPLEWIRE_OPERATOR_MAIL", "ops@newsroom.example")
    return tmp_path / "home"


def write_sources(home: Path, url: str) -> None:
    text = f"sources:\n  - {{id: daily, name: Daily, kind: feed, url: '{url}'}}\n"
    (home.parent / "beat/sources.yaml").write_text(text)


def mails(home: Path) -> list[str]:
    found = []
    for path in sorted((home / "outbox").glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=default)
        found.append(f"{message['Subject']}\n{message.get_content()}")
    return found


def pinged(receiver: Receiver) -> list[str]:
    return [path for path, _headers, _body in receiver.posts]


def test_a_run_that_went_well_pings_its_start_and_its_success(home: Path, receiver: Receiver) -> None:
    with Web() as web:
        web.page("/a")
        write_sources(home, web.feed("/feed.xml", ["/a"]))
        done = CliRunner().invoke(app, ["run"])
    assert done.exit_code == 0, done.output
    assert pinged(receiver) == ["/token/start", "/token"]
    # That its one source shows no article is another matter.
    assert not any("a run" in mail for mail in mails(home))


def test_a_run_with_trouble_pings_its_failure_with_the_reason(home: Path, receiver: Receiver) -> None:
    write_sources(home, "http://127.0.0.1:9/feed.xml")
    done = CliRunner().invoke(app, ["run"])
    assert done.exit_code == 1
    assert pinged(receiver) == ["/token/start", "/token/fail"]
    assert b"none of 1 source" in receiver.posts[1][2]
    # It may pass by itself: the next run tells.
    assert mails(home) == []


def test_a_mistake_in_the_beat_pings_a_failure_and_makes_nothing(home: Path, receiver: Receiver) -> None:
    (home.parent / "beat/sources.yaml").write_text("sources: nothing")
    done = CliRunner().invoke(app, ["run"])
    assert isinstance(done.exception, CatalogueError)
    assert pinged(receiver) == ["/token/fail"]
    assert not home.exists()


def test_a_mistake_in_the_beat_that_stops_later_runs_is_mailed_once(home: Path) -> None:
    home.mkdir()
    (home.parent / "beat/sources.yaml").write_text("sources: nothing")
    for _ in range(2):
        assert isinstance(CliRunner().invoke(app, ["run", "--quiet"]).exception, CatalogueError)
    (mail,) = mails(home)
    assert mail.startswith("[Maplewire] a run ended by an error")
    assert "sources.yaml:1" in mail


def test_a_ledger_that_cannot_be_opened_is_mailed_once(home: Path) -> None:
    home.mkdir()
    (home / "ledger.sqlite").write_bytes(b"this is no database" * 100)
    write_sources(home, "http://127.0.0.1:9/feed.xml")
    for _ in range(2):
        assert CliRunner().invoke(app, ["run", "--quiet"]).exit_code != 0
    (mail,) = mails(home)
    assert "ledger.sqlite" in mail


@pytest.mark.parametrize("command", ["run", "alert", "digest"])
def test_a_run_that_finds_another_at_work_leaves_the_work_to_it(
    home: Path, receiver: Receiver, command: str
) -> None:
    write_sources(home, "http://127.0.0.1:9/feed.xml")
    with lock_runs(home):
        done = CliRunner().invoke(app, [command])
        quiet = CliRunner().invoke(app, [command, "--quiet"])
    assert (done.exit_code, done.stdout) == (0, "")
    said = [line for line in done.stderr.splitlines() if "CVE-2024-6923" not in line]
    assert len(said) == 1
    assert "another run is at work" in said[0]
    assert (quiet.exit_code, quiet.output) == (0, "")
    assert pinged(receiver) == []


def test_a_stage_that_is_named_for_its_own_work_fails_where_a_run_is_at_work(home: Path) -> None:
    write_sources(home, "http://127.0.0.1:9/feed.xml")
    with lock_runs(home):
        done = CliRunner().invoke(app, ["process"])
    assert isinstance(done.exception, FolderBusy)


def test_a_quiet_run_says_nothing_where_nothing_went_wrong(home: Path) -> None:
    with Web() as web:
        web.page("/a")
        write_sources(home, web.feed("/feed.xml", ["/a"]))
        done = CliRunner().invoke(app, ["run", "--quiet"])
    assert (done.exit_code, done.output) == (0, "")


def test_a_quiet_run_says_what_went_wrong(home: Path) -> None:
    write_sources(home, "http://127.0.0.1:9/feed.xml")
    failed = CliRunner().invoke(app, ["run", "--quiet"])
    assert (failed.exit_code, failed.stdout) == (1, "")
    assert "none of 1 source" in failed.stderr


def test_a_switch_that_is_away_fails_no_run(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEWIRE_PING_URL", "http://127.0.0.1:9/token")
    with Web() as web:
        write_sources(home, web.feed("/feed.xml", []))
        done = CliRunner().invoke(app, ["run"])
    assert done.exit_code == 0
    assert "did not arrive" in done.output
    assert "token" not in done.output


# -- what the operators are told -------------------------------------------------------------------


def _tell(home: Path, problems: RunProblems, hours: int = 0) -> list[str]:
    """Note a run with these problems and tell of it."""
    clock = FixedClock(NOON + timedelta(hours=hours))
    with App(read_settings(), clock=clock) as maplewire:
        run_id = maplewire.ledger.start_run(clock.now())
        note = "; ".join(problems.sentences) or None
        maplewire.ledger.finish_run(run_id, clock.now(), 0, note)
        return tell_of_run(maplewire, problems)


def _trouble(text: str, *, lasts: bool) -> RunProblems:
    problems = RunProblems()
    if lasts:
        problems.add_permanent(text)
    else:
        problems.add_temporary(text)
    return problems


def test_lasting_trouble_is_mailed_once_a_day(home: Path) -> None:
    write_sources(home, "http://127.0.0.1:9/feed.xml")
    for hours, pages in ((0, 3), (1, 4), (25, 5)):
        _tell(home, _trouble(f"{pages} documents were refused", lasts=True), hours)
    assert ["refused" in mail for mail in mails(home)] == [True, True]


def test_trouble_that_may_pass_is_mailed_when_it_comes_again(home: Path) -> None:
    write_sources(home, "http://127.0.0.1:9/feed.xml")
    _tell(home, _trouble("the index is away", lasts=False))
    assert mails(home) == []
    _tell(home, RunProblems(), 1)
    _tell(home, _trouble("the index is away", lasts=False), 2)
    assert mails(home) == []
    _tell(home, _trouble("the index is away", lasts=False), 3)
    assert len(mails(home)) == 1


def test_sources_in_trouble_are_mailed_and_looked_at_once_an_hour(home: Path) -> None:
    write_sources(home, "http://127.0.0.1:9/feed.xml")
    failing = FeedState("daily", failure_weight=9.0, failing_since=NOON, last_polled=NOON, last_error="410")
    _tell(home, RunProblems())
    with closing(open_ledger(f"sqlite:///{home}/ledger.sqlite")) as ledger:
        ledger.adopt(a_result(states=(failing,)), "b", 1)
    _tell(home, RunProblems())
    assert mails(home) == []
    told = _tell(home, RunProblems(), 1)
    assert "the operators were told" in told[0]
    _tell(home, RunProblems(), 2)
    (mail,) = mails(home)
    assert "1 source failing or silent" in mail
    assert "410" in mail


def test_a_run_that_broke_is_mailed(home: Path) -> None:
    write_sources(home, "http://127.0.0.1:9/feed.xml")
    with App(read_settings(), clock=FixedClock(NOON)) as maplewire:
        tell_of_broken_run(maplewire, TemporaryError("the ledger is away"))
        tell_of_broken_run(maplewire, ZeroDivisionError("division by zero"))
    assert ["the ledger is away" in mail for mail in mails(home)].count(True) == 1
    assert ["ZeroDivisionError" in mail for mail in mails(home)].count(True) == 1


def test_nobody_is_told_where_nobody_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAPLEWIRE_OPERATOR_MAIL")
    write_sources(home, "http://127.0.0.1:9/feed.xml")
    assert _tell(home, _trouble("refused", lasts=True)) == []
    with closing(open_ledger(f"sqlite:///{home}/ledger.sqlite")) as ledger:
        assert ledger.mails() == []
