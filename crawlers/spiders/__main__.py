"""The crawl's child process: `python -m crawlers.spiders`, started by `crawlers.crawl` only.

It reads one job as a line of JSON from standard input and tells what happens as JSON lines on standard
output, the last one {"event": "finished", "reason": ...}. The batch is complete when the reason is
"finished", and else there is none: the exit status says nothing, Scrapy's is 0 after a SIGTERM too.
Standard input stays open for as long as the parent lives. When it ends, this process ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from pydantic_core import to_json

from crawlers.batch import BatchWriter, open_path
from crawlers.spiders.job import Job, job_json

_NOISY_LOGGERS = (
    "scrapy.downloadermiddlewares.robotstxt",  # a missing robots.txt is no error
    "scrapy.downloadermiddlewares.httpcompression",  # sizes are refused with a reason of ours
    "scrapy.core.downloader.handlers.http11",
    "py.warnings",
)
_PR_SET_PDEATHSIG = 1


def main() -> None:
    tell = _events()
    try:
        outcome = _one_job(tell)
    except OSError as e:
        outcome = {"reason": f"the batch cannot be written: {e}"}
    except Exception:  # noqa: BLE001 - it travels up, in the parent
        outcome = {"reason": "bug", "bug": traceback.format_exc()}
    tell({"event": "finished"} | outcome)


def _one_job(tell: Callable[[Mapping[str, Any]], None]) -> dict[str, Any]:
    job = job_json.validate_json(sys.stdin.buffer.readline())
    leftover = open_path(job.settings.batch_dir, job.batch_id)

    def end(reason: str) -> NoReturn:
        """End at once. What was fetched so far is no batch, so nothing is worth waiting for."""
        leftover.unlink(missing_ok=True)
        tell({"event": "finished", "reason": reason})
        os._exit(1)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end("shutdown"))
    _die_with(job.parent, lambda: end("parent_died"))
    return run(job, tell)


def run(job: Job, tell: Callable[[Mapping[str, Any]], None]) -> dict[str, Any]:
    """Run the crawl to its end, in this process; return how it ended."""
    from scrapy.crawler import CrawlerProcess

    from crawlers.spiders.article_pages import Crawl
    from crawlers.spiders.news import NewsSpider, scrapy_settings
    from crawlers.spiders.parsing import ListingParser

    parser = ListingParser()
    parser.start()
    try:
        with BatchWriter(job.settings.batch_dir, job.batch_id) as writer:
            crawl = Crawl(job, writer, parser, tell, known=job.known)
            process = CrawlerProcess(scrapy_settings(job.settings, len(job.sources)))
            for name in _NOISY_LOGGERS:
                logging.getLogger(name).setLevel(logging.CRITICAL)
            crawler = process.create_crawler(NewsSpider)
            process.crawl(crawler, crawl=crawl)
            process.start(install_signal_handlers=False)
            spider = crawler.spider
            reason = str(crawler.stats.get_value("finish_reason")) if spider is not None else "not_started"
            if reason == "finished":
                assert isinstance(spider, NewsSpider)
                writer.finish(spider.result())
            return {"reason": reason, "pages": writer.pages, "bug": getattr(spider, "bug", None)}
    finally:
        parser.close()


def _events() -> Callable[[Mapping[str, Any]], None]:
    """Keep standard output for events alone: whatever else prints goes to standard error."""
    channel = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def tell(event: Mapping[str, Any]) -> None:
        line = b"\n" + to_json(event) + b"\n"
        with contextlib.suppress(BrokenPipeError):  # the parent is gone; the watch will end us
            while line:
                line = line[os.write(channel, line) :]

    return tell


def _die_with(parent: int, end: Callable[[], NoReturn]) -> None:
    """End when the parent does, however it died: by a signal where there is one, by watching anyway."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

    def watch() -> None:
        while os.getppid() == parent:
            readable, _, _ = select.select([sys.stdin.fileno()], [], [], 1.0)
            if readable and not os.read(sys.stdin.fileno(), 4096):
                break
        end()

    threading.Thread(target=watch, daemon=True, name="watch-parent").start()


if __name__ == "__main__":
    main()
