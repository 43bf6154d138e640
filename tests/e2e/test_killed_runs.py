"""`kill -9` at random moments, then `maplewire run` again: as if nothing had happened."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

from pipelines.demo.web import DemoWeb
from tests.e2e.conftest import Maplewire

CRAWLS_KILLED = 2
"""A crawl takes some six seconds; it is killed within them and starts again from nothing."""
MOST_KILLS = 20


def test_killed_runs_leave_the_same_ledger_and_each_mail_once(installed: Maplewire, tmp_path: Path) -> None:
    with DemoWeb(datetime.now(UTC)) as web:
        beat = web.beat_folder(tmp_path / "beat")
        common = installed.with_settings(beat=beat, private_hosts="127.0.0.1", delay_s=0)
        calm = common.with_settings(home=tmp_path / "calm")
        calm("run")
        killed = common.with_settings(home=tmp_path / "killed")
        kills = _kill_until_done(killed, random.Random(20260117))
        killed("run")
    assert kills >= CRAWLS_KILLED + 2, "the later stages must have been hit too"
    assert _stories(killed) == _stories(calm)
    assert _mails(tmp_path / "killed") == _mails(tmp_path / "calm")
    assert len({key for key, _ in _mails(tmp_path / "killed")}) == len(_mails(tmp_path / "killed"))
    runs = killed.json("status", "--limit", "100")
    assert all(run["fetched"] == sum(run["outcomes"].values()) for run in runs)
    for outcome, count in calm.json("status")[0]["outcomes"].items():
        assert sum(run["outcomes"][outcome] for run in runs) == count
    assert not list((tmp_path / "killed/batches").glob("*.open"))


def _kill_until_done(maplewire: Maplewire, moments: random.Random) -> int:
    """Kill runs, first while they crawl, then while they process, index and mail, until one ends by itself."""
    for kills in range(MOST_KILLS):
        crawling = kills < CRAWLS_KILLED
        after_s = moments.uniform(0.5, 4.0) if crawling else moments.uniform(1.2, 2.6)
        if not crawling and kills == CRAWLS_KILLED:
            after_s = 30.0
        if not _run_and_kill(maplewire, after_s):
            return kills
    return MOST_KILLS


def _run_and_kill(maplewire: Maplewire, after_s: float) -> bool:
    """Return whether the run was killed; a first long one dies soon after its batch is complete."""
    batches = Path(maplewire.settings["MAPLEWIRE_HOME"]) / "batches"
    process = maplewire.start("run")
    started = time.monotonic()
    while process.poll() is None and time.monotonic() - started < after_s:
        time.sleep(0.02)
        if after_s > 10 and list(batches.glob("*.warc.gz")):
            after_s = time.monotonic() - started + 0.2
    alive = process.poll() is None
    process.kill()
    process.communicate()
    return alive


def _stories(maplewire: Maplewire) -> list[Any]:
    """All that was decided, without the moments at which we happened to fetch."""
    stories = maplewire.json("search", "*:*", "--limit", "1000")["stories"]
    for story in stories:
        for article in story["articles"]:
            del article["collected"]
            del article["outcome"]
    return sorted(stories, key=lambda story: str(story["id"]))


def _messages(home: Path) -> list[Any]:
    return [message_from_bytes(path.read_bytes()) for path in sorted((home / "outbox").glob("*.eml"))]


def _mails(home: Path) -> list[tuple[str, str]]:
    return sorted((m["Message-ID"], str(m["Subject"])) for m in _messages(home))
