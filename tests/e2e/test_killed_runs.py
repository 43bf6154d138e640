"""`kill -9` at random moments, then `maplewire run` again: as if nothing had happened."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

from maplewire_demo.web import DemoWeb
from tests.e2e.conftest import Maplewire


def test_killed_runs_leave_the_same_ledger_and_each_mail_once(installed: Maplewire, tmp_path: Path) -> None:
    with DemoWeb(datetime.now(UTC)) as web:
        beat = web.beat_folder(tmp_path / "beat")
        common = installed.with_settings(beat=beat, private_hosts="127.0.0.1", delay_s=0)
        calm = common.with_settings(home=tmp_path / "calm")
        calm("run")
        killed = common.with_settings(home=tmp_path / "killed")
        hit = [name for name, reached in _moments(tmp_path / "killed", web) if _killed_when(reached, killed)]
        killed("run")
    assert len(hit) >= 6, f"only killed at: {hit}"
    assert _stories(killed) == _stories(calm)
    assert _mails(tmp_path / "killed") == _mails(tmp_path / "calm")
    once = {message_id for message_id, _, _ in _mails(tmp_path / "killed")}
    assert len(once) == len(_mails(tmp_path / "killed"))
    runs = killed.json("status", "--limit", "100")
    assert all(run["fetched"] == sum(run["outcomes"].values()) for run in runs)
    for outcome, count in calm.json("status")[0]["outcomes"].items():
        assert sum(run["outcomes"][outcome] for run in runs) == count
    assert not list((tmp_path / "killed/batches").glob("*.open"))


def _moments(home: Path, web: DemoWeb) -> Iterator[tuple[str, Callable[[], bool]]]:
    """Yield the moments of a run at which to kill it, each with what shows that it has come.

    Two while it crawls, then as decisions are taken (of some hundred pages), then as mails are written.
    """
    for n in (5, 100):
        before = len(web.requests)
        yield f"{n} requests asked", lambda n=n, before=before: len(web.requests) - before >= n
    for n in (5, 40, 75):
        yield f"{n} pages decided", lambda n=n: _decided(home) >= n
    for n in (1, 12):
        yield f"{n} mails written", lambda n=n: len(_messages(home)) >= n


def _killed_when(reached: Callable[[], bool], maplewire: Maplewire) -> bool:
    process = maplewire.start("run")
    while process.poll() is None and not reached():
        time.sleep(0.01)
    alive = process.poll() is None
    process.kill()
    process.communicate()
    return alive


def _decided(home: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{home / 'ledger.sqlite'}?mode=ro", uri=True)) as ledger:
            return int(ledger.execute("SELECT count(*) FROM accounts WHERE record >= 0").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


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


def _mails(home: Path) -> list[tuple[str, str, str]]:
    return sorted((m["Message-ID"], m["To"], str(m["Subject"])) for m in _messages(home))
