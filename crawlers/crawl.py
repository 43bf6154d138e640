"""The door: sources in, a batch of pages and new states out.

    crawl(sources, states, known)  ──job (JSON)──►  child process: Scrapy  ──►  BATCH (WARC)
              ▲                                                │
              └──────── events (JSON lines), log lines ◄───────┘

Scrapy runs in a child process because its reactor starts only once in a process; one child crawls all
sources, since its start costs a second of CPU. The child stays in our process group, so that whoever ends
the group ends it too, and dies with us however we die. There is a batch only when the crawl finished. When
its time is up, it finishes with what has come: the sources that are not done are reported as failed.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import IO, Any, TypeVar

from pydantic import TypeAdapter

from crawlers.batch import BACKFILL, SUFFIX, discard_leftovers, read_pages, read_result
from crawlers.child_process import child_environment, start_module
from crawlers.errors import CrawlInterrupted
from crawlers.model import (
    NO_MISSED_PAGES,
    CrawlResult,
    Feed,
    FeedState,
    ListedEntry,
    MissedPages,
    Page,
    PageRequest,
    SiteLook,
    Source,
    Window,
)
from crawlers.private_files import make_private_folder
from crawlers.retries import sources_with_due_pages
from crawlers.schedule import is_due
from crawlers.source_check import SourceCheck, judge_check
from crawlers.spiders.job import CrawlSettings, Job, job_json

__all__ = ["CrawlSettings", "check", "crawl", "due", "fetch_again", "look_at_site"]

log = logging.getLogger(__name__)

Listener = Callable[[Mapping[str, Any]], None]
PartListener = Callable[[Path, CrawlResult], None]
_Value = TypeVar("_Value")
_Item = TypeVar("_Item")

#: The form that `scrapy_settings` gives to the child's log.
_LOG_LINE = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL) (.*)", re.DOTALL)
#: Signals to the child, and how long it gets after each, in seconds.
_KILL_STEPS = ((signal.SIGTERM, 3.0), (signal.SIGTERM, 2.0), (signal.SIGKILL, None))
#: Entries of a listing that `check` shows.
_PREVIEW = 20
_NOTHING_LISTED: Mapping[str, Sequence[ListedEntry]] = {}
#: Pages of a source that `check` asks for until one comes: one that is gone says little of its source.
_TRIED_PAGES = 3
#: How long a child may take to load its libraries: 2 s of CPU, and so many more on a busy machine.
_START_S = 60.0
#: How long a child gets to leave by itself, and its log to be read to its end.
_PATIENCE_S = 5.0
_feed_json = TypeAdapter(Feed)
_site_json = TypeAdapter(SiteLook)


def crawl(  # noqa: PLR0913 - the door to the crawlers, and seven of the ten go by name
    sources: Sequence[Source],
    states: Mapping[str, FeedState],
    known: Collection[str],
    *,
    words: Mapping[str, Sequence[str]],
    now: datetime,
    settings: CrawlSettings,
    due_only: bool = True,
    window: Window | None = None,
    missed: MissedPages = NO_MISSED_PAGES,
    listed: Mapping[str, Sequence[ListedEntry]] = _NOTHING_LISTED,
    on_event: Listener | None = None,
    on_part: PartListener | None = None,
) -> tuple[Path, CrawlResult] | None:
    """Crawl the sources that are due into one batch.

    Returns the batch's path and the result; None where nothing was due.

    `known` are canonical addresses that need no request; where it maps them to the time of our last
    fetch, entries that are listed with a later date are fetched again. `words` are, for each source
    with `scope: broad`, those of which an entry must name one. `listed` are, for each source, the entries
    whose pages were fetched before, so that a page is known at a new address. Times count from `now`. With a
    `window` the past is asked for: entries dated inside it, whether the source is due or not, from
    the archive of a sitemap too; the result then holds no new states, and its batch's name begins
    with BACKFILL.

    `missed` are pages that did not come before: those that are due are asked for again, as long as their
    listing has them. A source whose listing is not due is asked for them alone. The result says what is
    left of them.

    `on_event` hears {"event": "start", "sources"}, {"event": "fetched", "source", "url"} for each page,
    {"event": "source", "source", "result", "error", and the counts of its report} as each is done.

    With `on_part`, slow sources keep no other waiting: it is called, while the crawl goes on, with a batch of
    what has come and its result, which holds the states and reports of the sources that are done. What is
    returned at the end is the rest.

    A source that fails, or is not done in time, is a report in the result and stops no other. Raises
    CrawlInterrupted, a TemporaryError, when the crawl as a whole did not finish: nothing was written
    then and no state has changed. An error inside the child that nobody expected is raised as
    RuntimeError.
    """
    pages_only: frozenset[str] = frozenset()
    if due_only and not window:
        chosen = due(sources, states, now, missed)
        listings_due = {source.id for source in due(sources, states, now)}
        pages_only = frozenset(source.id for source in chosen if source.id not in listings_due)
    else:
        chosen = []
        for source in sources:
            if source.enabled:
                chosen.append(source)
    if not chosen:
        return None
    batch_id = _new_batch_id(now)
    if window:
        # A backfill says nothing of when a source is due, so it takes no states and gives none.
        batch_id, states, missed = BACKFILL + batch_id, {}, NO_MISSED_PAGES
    job = Job(
        batch_id=batch_id,
        settings=settings,
        sources=tuple(chosen),
        states=_only_of(chosen, states),
        known=known if isinstance(known, Mapping) else dict.fromkeys(known),
        words=_as_tuples(_only_of(chosen, words)),
        now=now,
        parent=os.getpid(),
        window=window,
        missed=missed,
        pages_only=pages_only,
        in_parts=on_part is not None,
        listed=_as_tuples(_only_of(chosen, listed)),
    )
    return _announce_and_run(job, on_event, on_part)


def fetch_again(
    requests: Sequence[PageRequest],
    sources: Sequence[Source],
    *,
    now: datetime,
    settings: CrawlSettings,
    on_event: Listener | None = None,
) -> tuple[Path, CrawlResult] | None:
    """Fetch pages that we have once more, into one batch.

    Returns the batch's path and the result; None where there was nothing to fetch.

    `sources` are those of the requests; a request whose source is not among them is left out. The
    same guard, robots.txt, pauses and limits as for a crawl hold. What was not modified stands in the
    result; feed states and reports do not, because no listing was asked for. Events and errors are
    those of `crawl`.
    """
    ids = set()
    for source in sources:
        ids.add(source.id)
    chosen: list[PageRequest] = []
    chosen_ids: set[str] = set()
    for request in requests:
        if request.source_id in ids:
            chosen.append(request)
            chosen_ids.add(request.source_id)
    if not chosen:
        return None
    job = Job(
        batch_id=_new_batch_id(now),
        settings=settings,
        sources=tuple(source for source in sources if source.id in chosen_ids),
        states={},
        known={},
        words={},
        now=now,
        parent=os.getpid(),
        requests=tuple(chosen),
    )
    return _announce_and_run(job, on_event)


def due(
    sources: Sequence[Source],
    states: Mapping[str, FeedState],
    now: datetime,
    missed: MissedPages = NO_MISSED_PAGES,
) -> list[Source]:
    """Return the enabled sources that are due, in their order.

    One that was never asked is due, and one of which a missed page is due.
    """
    with_due_pages = sources_with_due_pages(missed.retries.values(), now)
    due_sources = []
    for source in sources:
        state = states.get(source.id) or FeedState(source.id)
        is_wanted = source.id in with_due_pages or is_due(state, now, source.poll)
        if source.enabled and is_wanted:
            due_sources.append(source)
    return due_sources


def check(
    sources: Sequence[Source],
    settings: CrawlSettings,
    now: datetime,
    on_event: Listener | None = None,
) -> list[SourceCheck]:
    """Try sources live, all at once: their listings and one article page each.

    Returns a check for each source, in their order. Nothing is kept. Disabled sources are tried too, and of
    a source with `scope: broad` any entry serves. `on_event` hears what it hears of `crawl`.
    Raises CrawlInterrupted like `crawl`.
    """
    listings: dict[str, Feed] = {}
    listener = on_event or _ignore_event

    def keep_listing(event: Mapping[str, Any]) -> None:
        if event["event"] == "listing":
            listings[event["source"]] = _feed_json.validate_python(event["feed"])
        listener(event)

    if not sources:
        return []
    enabled = [replace(source, enabled=True) for source in sources]
    result, pages = _try_out(enabled, settings, now, keep_listing, pages=_TRIED_PAGES)
    checks = []
    for source, report in zip(enabled, result.reports, strict=True):
        listing = listings.get(source.id)
        checks.append(judge_check(source, report, listing, _of_source(source, pages), result.failures))
    return checks


def look_at_site(url: str, settings: CrawlSettings, now: datetime) -> tuple[SiteLook | None, str | None]:
    """Look which listings an address of a site names, and its robots.txt.

    Returns what was found, or None and why. Nothing is kept. Raises CrawlInterrupted like `crawl`.
    """
    looks: list[SiteLook] = []

    def keep_look(event: Mapping[str, Any]) -> None:
        if event["event"] == "site":
            looks.append(_site_json.validate_python(event["site"]))

    site = Source("site", "site", "section", url)
    result, _pages = _try_out([site], settings, now, keep_look, pages=0, is_search=True)
    if looks:
        return looks[0], None
    return None, result.reports[0].error or "the address could not be read"


def _try_out(
    sources: Sequence[Source],
    settings: CrawlSettings,
    now: datetime,
    on_event: Listener,
    *,
    pages: int,
    is_search: bool = False,
) -> tuple[CrawlResult, list[Page]]:
    """Crawl for a person to look at the result; nothing is kept.

    At most `pages` of each source are tried until one comes.
    """
    with TemporaryDirectory(prefix="maplewire-check-") as folder:
        job = Job(
            batch_id="check",
            settings=replace(settings, batch_dir=Path(folder), host_dir=None, page_limit_per_source=pages),
            sources=tuple(sources),
            states={},
            known={},
            words={},
            now=now,
            parent=os.getpid(),
            preview=_PREVIEW,
            is_search=is_search,
        )
        path, result = _announce_and_run(job, on_event)
        return result, [page for _, page in read_pages(path)]


def _of_source(source: Source, pages: Sequence[Page]) -> list[Page]:
    return [page for page in pages if page.source_id == source.id]


def _only_of(chosen: Sequence[Source], by_source: Mapping[str, _Value]) -> dict[str, _Value]:
    """Return the values of the chosen sources."""
    values = {}
    for source in chosen:
        if source.id in by_source:
            values[source.id] = by_source[source.id]
    return values


def _as_tuples(by_source: Mapping[str, Sequence[_Item]]) -> dict[str, tuple[_Item, ...]]:
    found: dict[str, tuple[_Item, ...]] = {}
    for source_id, items in by_source.items():
        found[source_id] = tuple(items)
    return found


def _new_batch_id(now: datetime) -> str:
    # Random at the end: two crawls may begin at the same moment.
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(3)}"


def _announce_and_run(
    job: Job, on_event: Listener | None, on_part: PartListener | None = None
) -> tuple[Path, CrawlResult]:
    listener = on_event or _ignore_event
    listener({"event": "start", "sources": len(job.sources)})

    def listen(event: Mapping[str, Any]) -> None:
        if event["event"] == "part" and on_part is not None:
            path = Path(event["path"])
            on_part(path, _result_in(path, event["result_at"]))
        else:
            listener(event)

    return _run_job(job, listen)


def _result_in(path: Path, at: int) -> CrawlResult:
    """Return the result of a batch of ours, which begins at that byte."""
    result = read_result(path, at)
    assert result is not None, f"{path} is a batch of ours and holds no result"
    return result


def _ignore_event(event: Mapping[str, Any]) -> None:
    """Stand in for a caller that wants to hear nothing."""


def _run_job(job: Job, listener: Listener) -> tuple[Path, CrawlResult]:
    settings = job.settings
    make_private_folder(settings.batch_dir)
    path = settings.batch_dir / f"{job.batch_id}{SUFFIX}"
    try:
        with _started_child(settings.timeout_s) as child:
            end = _exchange_events(child, job, listener)
    finally:
        discard_leftovers(settings.batch_dir)
    # A batch bears its name only when it is complete, whatever became of its writer afterwards.
    if path.exists():
        # A writer that was killed right behind its last step could not tell where the result is.
        return path, _result_in(path, end.get("result_at", 0))
    raise _explain_end(end, child, settings)


# -- the child process ---------------------------------------------------------------------------


class _Child:
    """The child process and what we know of its end."""

    def __init__(self, timeout_s: float) -> None:
        self.process = start_module(
            "crawlers.spiders",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment(os.environ),
        )
        self.is_late = False
        self._timeout_s = timeout_s
        self._timer = self._start_timer(_START_S + timeout_s)

    def start_clock(self) -> None:
        """Count the time of the crawl from now on."""
        self._timer.cancel()
        self._timer = self._start_timer(self._timeout_s)

    def _start_timer(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._end_late_child)
        timer.daemon = True
        timer.start()
        return timer

    def _end_late_child(self) -> None:
        self.is_late = True
        self.end()

    def end(self) -> None:
        """End the child: politely twice, then for certain.

        Harmless once it has ended.
        """
        for number, patience_s in _KILL_STEPS:
            if self.process.poll() is not None:
                return
            self.process.send_signal(number)
            try:
                self.process.wait(patience_s)
            except subprocess.TimeoutExpired:
                continue

    def close(self, *, is_read_out: bool) -> None:
        """Close the pipes to the child.

        A log that is still being read is left to its reader: closing it would wait.
        """
        self._timer.cancel()
        self.end()
        pipes = [self.process.stdin, self.process.stdout]
        if is_read_out:
            pipes.append(self.process.stderr)
        for pipe in pipes:
            # A job that the child did not live to read breaks the pipe.
            with contextlib.suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()


@contextlib.contextmanager
def _started_child(timeout_s: float) -> Iterator[_Child]:
    """Start the child, and leave none behind."""
    child = _Child(timeout_s)
    forward = threading.Thread(target=_forward_log, args=(child.process.stderr,), daemon=True)
    forward.start()
    try:
        yield child
    finally:
        if child.process.poll() is None and sys.exc_info()[0] is None:
            _wait_or_end(child)
        child.end()
        forward.join(timeout=_PATIENCE_S)
        child.close(is_read_out=not forward.is_alive())


def _wait_or_end(child: _Child) -> None:
    """Give a child that has announced its end a moment to leave."""
    try:
        child.process.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        child.end()


def _exchange_events(child: _Child, job: Job, listener: Listener) -> Mapping[str, Any]:
    """Hand the job over and pass events on; return the last one.

    It ends when the child has closed its output.
    """
    process, end = child.process, {"event": "finished", "reason": "lost"}
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(job_json.dump_json(job) + b"\n")
        # It stays open: the child takes its end for ours.
        process.stdin.flush()
    except BrokenPipeError:
        log.debug("the crawl ended before it had read its job")
    for line in _read_ahead(process.stdout):
        if not line.strip():
            continue
        event = json.loads(line)
        if event.get("event") == "finished":
            end = event
        elif event.get("event") == "ready":
            child.start_clock()
        else:
            listener(event)
    return end


def _read_ahead(pipe: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a pipe, which is read on while the caller is busy with one.

    The child would wait for whoever processes a part otherwise, and fetch nothing meanwhile.
    """
    lines: SimpleQueue[bytes] = SimpleQueue()

    def read_all() -> None:
        # The pipe is closed under the reader where the crawl is given up.
        with contextlib.suppress(OSError, ValueError):
            for line in pipe:
                lines.put(line)
        lines.put(b"")

    threading.Thread(target=read_all, daemon=True, name="crawl-events").start()
    while line := lines.get():
        yield line


