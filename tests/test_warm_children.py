"""Children of the nursery are children as any other, and a crawl in one is a crawl as any other."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from crawlers import child_process
from crawlers.batch import read_pages
from crawlers.crawl import CrawlSettings, crawl
from tests.builders import NOON, a_source
from tests.crawlers.web import Web
from tests.warm_children import warm_children_work

pytestmark = pytest.mark.skipif(not warm_children_work(), reason="children start cold here")


def start_crawler() -> subprocess.Popen[bytes]:
    process = child_process.start_module(
        "crawlers.spiders", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert psutil.Process(process.pid).ppid() == os.getpid()
    return process


def test_a_child_is_waited_for_and_says_how_it_ended() -> None:
    process = start_crawler()
    output, _errors = process.communicate(b"no job\n")
    assert b'"finished"' in output
    assert process.returncode == 0


def test_a_child_gets_signals() -> None:
    process = start_crawler()
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == -signal.SIGTERM


def test_a_crawl_brings_the_same_however_its_process_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = CrawlSettings(tmp_path, "TestBot/1.0", ("127.0.0.1",), 0.0)
    found = []
    with Web() as web:
        for path in ("/a", "/b"):
            web.page(path)
        source = a_source(url=web.feed("/feed.xml", ["/a", "/b", "/none"]))
        for popen in (child_process.Popen, subprocess.Popen):
            monkeypatch.setattr(child_process, "Popen", popen)
            crawled = crawl([source], {}, (), words={}, now=NOON, settings=settings)
            assert crawled
            path, result = crawled
            pages = sorted((page.url, page.body) for _, page in read_pages(path))
            found.append((pages, result.reports, result.states))
    assert len(found[0][0]) == 2
    assert found[0] == found[1]
