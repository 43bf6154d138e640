"""The crawl's child process: `python -m crawlers.spiders`.

It is started by `crawlers.crawl` only. It reads one job as a line of JSON from standard input and
tells what happens as JSON lines on standard output, {"event": "ready"} before the crawl begins, the last one
{"event": "finished", "reason": ...}.
The batch is complete when the reason is "finished", and else there is none. A crawl whose time is up finishes
too, with what has come: the exit status says
nothing, Scrapy's is 0 after a SIGTERM too.
Standard input stays open for as long as the parent lives. When it ends, this process ends.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, NoReturn

from pydantic_core import to_json

from crawlers.batch import BatchWriter, open_path
from crawlers.child_process import get_signal_at_end_of_parent
from crawlers.host_states import HostStates
from crawlers.spiders.job import Job, job_json
from crawlers.spiders.writing_thread import WritingThread

_NOISY_LOGGERS = (
    "scrapy.downloadermiddlewares.robotstxt",  # a missing robots.txt is no error
    "scrapy.downloadermiddlewares.httpcompression",  # sizes are refused with a reason of ours
    "scrapy.core.downloader.handlers.http11",
    "py.warnings",
)
#: How often the parent is looked for where no signal tells of its end.
_WATCH_S = 1.0
#: So many more objects than before make Python look for garbage; it would do so at 700, several times a page.
_NEW_OBJECTS = 10_000
#: How long, in seconds, one thread runs while the other waits. The one that writes needs a short turn after
#: each step in which it lets the other run. At Python's 5 ms it fell behind, and the crawl waited for it.
_TURN_S = 0.00001

_Listener = Callable[[Mapping[str, Any]], None]


def main() -> None:
    """Run the job from standard input; write its events."""
    on_event = _open_event_channel()
    try:
        end = _read_and_run_job(on_event)
    except OSError as e:
        end = {"reason": f"the batch cannot be written: {e}"}
    except Exception:  # noqa: BLE001 - it travels up, in the parent
        end = {"reason": "bug", "bug": traceback.format_exc()}
    on_event({"event": "finished"} | end)
    # Not sys.exit: it would wait for requests and look-ups under way, of which nothing is wanted any more.
    sys.stderr.flush()
    os._exit(0)


def run_job(job: Job, on_event: _Listener) -> dict[str, Any]:
    """Run the crawl to its end; return how it ended."""
    from crawlers.spiders.listing_parser import ListingParser

    parser = ListingParser()
    # It loads its libraries while we load ours.
    parser.start()

    from scrapy.crawler import CrawlerProcess

    from crawlers.spiders.news import NewsSpider, scrapy_settings
    from crawlers.spiders.shared_crawl import SharedCrawl

    try:
        with (
            BatchWriter(job.settings.batch_dir, job.batch_id) as batch,
            closing(WritingThread(batch)) as writer,
        ):
            host_states = HostStates(job.settings.host_dir)
            host_states.discard_old(job.now)
            crawl = SharedCrawl(job, writer, parser, on_event, known=job.known, host_states=host_states)
            process = CrawlerProcess(scrapy_settings(job.settings, len(job.sources)))
            for name in _NOISY_LOGGERS:
                logging.getLogger(name).setLevel(logging.CRITICAL)
            crawler = process.create_crawler(NewsSpider)
            process.crawl(crawler, crawl=crawl)
            _seldom_collect_garbage()
            sys.setswitchinterval(_TURN_S)
            process.start(install_signal_handlers=False)
            spider = crawler.spider
            if spider is None:
                return {"reason": "not_started", "pages": writer.pages, "bug": None}
            assert isinstance(spider, NewsSpider)
            reason = str(crawler.stats.get_value("finish_reason"))
            if spider.is_late and spider.bug is None:
                reason = "finished"
            if reason == "finished":
                writer.finish(spider.make_result())
            return {
                "reason": reason,
                "pages": writer.pages,
                "bug": spider.bug,
                "result_at": writer.result_at,
            }
    finally:
        parser.close()


def _read_and_run_job(on_event: _Listener) -> dict[str, Any]:
    job = job_json.validate_json(sys.stdin.buffer.readline())
    leftover = open_path(job.settings.batch_dir, job.batch_id)

    def end_at_once(reason: str) -> NoReturn:
        """End this process. What was fetched so far is no batch."""
        leftover.unlink(missing_ok=True)
        on_event({"event": "finished", "reason": reason})
        # Not sys.exit: it would wait for requests under way.
        os._exit(1)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end_at_once("shutdown"))
    _die_with_parent(job.parent, lambda: end_at_once("parent_died"))
    return run_job(job, on_event)


def _seldom_collect_garbage() -> None:
    """Look for garbage in circles less often, and never in what is loaded.

    It takes a tenth of a crawl's CPU time and finds little: pages are in no circles, and a crawl of 2,000
    pages has the same memory without it.
    """
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


def _open_event_channel() -> _Listener:
    """Return what writes events to standard output.

    Whatever else prints goes to standard error.
    """
    channel = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def write_event(event: Mapping[str, Any]) -> None:
        # The line break in front ends whatever a library may have left unfinished on the same pipe.
        line = b"\n" + to_json(event) + b"\n"
        # A broken pipe means that the parent is gone; the watch will end us.
        with contextlib.suppress(BrokenPipeError):
            while line:
                line = line[os.write(channel, line) :]

    return write_event


def _die_with_parent(parent: int, end_at_once: Callable[[], NoReturn]) -> None:
    """End this process when its parent does, however that died.

    Linux sends a signal; elsewhere, and in case it was sent too early, a thread watches.
    """
    get_signal_at_end_of_parent(signal.SIGTERM)

    def watch_parent() -> None:
        while os.getppid() == parent:
            readable, _, _ = select.select([sys.stdin.fileno()], [], [], _WATCH_S)
            if readable and not os.read(sys.stdin.fileno(), 4096):
                break
        end_at_once()

    threading.Thread(target=watch_parent, daemon=True, name="watch-parent").start()


if __name__ == "__main__":
    main()
