"""Hands pages to the worker processes and keeps the time.

A worker that had to be ended is replaced.
"""

from __future__ import annotations

import contextlib
import gc
import math
import os
import signal
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for_any
from typing import Any

from crawlers.errors import TemporaryError
from crawlers.model import Page
from pipelines.adapters.page_worker.freed_memory import give_back_freed_memory
from pipelines.adapters.page_worker.warm_up import warm_up_sentences
from pipelines.adapters.page_worker.worker import PageLimits, serve
from pipelines.beat.beat import Beat
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.page_reader import PageReading, PageTooCostly, ReadingSteps

#: Seconds that a page beside the usual ones waits for a worker. It then gets one of its own.
_LONGEST_WAIT_S = 1.0

#: A page, whether it comes from a backfill, and whether it is screened.
_Request = tuple[Page, bool, bool]

#: How a worker ends that others ended: an operator, or a system that is short of memory. "" is SIGKILL.
_ENDED_BY_OTHERS = frozenset(("", signal.SIGTERM.name, signal.SIGINT.name, signal.SIGHUP.name))


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


@dataclass(slots=True)
class _Turn:
    """A worker's turn with one page."""

    worker: _Worker
    #: What the worker was asked first: the page, and how to read it.
    request: _Request
    #: What its site repeats, once that is known.
    repeated: frozenset[int] | None = None
    #: Another worker was lost with this page.
    is_second: bool = False
    #: When the last request was sent, by the monotonic clock.
    asked_at: float = 0.0
    #: The worker waits for us: it has nothing to do.
    is_waiting: bool = False


class WorkerPageReader:
    """Reads pages in worker processes, each started when it is needed.

    A page that takes more than the limits, or takes its worker down with it, is refused; the next one finds
    a new worker. A page whose worker was killed by others is read once more.
    """

    def __init__(self, beat: Beat, limits: PageLimits | None = None, workers: int = 1) -> None:
        self._beat = beat
        self._steps = ReadingSteps(beat)
        self._limits = limits or PageLimits()
        self._most = workers
        self._idle: list[_Worker] = []
        self._turns: dict[PageReading, _Turn] = {}
        self._is_warm = False

    @property
    def at_once(self) -> int:
        """How many pages are read at once: one a worker."""
        return self._most

    @property
    def has_room(self) -> bool:
        """Whether a worker waits for a page, or can be started."""
        return len(self._turns) < self._most

    def begin(self, page: Page, *, is_backfill: bool, screens: bool = False) -> PageReading:
        """Give a page to a worker, one more than usual where there is no room."""
        self._wait_for_room()
        reading = PageReading(page)
        request = (page, is_backfill, screens)
        self._turns[reading] = _Turn(self._ready_worker(), request)
        self._send(reading, request)
        return reading

    def _wait_for_room(self) -> None:
        """Wait a moment for a worker, if all have pages and one is at work.

        One more worker takes 40 MiB.
        """
        until = time.monotonic() + _LONGEST_WAIT_S
        while not self.has_room and not all(turn.is_waiting for turn in self._turns.values()):
            left_s = until - time.monotonic()
            if left_s <= 0:
                return
            self.wait(list(self._turns), left_s)

    def answer(self, reading: PageReading, repeated: frozenset[int]) -> None:
        """Let a page be read on. Nothing is done where its worker is gone."""
        turn = self._turns.get(reading)
        if turn is None:
            return
        turn.repeated = repeated
        # A worker that reads the page anew gets the answer when it asks again.
        if turn.is_waiting:
            self._send(reading, repeated)

    def wait(self, readings: Sequence[PageReading], seconds: float) -> None:
        """Wait until one of these has come further, or for some seconds."""
        waiting = [reading for reading in readings if reading in self._turns]
        if not waiting:
            return
        connections = [self._turns[reading].worker.connection for reading in waiting]
        longest_s = min(map(self._left_s, waiting))
        wait_for_any(connections, max(0.0, min(seconds, longest_s)))
        for reading in waiting:
            self._look_at(reading)

    def give_up(self, reading: PageReading) -> None:
        """End the worker that a page is at. Nothing is done where it was read."""
        turn = self._turns.pop(reading, None)
        if turn is not None:
            turn.worker.end()

    def rest(self) -> None:
        """End the workers that wait for a page."""
        for worker in self._idle:
            worker.end()
        self._idle.clear()

    def close(self) -> None:
        """End all workers."""
        self.rest()
        for reading in list(self._turns):
            self.give_up(reading)

    def _ready_worker(self) -> _Worker:
        while self._idle:
            # The one that was last at work: what it needs is in the processor's caches.
            worker = self._idle.pop()
            if _is_running(worker.process):
                return worker
            worker.end()
        if not self._is_warm:
            # Ahead of the first fork, so that no worker has to do it again within a page's time.
            _warm_up(self._steps, self._beat)
            _prepare_memory()
            self._is_warm = True
        return _start_worker(self._steps, self._limits)

    def _send(self, reading: PageReading, request: Any) -> None:
        turn = self._turns[reading]
        # A worker that is gone is noticed when its answer is awaited.
        with contextlib.suppress(OSError):
            turn.worker.connection.send(request)
        turn.asked_at = time.monotonic()
        turn.is_waiting = False

    def _left_s(self, reading: PageReading) -> float:
        """Return how long a page may take by the clock, endless while it waits for us."""
        turn = self._turns[reading]
        if turn.is_waiting:
            return math.inf
        return self._limits.seconds_by_clock - (time.monotonic() - turn.asked_at)

    def _look_at(self, reading: PageReading) -> None:
        """Take a worker's answer where it is there; end a worker that is gone or late.

        An answer that is there is never late, however long this process had other things to do.
        """
        connection = self._turns[reading].worker.connection
        try:
            if connection.poll():
                self._take_answer(reading, connection.recv())
            elif self._left_s(reading) <= 0:
                self._lose(reading, is_late=True)
        except (EOFError, OSError):
            self._lose(reading)

    def _take_answer(self, reading: PageReading, answer: Any) -> None:
        turn = self._turns[reading]
        if not isinstance(answer, JudgedArticle | Exception):
            reading.question = answer
            turn.is_waiting = True
            if turn.repeated is not None:
                self._send(reading, turn.repeated)
            return
        del self._turns[reading]
        reading.outcome = answer
        # The page after one that was too costly finds a fresh process, not what is left of this one's memory.
        is_surplus = len(self._idle) + len(self._turns) >= self._most
        if is_surplus or isinstance(answer, PageTooCostly):
            turn.worker.end()
        else:
            self._idle.append(turn.worker)

    def _lose(self, reading: PageReading, *, is_late: bool = False) -> None:
        """End a worker; read its page once more, or refuse it."""
        turn = self._turns.pop(reading)
        signal_name = turn.worker.end()
        if not is_late and not turn.is_second and signal_name in _ENDED_BY_OTHERS:
            self._turns[reading] = _Turn(self._ready_worker(), turn.request, turn.repeated, is_second=True)
            self._send(reading, turn.request)
            return
        reading.outcome = self._limits.too_costly(_what_happened(self._limits, signal_name, is_late=is_late))


