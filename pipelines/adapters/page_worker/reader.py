"""Hands pages to the worker process and keeps the time.

A worker that had to be ended is replaced.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from crawlers.model import Page
from pipelines.adapters.page_worker.worker import PageLimits, serve
from pipelines.beat.beat import Beat
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.page_reader import PageTooCostly, ReadingSteps, RepeatedOnSite

#: Seconds after which a page counts as slow, so that those before it are stored.
SLOW_S = 1.0
#: One sentence of each language that Maplewire reads.
_WARM_UP_SENTENCES = (
    "The minister of foreign affairs of Canada said on 3 January 2026 that China bought more canola.",
    "Le ministère des Affaires étrangères du Canada a indiqué que la Chine achète davantage de canola.",
    "中国外交部发言人1月3日在北京表示，加拿大油菜籽的关税将会降低。",
)


@dataclass(frozen=True, slots=True)
class _Worker:
    """A running worker: its process, and the connection to it."""

    process: int
    connection: Connection

    def end(self) -> str:
        """End it at once, and return how it had ended by itself, or ""."""
        self.connection.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        try:
            _, status = os.waitpid(self.process, 0)
        except ChildProcessError:
            return ""
        code = os.waitstatus_to_exitcode(status)
        if code < 0 and code != -signal.SIGKILL:
            return signal.Signals(-code).name
        return ""


class WorkerPageReader:
    """Reads pages in a worker process, which is started for the first one.

    A page that takes more than the limits, or takes the worker down with it, is refused; the next one finds
    a new worker.
    """

    def __init__(self, beat: Beat, limits: PageLimits | None = None) -> None:
        self._steps = ReadingSteps(beat)
        self._limits = limits or PageLimits()
        self._worker: _Worker | None = None
        self._is_warm = False

    def read(
        self,
        page: Page,
        repeated_on: RepeatedOnSite,
        on_slow: Callable[[], None],
        *,
        is_backfill: bool,
        screens: bool = False,
    ) -> JudgedArticle:
        """Return the article of a page, judged.

        Raises PageTooCostly where that takes more than the limits.
        """
        worker = self._ready_worker()
        turn = _Turn(worker.connection, self._limits, on_slow)
        try:
            judged = turn.ask((page, is_backfill, screens))
            if not isinstance(judged, JudgedArticle):
                site, paragraphs = judged
                judged = turn.ask(repeated_on(site, paragraphs))
        except _WorkerLost as e:
            signal_name = self._end_worker()
            raise self._limits.too_costly(e.what_happened(self._limits, signal_name)) from None
        except PageTooCostly:
            # The next page finds a fresh process, not what is left of this one's memory.
            self._end_worker()
            raise
        except BaseException:
            # Ctrl-C, or a ledger that is away: its answer would be taken for that of the next page.
            if not turn.is_answered:
                self._end_worker()
            raise
        assert isinstance(judged, JudgedArticle)
        return judged

    def close(self) -> None:
        """End the worker."""
        self._end_worker()

    def _ready_worker(self) -> _Worker:
        if self._worker is not None and _is_running(self._worker.process):
            return self._worker
        self._end_worker()
        if not self._is_warm:
            # Ahead of the first fork, so that no worker has to do it again within a page's time.
            _warm_up(self._steps)
            self._is_warm = True
        self._worker = _start_worker(self._steps, self._limits)
        return self._worker

    def _end_worker(self) -> str:
        if self._worker is None:
            return ""
        worker = self._worker
        self._worker = None
        return worker.end()


class _WorkerLost(Exception):
    """No answer came: the time was up, or the worker had died."""

    def __init__(self, *, is_late: bool = False) -> None:
        super().__init__()
        self._is_late = is_late

    def what_happened(self, limits: PageLimits, signal_name: str) -> str:
        """Return what to say of the page.

        `signal_name` is what had ended the worker, or "".
        """
        # So the system ends it when its time of the processor is up.
        if signal_name == signal.SIGPROF.name:
            return f"took more than {limits.seconds:g} s to read"
        if self._is_late:
            return f"took more than {limits.seconds_by_clock:g} s to read, on a machine with much else to do"
        how = f" by {signal_name}" if signal_name else ""
        return f"the process that read it was ended{how}"


class _Turn:
    """The two requests for one page, within one limit of time."""

    def __init__(self, connection: Connection, limits: PageLimits, on_slow: Callable[[], None]) -> None:
        self._connection = connection
        self._left_s = limits.seconds_by_clock
        self._on_slow: Callable[[], None] | None = on_slow
        #: Whether the worker waits for the next page.
        self.is_answered = False

    def ask(self, request: Any) -> Any:
        """Return the worker's answer. Raises the error that it met, or _WorkerLost."""
        try:
            self._connection.send(request)
            self._await_answer()
            answer = self._connection.recv()
        except (EOFError, OSError):
            raise _WorkerLost from None
        self.is_answered = isinstance(answer, JudgedArticle | Exception)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _await_answer(self) -> None:
        """Wait until the answer is there.

        Raises _WorkerLost when the page's time is up.
        """
        started = time.monotonic()
        if self._on_slow is not None and not self._connection.poll(min(SLOW_S, self._left_s)):
            on_slow = self._on_slow
            self._on_slow = None
            on_slow()
        is_there = self._connection.poll(max(0.0, self._left_s - (time.monotonic() - started)))
        self._left_s -= time.monotonic() - started
        if not is_there:
            raise _WorkerLost(is_late=True)


def _is_running(process: int) -> bool:
    try:
        return os.waitpid(process, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False


def _warm_up(steps: ReadingSteps) -> None:
    """Read one small page.

    That loads what reading needs and makes at its first use: modules, patterns, word lists.
    """
    text = " ".join(_WARM_UP_SENTENCES)
    body = f"<html><title>{text}</title><article><h1>{text}</h1><p>{text * 2}</p></article></html>"
    page = Page("https://example.org/", "", body.encode(), datetime(2026, 1, 1, tzinfo=UTC))
    extracted = steps.extract(page, is_backfill=False)
    assert not isinstance(extracted, JudgedArticle), "without the screen each page is extracted"
    steps.judge(extracted, frozenset())


def _start_worker(steps: ReadingSteps, limits: PageLimits) -> _Worker:
    here, there = Pipe()
    parent = os.getpid()
    with warnings.catch_warnings():
        # Python warns of forks beside threads, as progress bars have one. The worker touches none of what
        # such a thread may have locked: it neither prints nor logs.
        warnings.simplefilter("ignore", DeprecationWarning)
        process = os.fork()
    if process == 0:
        serve(there, parent, steps, limits)
    there.close()
    return _Worker(process, here)
