"""A crawl that is stopped leaves nothing half done, and says what happened."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from crawlers import crawl as door
from crawlers.batch import read_pages
from crawlers.child_process import child_environment
from crawlers.crawl import CrawlSettings, crawl
from crawlers.errors import CrawlInterrupted, FeedUnreadable
from crawlers.model import CrawlResult, Source
from crawlers.spiders.listing_parser import ListingParser
from tests.builders import NOON, a_source
from tests.crawlers.web import Answer, Web

#: Here the process itself matters: how it starts, and how it ends.
pytestmark = pytest.mark.usefixtures("cold_children")

_PARENT = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from crawlers.crawl import CrawlSettings, crawl
from crawlers.model import Source
url, folder = sys.argv[1:]
source = Source(id="daily", name="Daily", kind="feed", url=url)
settings = CrawlSettings(Path(folder), "TestBot/1.0", ("127.0.0.1",), 0.0)
crawl([source], {}, (), words={}, now=datetime.now(UTC), settings=settings)
"""


@pytest.fixture
def web() -> Iterator[Web]:
    """A feed with one page that comes and one that drips for ever."""
    with Web() as web:
        web.page("/good")
        web.drip("/drip")
        web.feed("/feed.xml", ["/good", "/drip"])
        yield web


def _crawl(web: Web, folder: Path, **fields: Any) -> tuple[Path, CrawlResult] | None:
    on_event: Callable[[Mapping[str, Any]], None] | None = fields.pop("on_event", None)
    settings = CrawlSettings(folder, "TestBot/1.0", ("127.0.0.1",), 0.0, **fields)
    source: Source = a_source(url=web.url("/feed.xml"))
    return crawl([source], {}, (), words={}, now=NOON, settings=settings, on_event=on_event)


def _children(pid: int) -> list[int]:
    """Return all descendants of a process that still run."""
    descendants = []
    for children in Path("/proc").glob(f"{pid}/task/*/children"):
        for child in _read_process_file(children).decode().split():
            descendants += [int(child), *_children(int(child))]
    return descendants


def _read_process_file(path: Path) -> bytes:
    """Return a file of `/proc`, empty where its process or thread has just ended."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _crawls() -> list[int]:
    """Return our crawl's child with its descendants."""
    # Other tests of this process may run servers, which are none of ours.
    crawls = []
    for pid in _children(os.getpid()):
        if _is_running(pid) and _is_crawl(pid):
            crawls += [pid, *_children(pid)]
    return crawls


def _is_crawl(pid: int) -> bool:
    return b"crawlers.spiders\0" in _read_process_file(Path(f"/proc/{pid}/cmdline"))


def _is_running(pid: int) -> bool:
    # A name may hold brackets: the state stands behind the last one.
    stat = _read_process_file(Path(f"/proc/{pid}/stat")).rpartition(b")")[2].split()
    return bool(stat) and stat[0] != b"Z"


def _all_end_within(pids: list[int], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(map(_is_running, pids)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_crawl_dies_with_its_parent_and_leaves_no_batch(
    web: Web, tmp_path: Path, number: signal.Signals
) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, web.url("/feed.xml"), str(tmp_path)])
    web.wait_until_asked("/drip")
    family = _children(parent.pid)
    assert len(family) == 2  # the crawl, and the process that parses its listings
    parent.send_signal(number)
    parent.wait(5)
    assert _all_end_within(family, 5)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("number", "reason"), [(signal.SIGTERM, "shutdown"), (signal.SIGKILL, "lost")])
def test_a_killed_crawl_is_reported_as_what_it_was(
    web: Web, tmp_path: Path, number: signal.Signals, reason: str
) -> None:
    family: list[int] = []

    def kill_when_a_page_has_come(event: Mapping[str, Any]) -> None:
        if event["event"] == "fetched":
            family.extend(_crawls())
            child = next(pid for pid in family if _is_crawl(pid))
            os.kill(child, number)

    with pytest.raises(CrawlInterrupted) as caught:
        _crawl(web, tmp_path, on_event=kill_when_a_page_has_come)
    assert caught.value.reason == reason
    assert "nothing of it is kept" in str(caught.value)
    assert list(tmp_path.iterdir()) == []
    assert _all_end_within(family, 5)