def _what_happened(limits: PageLimits, signal_name: str, *, is_late: bool) -> str:
    """Return what to say of a page whose worker is lost.

    `signal_name` is what had ended the worker, or "".
    """
    # So the system ends it when its time of the processor is up.
    if signal_name == signal.SIGPROF.name:
        return f"took more than {limits.seconds:g} s to read"
    if is_late:
        return f"took more than {limits.seconds_by_clock:g} s to read, on a machine with much else to do"
    how = f" by {signal_name}" if signal_name else ""
    return f"the process that read it was ended{how}"


def _is_running(process: int) -> bool:
    try:
        return os.waitpid(process, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False


def _warm_up(steps: ReadingSteps, beat: Beat) -> None:
    """Read one small page of each language, which names what the beat is about.

    That loads what reading needs and makes at its first use: modules, patterns, word lists. What a worker
    loads by itself it holds alone: the characters of Chinese take 24 MiB.
    """
    for text in warm_up_sentences(beat):
        body = f"<html><title>{text}</title><article><h1>{text}</h1><p>{text * 6}</p></article></html>"
        page = Page("https://example.org/", "", body.encode(), datetime(2026, 1, 1, tzinfo=UTC))
        extracted = steps.extract(page, is_backfill=False)
        assert not isinstance(extracted, JudgedArticle), "without the screen each page is extracted"
        steps.judge(extracted, frozenset())


def _prepare_memory() -> None:
    """Have all processes share as much memory as they can.

    Where the collector looks at an object it writes to it, and this process then has a copy of its own.
    """
    gc.collect()
    gc.freeze()
    # That of dictionaries of which a small part was kept.
    give_back_freed_memory()


def _start_worker(steps: ReadingSteps, limits: PageLimits) -> _Worker:
    here, there = Pipe()
    parent = os.getpid()
    with warnings.catch_warnings():
        # Python warns of forks beside threads, as progress bars have one. The worker touches none of what
        # such a thread may have locked: it neither prints nor logs.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            process = os.fork()
        except OSError as e:
            raise TemporaryError(f"no process can be started to read pages: {e.strerror}") from e
    if process == 0:
        serve(there, parent, steps, limits)
    there.close()
    return _Worker(process, here)
