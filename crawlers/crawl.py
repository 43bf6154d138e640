"""The door of this package: crawl() turns sources into a batch of pages and new feed states.

    crawl(sources, states, known)  ──job (JSON)──►  child process: Scrapy  ──►  BATCH (WARC)
              ▲                                                │
              └──────── events (JSON lines), log lines ◄───────┘

Scrapy runs in a child process because its reactor starts only once in a process; one child crawls all
sources, since its start costs 2.3 s of CPU. The child stays in our process group, so that whoever ends
the group ends it too, and dies with us however we die. There is a batch only when the crawl finished.
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
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import TypeAdapter

from crawlers.batch import BACKFILL, SUFFIX, discard_leftovers, read_result
from crawlers.errors import CrawlInterrupted
from crawlers.model import CrawlResult, Feed, FeedState, PageRequest, Source, SourceReport, Window
from crawlers.schedule import is_due
from crawlers.spiders.job import CrawlSettings, Job, job_json

__all__ = ["CrawlSettings", "check", "crawl", "due", "fetch_again"]

log = logging.getLogger(__name__)

Listener = Callable[[Mapping[str, Any]], None]

_LOG_LINE = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL) (.*)", re.DOTALL)
_KILL_STEPS = ((signal.SIGTERM, 3.0), (signal.SIGTERM, 2.0), (signal.SIGKILL, None))
_PREVIEW = 20
_feed_json = TypeAdapter(Feed)


def crawl(
    sources: Sequence[Source],
    states: Mapping[str, FeedState],
    known: Collection[str],
    *,
    words: Mapping[str, Sequence[str]],
    now: datetime,
    settings: CrawlSettings,
    due_only: bool = True,
    window: Window | None = None,
    on_event: Listener | None = None,
) -> tuple[Path, CrawlResult] | None:
    """Crawl the enabled sources that are due into one batch; return its path and result.

    None means that nothing was due. `known` are canonical addresses that need no request; where it maps them to
    the time we last looked, entries that are listed with a later date are fetched again. `words` are,
    for each source with `scope: broad`, those of which an entry must name one. Times count from `now`.
    With a `window` the past is asked for: entries dated inside it, due or not, from the archive of a sitemap too; the result
    then holds no new states, and its batch's name begins with BACKFILL.

    `on_event` hears {"event": "start", "sources"}, {"event": "fetched", "source", "url"} for each page,
    {"event": "source", "source", "result", "error", and the counts of its report} as each is done.

    A source that fails is a report in the result and stops no other. Raises CrawlInterrupted, a
    TemporaryError, when the crawl as a whole did not finish: nothing was written then and no state has
    changed. An error inside the child that nobody expected is raised as RuntimeError.
    """
    chosen = due(sources, states, now) if due_only and not window else [s for s in sources if s.enabled]
    if not chosen:
        return None
    ids = {source.id for source in chosen}
    job = Job(
        batch_id=(BACKFILL if window else "") + _new_batch_id(now),
        settings=settings,
        sources=tuple(chosen),
        states={} if window else {id_: state for id_, state in states.items() if id_ in ids},
        known=known if isinstance(known, Mapping) else dict.fromkeys(known),
        words={id_: tuple(some) for id_, some in words.items() if id_ in ids},
        now=now,
        parent=os.getpid(),
        window=window,
    )
    tell = on_event or (lambda _: None)
    tell({"event": "start", "sources": len(chosen)})
    return _run(job, tell)


def fetch_again(
    requests: Sequence[PageRequest],
    sources: Sequence[Source],
    *,
    now: datetime,
    settings: CrawlSettings,
    on_event: Listener | None = None,
) -> tuple[Path, CrawlResult] | None:
    """Fetch pages that we have once more, into a batch; return its path and result, None without `requests`.

    The same guard, robots.txt, pauses and limits as for a crawl hold. `sources` are those of the requests; a request whose
    source is not among them is left out. What was not modified stands in the result; feed states and
    reports do not, because no listing was asked for. Events and errors are those of `crawl`.
    """
    ids = {source.id for source in sources}
    asked = tuple(request for request in requests if request.source_id in ids)
    if not asked:
        return None
    wanted = {request.source_id for request in asked}
    job = Job(
        batch_id=_new_batch_id(now),
        settings=settings,
        sources=tuple(source for source in sources if source.id in wanted),
        states={},
        known={},
        words={},
        now=now,
        parent=os.getpid(),
        requests=asked,
    )
    tell = on_event or (lambda _: None)
    tell({"event": "start", "sources": len(job.sources)})
    return _run(job, tell)


def _new_batch_id(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(3)}"


def due(sources: Sequence[Source], states: Mapping[str, FeedState], now: datetime) -> list[Source]:
    """Return the enabled sources that are due, in their order; one that was never asked is."""
    return [s for s in sources if s.enabled and is_due(states.get(s.id) or FeedState(s.id), now)]


def check(
    source: Source, settings: CrawlSettings, now: datetime, words: Mapping[str, Sequence[str]] | None = None
) -> tuple[SourceReport, Feed | None]:
    """Try one source live: its listing (the first entries of it) and one article page.

    Nothing is kept. Of a source with `scope: broad` any entry serves, unless `words` are given.
    Raises CrawlInterrupted like `crawl`.
    """
    feed: Feed | None = None

    def listen(event: Mapping[str, Any]) -> None:
        nonlocal feed
        if event["event"] == "listing":
            feed = _feed_json.validate_python(event["feed"])

    with TemporaryDirectory(prefix="maplewire-check-") as folder:
        job = Job(
            batch_id="check",
            settings=replace(settings, batch_dir=Path(folder), page_limit_per_source=1),
            sources=(replace(source, enabled=True),),
            states={},
            known={},
            words={id_: tuple(some) for id_, some in (words or {}).items()},
            now=now,
            parent=os.getpid(),
            preview=_PREVIEW,
        )
        _, result = _run(job, listen)
    return result.reports[0], feed


def _run(job: Job, tell: Listener) -> tuple[Path, CrawlResult]:
    settings = job.settings
    settings.batch_dir.mkdir(parents=True, exist_ok=True)
    path = settings.batch_dir / f"{job.batch_id}{SUFFIX}"
    try:
        with _child(settings.timeout_s) as child:
            end = _converse(child, job, tell)
    finally:
        discard_leftovers(settings.batch_dir)
    # A batch bears its name only when it is complete, whatever became of its writer afterwards.
    if path.exists():
        result = read_result(path)
        assert result is not None
        return path, result
    raise _why_it_ended(end, child, settings)


class _Child:
    """The child process and what we know of its end."""

    def __init__(self, timeout_s: float) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "crawlers.spiders"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
        )
        self.is_late = False
        self._timer = threading.Timer(timeout_s, self._out_of_time)
        self._timer.daemon = True
        self._timer.start()

    def _out_of_time(self) -> None:
        self.is_late = True
        self.end()

    def end(self) -> None:
        """End the child: politely twice, then for certain. Harmless once it has ended."""
        for number, patience_s in _KILL_STEPS:
            if self.process.poll() is not None:
                return
            self.process.send_signal(number)
            try:
                self.process.wait(patience_s)
            except subprocess.TimeoutExpired:
                continue

    def close(self, *, is_read_out: bool) -> None:
        """Let go of the pipes. A log that is still being read is left to its reader: closing would wait."""
        self._timer.cancel()
        self.end()
        pipes = [self.process.stdin, self.process.stdout, self.process.stderr if is_read_out else None]
        for pipe in filter(None, pipes):
            with contextlib.suppress(BrokenPipeError):  # a job that the child did not live to read
                pipe.close()


@contextlib.contextmanager
def _child(timeout_s: float) -> Iterator[_Child]:
    """Start the child, and leave none behind, whatever happens to us meanwhile."""
    child = _Child(timeout_s)
    forward = threading.Thread(target=_forward_log, args=(child.process.stderr,), daemon=True)
    forward.start()
    try:
        yield child
    finally:
        if child.process.poll() is None and sys.exc_info()[0] is None:
            _wait_or_end(child)
        child.end()
        forward.join(timeout=5)
        child.close(is_read_out=not forward.is_alive())


def _wait_or_end(child: _Child) -> None:
    """Give a child that has told its end a moment to leave."""
    try:
        child.process.wait(5)
    except subprocess.TimeoutExpired:
        child.end()


def _converse(child: _Child, job: Job, tell: Listener) -> Mapping[str, Any]:
    """Hand the job over and pass events on until the child has closed its output; return the last one."""
    process, end = child.process, {"event": "finished", "reason": "lost"}
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(job_json.dump_json(job) + b"\n")
        process.stdin.flush()  # it stays open: the child takes its end for ours
    except BrokenPipeError:
        log.debug("the crawl ended before it had read its job")
    for line in process.stdout:
        if not line.strip():
            continue
        event = json.loads(line)
        if event.get("event") == "finished":
            end = event
        else:
            tell(event)
    return end


def _why_it_ended(end: Mapping[str, Any], child: _Child, settings: CrawlSettings) -> Exception:
    reason = str(end["reason"])
    if end.get("bug"):
        return RuntimeError(f"the crawl met an error of our own:\n{end['bug']}")
    if child.is_late or reason == "closespider_timeout":
        return CrawlInterrupted(
            "timeout",
            f"the crawl did not end within {settings.timeout_s:g} s and was stopped; nothing of it is kept. "
            "It is tried again; give it more time (crawl timeout) if this repeats",
        )
    if reason == "lost":
        status = child.process.returncode
        how = f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}, see the log"
        return CrawlInterrupted(
            "lost", f"the crawl's process ended on its own ({how}); nothing of it is kept"
        )
    return CrawlInterrupted(
        reason, f"the crawl was stopped ({reason}); nothing of it is kept, it is tried again"
    )


def _forward_log(pipe: Any) -> None:
    """Pass the child's log lines on with their level; a traceback keeps the level of its first line."""
    level = logging.WARNING
    for raw in pipe:
        line = raw.decode("utf-8", "replace").rstrip()
        if match := _LOG_LINE.fullmatch(line):
            level, line = logging.getLevelNamesMapping()[match[1]], match[2]
        if line:
            log.log(level, "%s", line)


def _environment() -> dict[str, str]:
    """Return the child's environment: ours without the project's own settings and secrets, which it does
    not need, and with the place of our packages."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAPLEWIRE_")}
    ours = str(Path(__file__).resolve().parents[1])
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, [ours, kept.get("PYTHONPATH")]))
    return kept