def test_a_crawl_whose_time_is_up_hands_over_what_has_come(tmp_path: Path) -> None:
    with Web() as good, Web() as endless, Web() as slow:
        good.page("/a")
        good.feed("/feed.xml", ["/a"])
        endless.drip("/feed.xml", "application/rss+xml")
        slow.feed("/feed.xml", ["/a", "/b", "/c", "/d"])
        slow.page("/a")
        for path in ("/b", "/c", "/d"):
            slow.drip(path)
        webs = {"good": good, "endless": endless, "slow": slow}
        sources = [a_source(name, url=web.url("/feed.xml")) for name, web in webs.items()]
        settings = CrawlSettings(
            tmp_path, "TestBot/1.0", ("127.0.0.1",), 0.0, 30.0, answer_timeout_s=300, request_timeout_s=300
        )
        batch = crawl(sources, {}, (), words={}, now=NOON, settings=settings)
        assert batch is not None
        path, result = batch
        reports = {report.source_id: report for report in result.reports}
        states = {state.source_id: state for state in result.states}
        assert sorted(page.source_id for _, page in read_pages(path)) == ["good", "slow"]
        assert [reports[name].result for name in webs] == ["ok", "failed", "failed"]
        assert re.fullmatch(r"too slow: 0 answers in \d+ s", reports["endless"].error or "")
        assert re.fullmatch(r"too slow: [23] answers in \d+ s", reports["slow"].error or "")
        assert (reports["slow"].entries, reports["slow"].fetched, reports["slow"].skipped) == (4, 1, 3)
        assert [states[name].failure_weight for name in webs] == [0.0, 0.5, 0.5]
        assert _all_end_within(_crawls(), 5)


def test_a_child_that_does_not_listen_is_killed(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        door, "_KILL_STEPS", ((signal.SIGTERM, 0.2), (signal.SIGTERM, 0.2), (signal.SIGKILL, None))
    )

    def freeze(event: Mapping[str, Any]) -> None:
        if event["event"] == "fetched":
            for pid in _crawls():
                os.kill(pid, signal.SIGSTOP)

    with pytest.raises(CrawlInterrupted) as caught:
        _crawl(web, tmp_path, timeout_s=5.0, on_event=freeze)
    assert caught.value.reason == "timeout"
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_listener_ends_the_crawl_and_travels_up(web: Web, tmp_path: Path) -> None:
    def fail(event: Mapping[str, Any]) -> None:
        if event["event"] == "fetched":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _crawl(web, tmp_path, on_event=fail)
    assert list(tmp_path.iterdir()) == []
    assert _all_end_within(_crawls(), 5)


