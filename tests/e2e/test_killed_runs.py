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

KILLS = 6
LONGEST_S = 14.0


def test_killed_runs_leave_the_same_ledger_and_each_mail_once(installed: Maplewire, tmp_path: Path) -> None:
    with DemoWeb(datetime.now(UTC)) as web:
        beat = web.beat_folder(tmp_path / "beat")
        common = installed.with_settings(beat=beat, private_hosts="127.0.0.1", delay_s=0)
        calm = common.with_settings(home=tmp_path / "calm")
        calm("run")
        killed = common.with_settings(home=tmp_path / "killed")
        moments = random.Random(20260117)
        for _ in range(KILLS):
            _run_and_kill(killed, moments.uniform(0.5, LONGEST_S))
        killed("run")
        assert _stories(killed) == _stories(calm)
        assert _mails(tmp_path / "killed") == _mails(tmp_path / "calm")
        assert len({m["Message-ID"] for m in _messages(tmp_path / "killed")}) == len(
            _messages(tmp_path / "killed")
        )
        runs = killed.json("status", "--limit", "100")
        assert all(run["fetched"] == sum(run["outcomes"].values()) for run in runs)
        assert sum(run["outcomes"]["new"] for run in runs) == calm.json("status")[0]["outcomes"]["new"]
        assert not list((tmp_path / "killed/batches").glob("*.open"))


def _run_and_kill(maplewire: Maplewire, after_s: float) -> None:
    process = maplewire.start("run")
    deadline = time.monotonic() + after_s
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.communicate()


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
