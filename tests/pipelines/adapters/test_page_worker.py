"""Pages that cannot be read within limits, in a real worker process: the others are stored."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from crawlers.errors import PermanentError
from crawlers.model import Page, Source
from pipelines import extract as extraction
from pipelines.adapters.page_worker import PageLimits, WorkerPageReader
from pipelines.beat.beat import Beat
from pipelines.ingest import batch as processing
from pipelines.ingest.page_reader import DirectPageReader, PageReading, read_alone
from pipelines.model import Outcome, PageParagraphs, article_id
from pipelines.stages.context import RunProblems
from pipelines.stages.replay import replay_quarantine
from tests.pipelines.world import LATE, REPORT, World, a_page

POISON = a_page("p", "Poison", LATE, source="courier", hours=1)
AFTER = a_page("z", "A letter from the customs administration", LATE, source="wire", hours=2)
#: Short, because the tests wait for it; ordinary pages need a hundredth of it.
LIMITS = PageLimits(seconds=3, seconds_by_clock=100, memory_mib=256)

Harm = Callable[[], object]


def nothing_repeated(_site: str, _paragraphs: PageParagraphs | None) -> frozenset[int]:
    return frozenset()


def harmed_by(monkeypatch: pytest.MonkeyPatch, harm: Harm) -> None:
    """Let the page `POISON` do harm while it is read; workers are forks and inherit that."""
    real = extraction.extract

    def extract_or_harm(page: Page, source: Source | None, *rest: Any) -> Any:
        if page.url == POISON.url:
            harm()
        return real(page, source, *rest)

    monkeypatch.setattr(extraction, "extract", extract_or_harm)


@pytest.fixture
def guarded(world: World) -> Iterator[World]:
    """A world that reads its pages in a worker process."""
    reader = WorkerPageReader(world.parts.beat, LIMITS)
    world.parts = replace(world.parts, page_reader=reader)
    yield world
    reader.close()


def end_worker(world: World) -> None:
    """Let the next worker be a fork of what this process is now."""
    reader = world.parts.page_reader
    assert isinstance(reader, WorkerPageReader)
    reader.close()


def never_ends() -> None:
    """Hold the interpreter in one call of C code, which no signal handler and no thread can end."""
    re.match(r"(?:a|a)*b", "a" * 100)


def takes_all_memory() -> None:
    kept = []
    while True:
        kept.append(bytearray(2**24))


def dies_at_once() -> None:
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGSEGV)
    # The signal may come after the call that sent it has returned.
    signal.pause()


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (never_ends, "took more than 3 s to read"),
        (takes_all_memory, "took more than 256 MiB of memory to read"),
        (dies_at_once, "the process that read it was ended by SIGSEGV"),
    ],
)
def test_a_page_that_costs_too_much_is_kept_aside_at_once_and_the_others_are_stored(
    guarded: World, monkeypatch: pytest.MonkeyPatch, harm: Harm, reason: str
) -> None:
    harmed_by(monkeypatch, harm)
    assert guarded.process(REPORT, POISON, AFTER) == {Outcome.NEW: 2, Outcome.QUARANTINED: 1}
    assert not guarded.findings.bugs
    (kept,) = guarded.ledger.quarantined()
    assert (kept.url, kept.stage) == (POISON.url, "extract")
    assert kept.reason.startswith(f"{reason}; ")
    assert "quarantine replay" in kept.reason


def waits_for_the_machine() -> None:
    time.sleep(2)


@pytest.mark.timeout(120)
def test_time_that_other_work_of_the_machine_takes_does_not_count(
    guarded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = WorkerPageReader(guarded.parts.beat, PageLimits(seconds=1.5, seconds_by_clock=30))
    guarded.parts = replace(guarded.parts, page_reader=reader)
    harmed_by(monkeypatch, waits_for_the_machine)
    assert guarded.process(POISON) == {Outcome.NEW: 1}
    reader.close()


@pytest.mark.timeout(120)
def test_a_page_ends_by_the_clock_as_well(guarded: World, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = WorkerPageReader(guarded.parts.beat, PageLimits(seconds=60, seconds_by_clock=1))
    guarded.parts = replace(guarded.parts, page_reader=reader)
    harmed_by(monkeypatch, never_ends)
    assert guarded.process(POISON) == {Outcome.QUARANTINED: 1}
    (kept,) = guarded.ledger.quarantined()
    assert kept.reason.startswith("took more than 1 s to read, on a machine with much else to do; ")
    reader.close()


@pytest.mark.timeout(120)
def test_a_replay_tries_the_page_again_under_the_same_limits(
    guarded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    harmed_by(monkeypatch, dies_at_once)
    guarded.process(POISON)
    ((_, outcome),) = replay_quarantine(guarded.parts, RunProblems())
    assert outcome is Outcome.QUARANTINED
    monkeypatch.undo()
    end_worker(guarded)
    ((_, outcome),) = replay_quarantine(guarded.parts, RunProblems())
    assert outcome is Outcome.NEW
    assert not guarded.ledger.quarantined()


@pytest.mark.timeout(120)
def test_a_known_page_that_cannot_be_read_is_not_called_gone(
    guarded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert guarded.process(POISON) == {Outcome.NEW: 1}
    harmed_by(monkeypatch, dies_at_once)
    end_worker(guarded)
    for _ in range(3):
        assert guarded.process(POISON) == {Outcome.QUARANTINED: 1}
    with guarded.ledger.deciding() as decisions:
        state = decisions.recheck_state(article_id(POISON.url))
        assert state is not None
        assert (state.gone, state.misses) == (None, 0)


@pytest.mark.timeout(120)
def test_pages_before_a_slow_one_are_stored_while_it_is_read(
    guarded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    harmed_by(monkeypatch, never_ends)
    stored: list[int] = []
    decide_waiting = processing.BatchProcessor._decide_waiting

    def decide_and_count(self: processing.BatchProcessor) -> None:
        decide_waiting(self)
        stored.append(guarded.ledger.count_articles())

    monkeypatch.setattr(processing.BatchProcessor, "_decide_waiting", decide_and_count)
    guarded.process(REPORT, POISON, AFTER)
    # While the page was read, and again when it was refused.
    assert stored.count(1) >= 2


def test_a_page_waits_for_others_no_longer_than_the_deadline(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "LONGEST_WAIT_S", 0.0)
    stored: list[int] = []

    class Watching(DirectPageReader):
        """Tells how many articles are stored before each page."""

        def begin(self, page: Page, **options: bool) -> PageReading:
            stored.append(world.ledger.count_articles())
            return super().begin(page, **options)

    world.parts = replace(world.parts, page_reader=Watching(world.parts.beat))
    world.process(REPORT, AFTER)
    assert stored == [0, 1]


def test_the_worker_reads_what_this_process_reads_and_stays_for_the_next_page(beat: Beat) -> None:
    reader = WorkerPageReader(beat)
    direct = DirectPageReader(beat)
    pages = (REPORT, a_page("empty", "Nothing here", []), AFTER)
    processes = set()
    for page in pages:
        expected = actual = None
        try:
            expected = read_alone(direct, page, nothing_repeated, is_backfill=True)
        except PermanentError as e:
            with pytest.raises(PermanentError, match=re.escape(str(e))):
                read_alone(reader, page, nothing_repeated, is_backfill=True)
        else:
            actual = read_alone(reader, page, nothing_repeated, is_backfill=True)
        assert actual == expected
        (worker,) = reader._idle
        processes.add(worker.process)
    reader.close()
    assert len(processes) == 1


def test_a_bug_in_the_worker_travels_with_its_type_and_place(
    guarded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    harmed_by(monkeypatch, lambda: 1 // 0)
    assert guarded.process(REPORT, POISON) == {Outcome.NEW: 1, Outcome.QUARANTINED: 1}
    (bug,) = guarded.findings.bugs
    assert isinstance(bug, ZeroDivisionError)
    assert "test_page_worker.py" in bug.__notes__[0]


def test_an_answer_that_nobody_waited_for_is_not_given_to_the_next_page(beat: Beat) -> None:
    reader = WorkerPageReader(beat)

    def ledger_is_away(_site: str, _paragraphs: PageParagraphs | None) -> frozenset[int]:
        raise PermanentError("the ledger is away")

    with pytest.raises(PermanentError, match="away"):
        read_alone(reader, REPORT, ledger_is_away, is_backfill=False)
    judged = read_alone(reader, AFTER, nothing_repeated, is_backfill=False)
    reader.close()
    assert judged.article.url == AFTER.url


_PARENT = """
import os, signal, sys
# A shell that starts the tests in the background has its children ignore this signal.
signal.signal(signal.SIGINT, signal.default_int_handler)
from pipelines import extract as extraction
from pipelines.adapters.page_worker import PageLimits, WorkerPageReader
from pipelines.beat.beat import load_beat
from pipelines.config import packaged_beat
from tests.pipelines.world import REPORT
import re

def never_ends(*_):
    os.write(1, f"{os.getpid()}\\n".encode())
    re.match(r"(?:a|a)*b", "a" * 100)

# A limit that the test never reaches: only the signal can end it.
beat = load_beat(packaged_beat())
reader = WorkerPageReader(beat, PageLimits(seconds=1000, seconds_by_clock=1000), workers=2)
reader._is_warm = True
extraction.extract = never_ends
for page in (REPORT, REPORT):
    reader.begin(page, is_backfill=False)
signal.pause()
"""


@pytest.mark.timeout(120)
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a worker ends itself when its time is up")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whatever_ends_the_parent_ends_the_workers_in_the_middle_of_a_page(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as parent:
        assert parent.stdout is not None
        for _ in range(2):
            assert parent.stdout.readline().strip().isdigit()
        parent.send_signal(number)
        # Each worker holds the other end of this pipe: it ends with the last of them.
        assert parent.stdout.read() == b""
        assert parent.wait() != 0
