"""What fetching news costs: a crawl into a batch, beside bare Scrapy on the same pages.

A web of some hosts is served on loopback. The crawl reads its feeds and writes each page into a WARC file;
bare Scrapy is given the addresses and writes nothing. They run in turns, each in a process of its own whose
CPU time is counted, its start included.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawlers.crawl import CrawlSettings, crawl
from crawlers.model import Source
from maplewire_bench.row import Row

ROUNDS = 3
HOSTS = 40


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one way of fetching took."""

    pages: int
    cpu_s: float
    wall_s: float


def bench_crawl(pages: int, *, hosts: int = HOSTS, rounds: int = ROUNDS) -> list[Row]:
    """Return what a page costs to fetch, in our crawl and in bare Scrapy."""
    ours: list[Fetched] = []
    theirs: list[Fetched] = []
    with _served(hosts, pages) as ports:
        for _ in range(rounds):
            ours.append(_measured(lambda: _crawl(ports)))
            theirs.append(_measured(lambda: _fetch_bare(ports, pages)))
    our_ms, their_ms = _cpu_ms(ours), _cpu_ms(theirs)
    our_rate, their_rate = _rate(ours), _rate(theirs)
    return [
        Row("pages", ours[0].pages, ""),
        Row("pages that bare Scrapy fetched", theirs[0].pages, ""),
        Row("hosts", hosts, ""),
        Row("crawl into a batch, CPU a page", our_ms, "ms"),
        Row("bare Scrapy, CPU a page", their_ms, "ms"),
        Row("ours to bare Scrapy, CPU", our_ms / their_ms, "×"),
        Row("crawl into a batch", our_rate, "pages/s"),
        Row("bare Scrapy", their_rate, "pages/s"),
        Row("ours to bare Scrapy, pages/s", our_rate / their_rate, "×"),
    ]


@contextmanager
def _served(hosts: int, pages: int) -> Iterator[list[int]]:
    """Serve a news web; give the ports of its hosts."""
    command = [sys.executable, "-m", "maplewire_bench.loopback_web", str(hosts), str(pages)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None, "it was asked for"
        try:
            yield [int(port) for port in server.stdout.readline().split()]
        finally:
            server.kill()


def _measured(fetch: Callable[[], int]) -> Fetched:
    # Only processes that ended count: the server goes on.
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    pages = fetch()
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Fetched(pages, cpu_s, ended - started)


def _crawl(ports: Sequence[int]) -> int:
    sources = []
    for port in ports:
        sources.append(Source(f"host-{port}", f"Host {port}", "feed", f"http://127.0.0.1:{port}/feed"))
    with tempfile.TemporaryDirectory() as folder:
        settings = CrawlSettings(
            Path(folder), "bench", private_hosts=("127.0.0.1",), delay_s=0.0, page_limit_per_source=10_000
        )
        done = crawl(sources, {}, (), words={}, now=datetime.now(UTC), settings=settings)
        assert done is not None, "all sources are due"
        return done[1].pages


def _fetch_bare(ports: Sequence[int], pages: int) -> int:
    addresses = []
    for number in range(pages):
        port = ports[number % len(ports)]
        addresses.append(f"http://127.0.0.1:{port}/{number}.html\n")
    command = [sys.executable, "-m", "maplewire_bench.bare_scrapy"]
    done = subprocess.run(
        command, input="".join(addresses), capture_output=True, text=True, check=True, env=os.environ
    )
    return int(done.stdout.split()[-1])


def _cpu_ms(fetched: Sequence[Fetched]) -> float:
    costs = []
    for one in fetched:
        costs.append(one.cpu_s / one.pages * 1e3)
    return statistics.median(costs)


def _rate(fetched: Sequence[Fetched]) -> float:
    rates = []
    for one in fetched:
        rates.append(one.pages / one.wall_s)
    return statistics.median(rates)
