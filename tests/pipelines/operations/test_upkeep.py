"""Old batches go, what is still needed stays, and the ledger is tidied."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.beat.beat import Beat
from pipelines.operations.upkeep import DiskSpace, StoredBatch, remove_old_files, to_prune, upkeep
from pipelines.stages.process import process_open_batches
from tests.builders import NOON, a_page
from tests.pipelines.world import LOCAL, RELEASE, REPORT, World, html
from tests.pipelines.world import a_page as a_listed_page


def kept(name: str, days: float, *, size: int = 100, needed: bool = False) -> StoredBatch:
    return StoredBatch(name, NOON - timedelta(days=days), size, needed)


@pytest.mark.parametrize(
    ("batches", "free", "going"),
    [
        ([kept("old", 91), kept("new", 1)], 1000, ["old"]),
        ([kept("old", 91, needed=True), kept("new", 1)], 1000, []),
        ([kept("b", 2), kept("a", 3), kept("c", 1)], 850, ["a", "b"]),
        ([kept("a", 3, needed=True), kept("b", 2)], 0, ["b"]),
        ([], 0, []),
    ],
    ids=[
        "by age",
        "needed",
        "by room, oldest first",
        "room is no reason to lose what is needed",
        "nothing there",
    ],
)
def test_what_goes(batches: list[StoredBatch], free: int, going: list[str]) -> None:
    space = DiskSpace(free, wanted=1000)
    assert to_prune(batches, NOON, keep=timedelta(days=90), space=space) == going


def age(path: Path, days: int) -> None:
    at = (NOON - timedelta(days=days)).timestamp()
    os.utime(path, (at, at))


def test_old_batches_go_but_open_ones_and_those_with_pages_in_quarantine(beat: Beat, tmp_path: Path) -> None:
    world = World(beat, tmp_path)
    done = world.hand_over(a_page("https://daily.example/1", html("Leaders meet", RELEASE)))
    aside = world.hand_over(a_page("https://daily.example/2", b"<html></html>"))
    run = world.ledger.start_run(NOON)
    process_open_batches(world.parts, run, world.findings)
    still_open = world.hand_over(a_page("https://daily.example/3", html("Another", RELEASE)))
    recent = world.hand_over(a_page("https://daily.example/4", html("A third", RELEASE)))
    for path in (done, aside, still_open):
        age(path, 100)
    told = upkeep(world.parts, keep=timedelta(days=90), free_share=0.0)
    assert (told.pruned, told.left, told.needed) == (1, 3, 3)
    assert told.freed > 0
    assert not done.exists()
    assert all(path.exists() for path in (aside, still_open, recent))
    assert upkeep(world.parts, keep=timedelta(days=90), free_share=0.0).pruned == 0


def test_old_files_go_with_the_folders_they_leave_empty_and_nothing_else(tmp_path: Path) -> None:
    logs, outside = tmp_path / "logs", tmp_path / "outside.log"
    outside.write_text("not a log of ours")
    for name in ("run=1/task=a/1.log", "run=1/task=b/1.log", "run=2/1.log", "run=2/2.log"):
        (logs / name).parent.mkdir(parents=True, exist_ok=True)
        (logs / name).write_text("12345")
    (logs / "run=3").mkdir()  # a task is about to write there
    (logs / "latest").symlink_to(logs / "run=2")
    (logs / "run=2" / "link.log").symlink_to(outside)
    for path in (outside, logs / "run=1/task=a/1.log", logs / "run=1/task=b/1.log", logs / "run=2/1.log"):
        age(path, 31)
    assert remove_old_files(logs, NOON - timedelta(days=30)) == (3, 15)
    left = {str(path.relative_to(logs)) for path in logs.rglob("*")}
    assert left == {"run=2", "run=2/2.log", "run=2/link.log", "run=3", "latest"}
    assert outside.exists()
    assert remove_old_files(tmp_path / "no such folder", NOON) == (0, 0)


def test_how_pages_were_listed_is_forgotten_when_their_listings_have_moved_on(world: World) -> None:
    world.process(a_listed_page("library", "The library closes", LOCAL), REPORT)
    assert len(world.ledger.listed_entries(["daily"])["daily"]) == 2
    for days, forgotten in ((89, 0), (91, 2), (91, 0)):
        world.clock.at = NOON + timedelta(days=days)
        assert upkeep(world.parts, keep=timedelta(days=90), free_share=0.0).forgotten == forgotten
