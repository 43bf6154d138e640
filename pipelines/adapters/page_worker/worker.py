"""What the worker process does: it reads one page after the other, within limits.

A worker is a fork of the process that it works for. So it has the beat, which takes two seconds to load,
and all modules, and a worker that had to be ended is replaced within milliseconds.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import logging
import os
import pickle
import resource
import signal
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

from crawlers.child_process import get_signal_at_end_of_parent
from crawlers.model import Page
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.page_reader import PageTooCostly, ReadingSteps
from pipelines.model import PageParagraphs

MIB = 2**20
#: Seconds beyond the limit after which a worker ends itself, for a parent that is not there to end it.
_GRACE_S = 2

#: The first request for a page: the page, whether it comes from a backfill, and whether it is screened.
ExtractTask = tuple[Page, bool, bool]
#: The second one, when the ledger was asked: paragraphs that the page's site repeats.
JudgeTask = frozenset[int]
#: The answer to the first request: the site, and the page's paragraphs; of a page that was screened out, its
#: article.
SiteQuestion = tuple[str, PageParagraphs | None]
Answer = SiteQuestion | JudgedArticle | Exception


@dataclass(frozen=True, slots=True)
class PageLimits:
    """What reading one page may take.

    An ordinary page takes 10 ms and a few MiB; the largest honest ones that we met, under 1 s and 100 MiB.
    """

    #: Of the processor: other work of the machine does not count.
    seconds: float = 5.0
    #: By the clock, for each of the two steps: other pages are read and decided between them. An honest
    #: page has that even where the machine has thirty times as much to do as it can.
    seconds_by_clock: float = 30.0
    memory_mib: int = 512

    def too_costly(self, what_happened: str) -> PageTooCostly:
        """Return the error that says what a page did and what a person can do."""
        advice = "look at its address; `maplewire quarantine replay` tries it again"
        return PageTooCostly(f"{what_happened}; {advice}")


def serve(connection: Connection, parent: int, steps: ReadingSteps, limits: PageLimits) -> NoReturn:
    """Answer requests until the parent closes the connection or is gone."""
    try:
        _become_worker(connection.fileno(), parent, limits)
        _answer_requests(connection, steps, limits)
    finally:
        # Not sys.exit: what the parent registered for its own end is none of ours.
        os._exit(0)


def _become_worker(connection_number: int, parent: int, limits: PageLimits) -> None:
    """Take off what belongs to the parent, and put on the limits."""
    # What the parent catches or holds back would keep a worker alive that has to end.
    faulthandler.disable()
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    # Ctrl-C goes to all processes of a terminal; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGALRM, signal.SIGPROF):
        signal.signal(number, signal.SIG_DFL)
    get_signal_at_end_of_parent(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
    # A thread of the parent may have held the lock of a handler in the moment of the fork.
    logging.disable()
    # Locks of the data folder would outlive the parent in our copies.
    os.closerange(3, connection_number)
    os.closerange(connection_number + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    # What was there before lives as long as we do.
    gc.freeze()
    _limit_memory(limits)


def _limit_memory(limits: PageLimits) -> None:
    """Limit the memory that is added to what was there at the fork.

    Only where the platform tells how much that was.
    """
    with contextlib.suppress(OSError, ValueError):
        status = Path("/proc/self/status").read_text("ascii")
        present_kib = int(status.partition("VmData:")[2].split()[0])
        limit = present_kib * 1024 + limits.memory_mib * MIB
        hard_limit = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard_limit))


def _answer_requests(connection: Connection, steps: ReadingSteps, limits: PageLimits) -> None:
    while True:
        try:
            task: ExtractTask = connection.recv()
        except EOFError:
            return
        page, is_backfill, screens = task
        # The system ends us when it is used up, in the middle of any code: nobody handles the signal.
        signal.setitimer(signal.ITIMER_PROF, limits.seconds)
        answer: Answer
        try:
            with _own_deadline(limits):
                extracted = steps.extract(page, is_backfill=is_backfill, screens=screens)
            if isinstance(extracted, JudgedArticle):
                answer = extracted
            else:
                connection.send((extracted.site, extracted.paragraphs))
                repeated: JudgeTask = connection.recv()
                with _own_deadline(limits):
                    answer = steps.judge(extracted, repeated)
        except MemoryError:
            what_happened = f"took more than {limits.memory_mib} MiB of memory to read"
            answer = limits.too_costly(what_happened)
        except Exception as e:  # noqa: BLE001 - the parent sorts it out
            answer = _sendable(e)
        connection.send(answer)
        signal.setitimer(signal.ITIMER_PROF, 0)


@contextlib.contextmanager
def _own_deadline(limits: PageLimits) -> Iterator[None]:
    """End this process where a step takes far too long by the clock.

    For a parent that is not there to end it.
    """
    signal.setitimer(signal.ITIMER_REAL, limits.seconds_by_clock + _GRACE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _sendable(error: Exception) -> Exception:
    """Return an error that another process can read.

    It tells the place where it was raised.
    """
    trace = "".join(traceback.format_exception(error))
    copy: Exception
    try:
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - whatever keeps it from travelling
        copy = RuntimeError(f"{type(error).__name__}: {error}")
    copy.add_note(f"In the process that reads pages:\n{trace}")
    return copy


def _reduce_mapping(mapping: MappingProxyType[object, object]) -> tuple[type, tuple[dict[object, object]]]:
    return MappingProxyType, (dict(mapping),)


# Values of ours hold read-only mappings, which pickle does not know by itself.
ForkingPickler.register(MappingProxyType, _reduce_mapping)