def _explain_end(end: Mapping[str, Any], child: _Child, settings: CrawlSettings) -> Exception:
    reason = str(end["reason"])
    # A bug first: it ends a crawl in any way.
    if end.get("bug"):
        return RuntimeError(f"the crawl met an error of our own:\n{end['bug']}")
    if child.is_late:
        return CrawlInterrupted(
            "timeout",
            f"the crawl did not end within {settings.timeout_s:g} s and was stopped; nothing of it is kept. "
            "It is tried again; give it more time (MAPLEWIRE_CRAWL_TIMEOUT_S) if this repeats",
        )
    if reason == "lost":
        status = child.process.returncode
        how = f"exit status {status}, see the log"
        if status < 0:
            how = f"signal {signal.Signals(-status).name}"
        return CrawlInterrupted(
            "lost", f"the crawl's process ended on its own ({how}); nothing of it is kept"
        )
    return CrawlInterrupted(
        reason, f"the crawl was stopped ({reason}); nothing of it is kept, it is tried again"
    )


def _forward_log(pipe: Any) -> None:
    """Pass the child's log lines on with their level.

    A traceback keeps the level of its first line.
    """
    # What Python or a library prints before our log is set up is worth a warning.
    level = logging.WARNING
    for raw in pipe:
        line = raw.decode("utf-8", "replace").rstrip()
        if match := _LOG_LINE.fullmatch(line):
            level, line = logging.getLevelNamesMapping()[match[1]], match[2]
        if line:
            log.log(level, "%s", line)
