"""What a page of the reading room costs: CPU time, start-up and memory of the real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psutil

from crawlers.sources import load_sources
from maplewire_bench.copied_home import copy_home
from maplewire_bench.filled_home import fill_home
from maplewire_bench.row import Row
from maplewire_bench.stream import Made, stream
from pipelines.config import packaged_beat

#: The most articles that are decided on, which takes minutes; more are copies of their rows.
_DECIDED = 20_000
#: Requests for one page, whose cost is told together.
_REQUESTS = 20
#: The longest that a start may take.
_START_LIMIT_S = 120.0
_POLL_S = 0.05


def bench_serve(articles: int) -> list[Row]:
    """Return what pages cost over a ledger of so many made-up articles."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        copies = max(0, articles // _DECIDED - 1)
        made = _made_until_now(articles // (copies + 1), copies)
        fill_home(home, made)
        if copies:
            copy_home(home, copies, _length_of(made))
        with _serving(home) as (client, process):
            started = process.cpu_times()
            rows = [Row("start-up", started.user + started.system, "s of CPU")]
            rows += _measure_pages(client, process, _pages(client, made))
            rows.append(Row("memory", process.memory_info().rss / 1e6, "MB"))
            return rows


def _made_until_now(articles: int, copies: int) -> list[Made]:
    """Return made-up articles of sources of the beat, of whose copies the last comes now.

    The first page shows the newest, and the health of the watch is read from the accounts of its sources.
    """
    made = list(stream(articles))
    later = datetime.now(UTC) - copies * _length_of(made) - made[-1].at
    outlets = _outlets_as_sources(made)
    return [replace(one, at=one.at + later, outlet=outlets[one.outlet]) for one in made]


def _length_of(made: Sequence[Made]) -> timedelta:
    """Return how long after a made-up stream the next one may begin."""
    return made[-1].at - made[0].at + timedelta(minutes=1)


def _outlets_as_sources(made: Sequence[Made]) -> dict[str, str]:
    """Return a source of the packaged beat for each made-up outlet."""
    sources = load_sources(packaged_beat() / "sources.yaml")
    outlets = {}
    for number, outlet in enumerate(dict.fromkeys(one.outlet for one in made)):
        outlets[outlet] = sources[number % len(sources)].id
    return outlets


@contextmanager
def _serving(home: Path) -> Iterator[tuple[httpx.Client, psutil.Process]]:
    """Serve a data folder in a process of its own; give its client once it answers."""
    command = [sys.executable, "-m", "pipelines.cli", "serve", "--port", "0"]
    environment = os.environ | {"MAPLEWIRE_HOME": str(home)}
    started = time.monotonic()
    child = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        with httpx.Client(base_url=_address_of(child), timeout=60) as client:
            while not _answers(client) and time.monotonic() - started < _START_LIMIT_S:
                time.sleep(_POLL_S)
            yield client, psutil.Process(child.pid)
    finally:
        child.terminate()
        child.wait(30)


def _address_of(child: subprocess.Popen[str]) -> str:
    """Return the address that the server says it listens on."""
    assert child.stderr is not None, "it was asked for"
    for line in child.stderr:
        found = re.search(r"http://[\d.:]+", line)
        if found is not None:
            return found[0]
    raise RuntimeError("the reading room did not open")


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").is_success
    except httpx.TransportError:
        return False


def _pages(client: httpx.Client, made: Sequence[Made]) -> Mapping[str, str]:
    """Return the paths that are measured, by what they are."""
    word = max(made[-1].title.split(), key=len)
    search = f"/search?q={word}"
    story = re.search(r"/story/\w+", client.get("/").text)
    pages = {
        "today": "/",
        "today, 30 days, most reported": "/?since=30d&order=reported",
        "search for a word": search,
        "search for everything": "/search?q=*:*",
        "sources": "/sources",
    }
    if story is not None:
        pages["story"] = story[0]
        pages["event"] = f"{story[0]}/event"
        article = re.search(r"/article/\w+", client.get(story[0]).text)
        if article is not None:
            pages["article"] = article[0]
    return pages


def _measure_pages(client: httpx.Client, process: psutil.Process, pages: Mapping[str, str]) -> Iterator[Row]:
    for name, path in pages.items():
        yield Row(f"{name}, first", _cpu_ms(client, process, path, 1), "ms of CPU")
        yield Row(f"{name}, after that", _cpu_ms(client, process, path, _REQUESTS), "ms of CPU")


def _cpu_ms(client: httpx.Client, process: psutil.Process, path: str, requests: int) -> float:
    """Return what one of some requests cost. The clock of the kernel has steps of 10 ms."""
    before = process.cpu_times()
    for _ in range(requests):
        client.get(path).raise_for_status()
    after = process.cpu_times()
    return 1000 * (after.user + after.system - before.user - before.system) / requests
