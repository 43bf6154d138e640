"""What a check of the house finds, each with what to do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawlers.batch import SUFFIX
from crawlers.errors import PermanentError
from crawlers.model import FeedState
from pipelines.adapters.ledger import open_ledger
from pipelines.alerts.clock_marks import note_run
from pipelines.alerts.delayed_mail import LONG_DELAY
from pipelines.alerts.restore_hold import hold_mail
from pipelines.model import Outcome
from pipelines.operations.check import check_all
from pipelines.stages.index import index_changes
from pipelines.stages.process import give_up_batch
from tests.builders import NOON
from tests.contracts.ledger_values import a_mail, a_result
from tests.pipelines.world import REPORT, World

TEN_YEARS = timedelta(days=3653)
TEN_MINUTES = timedelta(minutes=10)


def findings(world: World, *, with_batches: bool = False) -> list[str]:
    return [finding.what for finding in check_all(world.parts, with_batches=with_batches)]


def test_a_house_in_order_has_no_findings(world: World) -> None:
    assert findings(world) == []
    world.process(REPORT)
    index_changes(world.parts, world.findings)
    assert findings(world, with_batches=True) == []


def test_an_index_that_is_behind_or_lost_something_is_told(world: World) -> None:
    world.process(REPORT)
    (found,) = check_all(world.parts)
    assert ("1 change behind" in found.what, found.todo) == (True, "maplewire index")
    index_changes(world.parts, world.findings)
    world.index.rebuild([])
    (found,) = check_all(world.parts)
    assert ("holds 0 articles, and the ledger 1" in found.what, found.todo) == (True, "maplewire reindex")


def test_a_lost_batch_is_told_and_given_up_once(world: World) -> None:
    path = world.hand_over(REPORT)
    world.ledger.adopt(a_result("2026-0001", pages=3), path.name, world.ledger.start_run(NOON))
    run_id = world.ledger.start_run(NOON)
    with pytest.raises(PermanentError, match="is there"):
        give_up_batch(world.parts, run_id, "2026-0001", world.findings)
    path.unlink()
    (found,) = check_all(world.parts)
    assert "with 3 pages not processed yet" in found.what
    assert "maplewire check --give-up 2026-0001" in found.todo
    assert give_up_batch(world.parts, run_id, "2026-0001", world.findings) == 3
    assert world.ledger.finish_run(run_id, NOON, 0).outcomes[Outcome.FAILED] == 3
    assert findings(world) == []
    with pytest.raises(PermanentError, match="no batch 2026-0001 is open"):
        give_up_batch(world.parts, run_id, "2026-0001", world.findings)


def test_a_damaged_batch_is_told_on_request(world: World) -> None:
    path = world.hand_over(REPORT)
    content = path.read_bytes()
    path.with_name(f"2026-0002{SUFFIX}").write_bytes(content[: len(content) // 2])
    world.parts.ledger.adopt(a_result("2026-0001"), path.name, world.ledger.start_run(NOON))
    assert findings(world) == []
    (what,) = findings(world, with_batches=True)
    assert "2026-0002" in what


def test_times_ahead_of_the_clock_are_told(world: World) -> None:
    run_id = world.ledger.start_run(NOON)
    state = FeedState("daily", last_polled=NOON + TEN_YEARS)
    world.ledger.adopt(a_result(states=(state,)), "b", run_id)
    world.ledger.enqueue([a_mail(not_before=NOON + TEN_YEARS)], "alerts", 1)
    note_run(world.ledger, NOON + TEN_YEARS)
    told = findings(world)
    assert len(told) == 3
    assert "source daily was last asked at 2036" in told[0]
    assert "waits until 2036" in told[1]
    assert "last run" in told[2]


def test_rechecks_too_far_ahead_are_told(world: World) -> None:
    world.process(REPORT)
    index_changes(world.parts, world.findings)
    (state,) = world.ledger.due_rechecks(NOON + TEN_YEARS)
    world.ledger.save_recheck_states([replace(state, due=NOON + TEN_YEARS)])
    assert findings(world) == ["the next look at 1 page lies too far ahead"]


def test_held_mail_is_told(world: World) -> None:
    hold_mail(world.ledger, NOON)
    (what,) = findings(world)
    assert what.startswith("mail is held since")


def test_damage_of_a_ledger_is_found(world: World, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(open_ledger(f"sqlite:///{path}")) as ledger:
        ledger.enqueue([a_mail(f"mail {number}") for number in range(500)], "alerts", 1)
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE type = 'index' AND tbl_name = 'outbox'"
        ).fetchone()
        connection.execute("PRAGMA journal_mode = DELETE")
    with path.open("r+b") as file:
        file.seek(2048 * (root - 1))
        file.write(b"\xff" * 2048)
    with closing(open_ledger(f"sqlite:///{path}")) as ledger:
        found = check_all(replace(world.parts, ledger=ledger))
    assert "damaged" in found[0].what


def test_mail_that_no_server_takes_is_told_after_a_while(world: World) -> None:
    world.ledger.enqueue([a_mail("canola:s1:new")], "alerts", 0)
    assert findings(world) == []
    world.ledger.mark_mail_failed("canola:s1:new", "the mail server is away", NOON + TEN_MINUTES)
    assert findings(world) == []
    world.clock.at = NOON + LONG_DELAY + TEN_MINUTES
    (found,) = check_all(world.parts)
    assert found.what.startswith("1 message waits to be sent, the oldest since 2026-")
    assert found.what.endswith("the mail server is away")
    assert "maplewire outbox --open" in found.todo
    # While mail is held nothing is tried: one line says so.
    hold_mail(world.ledger, NOON)
    (held,) = findings(world)
    assert held.startswith("mail is held")