@pytest.mark.parametrize(("pages", "size"), [(1, 9 * 2**20), (8, 400_000)])
def test_a_full_disk_ends_the_crawl_with_its_reason(tmp_path: Path, pages: int, size: int) -> None:
    with Web() as web:
        paths = [f"/{number}" for number in range(pages)]
        web.feed("/feed.xml", paths)
        for path in paths:
            web.answer(path, Answer(200, b"<html>" + os.urandom(size), {"Content-Type": "text/html"}))
        script = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))\n" + _PARENT
        done = subprocess.run(
            [sys.executable, "-c", script, web.url("/feed.xml"), str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert "CrawlInterrupted: the crawl was stopped (the batch cannot be written:" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
def test_an_error_of_our_own_travels_up_with_its_place(web: Web, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="page_limit_per_source"):
        _crawl(web, tmp_path, page_limit_per_source="many")
    assert list(tmp_path.iterdir()) == []


def test_two_crawls_at_once_do_not_touch_each_other(tmp_path: Path) -> None:
    with Web() as web:
        web.feed("/feed.xml", ["/good"])
        web.page("/good")
        done: list[Any] = []
        threads = [threading.Thread(target=lambda: done.append(_crawl(web, tmp_path))) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len({path for path, _ in done}) == 2
        assert [result.pages for _, result in done] == [1, 1]


def test_the_childs_warnings_reach_our_log_with_their_level(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "not-an-action")  # Python itself complains of it at its start
    with Web() as web, caplog.at_level(logging.DEBUG, logger="crawlers.crawl"):
        web.feed("/feed.xml", [])
        assert _crawl(web, tmp_path) is not None
    assert any("invalid action" in record.message for record in caplog.records)


#: What stands in the environment of a task, of a worker, and of a desk's own machine.
SECRETS = (
    "MAPLEWIRE_SMTP_URL",
    "MAPLEWIRE_LEDGER_URL",
    "AIRFLOW__CORE__FERNET_KEY",
    "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW__API__SECRET_KEY",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
    "AIRFLOW__CELERY__BROKER_URL",
    "AIRFLOW_CONN_POSTGRES",
    "AIRFLOW_UPKEEP_SQL_ALCHEMY_CONN",
    "AWS_SECRET_ACCESS_KEY",
    "PGPASSWORD",
    "HTTPS_PROXY",
    "PYTHON_KEYRING_TOKEN",
    "lc_all",
)


def test_the_processes_that_read_the_web_are_told_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reads what the kernel says of the crawl and of its parser, while they run."""
    for name in SECRETS:
        monkeypatch.setenv(name, "not-for-the-web")
    monkeypatch.setenv("TZ", "America/Toronto")
    seen: dict[int, set[str]] = {}

    def look(event: Mapping[str, Any]) -> None:
        # A process that just begins or ends shows no environment. Both are at work when the first page has
        # come: the listing was parsed, and the second page is waited for.
        if event["event"] == "fetched":
            for pid in _crawls():
                environment = _read_process_file(Path(f"/proc/{pid}/environ")).decode()
                if environment:
                    seen[pid] = set(environment.split("\0"))

    with Web() as web:
        web.feed("/feed.xml", ["/a", "/b"])
        web.page("/a")
        late = Answer(200, b"<html>A page</html>", {"Content-Type": "text/html"}, delay_s=3.0)
        web.answer("/b", late)
        assert _crawl(web, tmp_path, on_event=look) is not None
    assert len(seen) >= 2, "the crawl and its parser of listings"
    for lines in seen.values():
        assert "TZ=America/Toronto" in lines
        assert not [line for line in lines if "not-for-the-web" in line]


def test_a_child_finds_our_packages_before_those_of_the_caller() -> None:
    told = child_environment({"PYTHONPATH": "/elsewhere", "HOME": "/home/desk", "SECRET": "x"})
    ours = str(Path(__file__).parents[2])
    assert told == {"PYTHONPATH": f"{ours}:/elsewhere", "HOME": "/home/desk"}
    assert child_environment({"PYTHONPATH": ""}) == {"PYTHONPATH": ours}


def test_a_listing_that_takes_too_long_is_unreadable_and_the_next_one_is_read() -> None:
    body = b"<rss version='2.0'><channel><title>T</title></channel></rss>"
    asked: dict[str, Any] = {
        "url": "https://daily.example/",
        "content_type": None,
        "timezone": "UTC",
        "now": NOON,
    }

    async def read() -> None:
        parser = ListingParser(deadline_s=20)
        try:
            parser.start()
            assert parser._worker is not None
            parser._worker.send_signal(signal.SIGSTOP)  # as good as a parser that never comes to an end
            parser._deadline_s = 0.3
            with pytest.raises(FeedUnreadable, match="could not be read within"):
                await parser.parse("feed", body, **asked)
            parser._deadline_s = 20
            assert (await parser.parse("feed", body, **asked)).title == "T"
            with pytest.raises(FeedUnreadable, match="no feed"):
                await parser.parse("feed", b"hello", **asked)
        finally:
            parser.close()

    asyncio.run(read())


def _sources(*webs: Web) -> list[Source]:
    sources = []
    for number, web in enumerate(webs):
        sources.append(a_source(f"s{number}", url=web.url("/feed.xml")))
    return sources


@pytest.mark.timeout(120)
def test_what_quick_sources_gave_is_handed_over_while_slow_ones_are_waited_for(
    web: Web, tmp_path: Path
) -> None:
    parts: list[tuple[list[str], CrawlResult, bool]] = []
    is_over = False

    def take_part(path: Path, result: CrawlResult) -> None:
        assert path.name == f"{result.batch_id}.warc.gz"
        parts.append(([page.url for _, page in read_pages(path)], result, is_over))

    with Web() as quick, Web() as other:
        for one in (quick, other):
            one.page("/good")
            one.feed("/feed.xml", ["/good"])
        settings = CrawlSettings(tmp_path, "TestBot/1.0", ("127.0.0.1",), 0.0, answer_timeout_s=8.0)
        sources = _sources(quick, other, web)
        batch = crawl(sources, {}, (), words={}, now=NOON, settings=settings, on_part=take_part)
        is_over = True
    assert batch is not None
    path, rest = batch
    ((urls, part, was_over),) = parts
    assert not was_over
    assert sorted(urls) == sorted([quick.url("/good"), other.url("/good"), web.url("/good")])
    assert {report.source_id for report in part.reports} == {"s0", "s1"}
    assert {state.source_id for state in part.states} == {"s0", "s1"}
    # The slow source's page came with the part, and its report says so when it is done.
    assert list(read_pages(path)) == []
    (report,) = rest.reports
    assert (report.source_id, report.fetched, report.failed) == ("s2", 1, 1)
    assert part.pages + rest.pages == 3
    assert part.batch_id != rest.batch_id
    assert not list(tmp_path.glob("*.open"))


@pytest.mark.timeout(120)
def test_a_crawl_without_slow_sources_has_one_part(tmp_path: Path) -> None:
    with Web() as quick, Web() as other:
        for one in (quick, other):
            one.page("/good")
            one.feed("/feed.xml", ["/good"])
        settings = CrawlSettings(tmp_path, "TestBot/1.0", ("127.0.0.1",), 0.0)
        parts: list[CrawlResult] = []
        batch = crawl(
            _sources(quick, other),
            {},
            (),
            words={},
            now=NOON,
            settings=settings,
            on_part=lambda _, result: parts.append(result),
        )
    assert batch is not None
    assert not parts
    assert batch[1].pages == 2
