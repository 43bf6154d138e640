"""Several pages are read at once by real workers, with the results of reading one after the other."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crawlers.errors import TemporaryError
from crawlers.model import Page, Source
from pipelines import extract as extraction
from pipelines.adapters.ledger import SqlLedger, open_ledger
from pipelines.adapters.ledger.schema import metadata
from pipelines.adapters.page_worker import PageLimits, WorkerPageReader
from pipelines.beat.beat import Beat
from pipelines.ingest import site_boilerplate
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.page_reader import PageReading
from pipelines.model import Outcome
from pipelines.text.chinese_characters import character_scripts
from tests.pipelines.world import LOCAL, RELEASE, World, a_page

#: What a site prints around everything: learnt page by page, so that the order in which it is asked counts.
FOOTER = "Sign up for our morning letter and read what Canada and China say to each other, six days a week."
LIMITS = PageLimits(seconds=30, seconds_by_clock=100)

Step = Callable[[Page], object]


def report(number: int, *, source: str = "daily", paragraphs: Sequence[str] = RELEASE) -> Page:
    """Return one of many reports, some of which are copies of others."""
    day = number // 3
    own = f"Report {day} adds that {day} ships with canola from Canada waited off Nansha in China."
    title = f"Canada and China talk about canola, day {day}"
    return a_page(
        f"r{number}", title, [own, *paragraphs[number % 3 :], FOOTER], source=source, hours=number / 10
    )


def many_reports() -> list[Page]:
    pages = []
    for number in range(18):
        pages.append(report(number, source=("daily", "courier", "wire")[number % 3]))
    pages.append(a_page("empty", "Nothing here", []))
    pages.append(a_page("library", "The library closes", LOCAL))
    return pages


def before_reading(monkeypatch: pytest.MonkeyPatch, step: Step) -> None:
    """Do something in the worker before each page; workers are forks and inherit that."""
    real = extraction.extract

    def extract_after(page: Page, source: Source | None, *rest: Any) -> Any:
        step(page)
        return real(page, source, *rest)

    monkeypatch.setattr(extraction, "extract", extract_after)


@pytest.fixture
def readers() -> Iterator[list[WorkerPageReader]]:
    """Readers that are closed at the end."""
    made: list[WorkerPageReader] = []
    yield made
    for reader in made:
        reader.close()


def read_by(world: World, readers: list[WorkerPageReader], workers: int, limits: PageLimits = LIMITS) -> None:
    """Let a world read its pages by so many workers."""
    reader = WorkerPageReader(world.parts.beat, limits, workers)
    readers.append(reader)
    world.parts = replace(world.parts, page_reader=reader)


def all_rows(ledger: SqlLedger) -> dict[str, list[Any]]:
    rows = {}
    with ledger.database.engine.connect() as connection:
        for table in metadata.sorted_tables:
            rows[table.name] = sorted(map(repr, connection.execute(select(table))))
    return rows


def url_of(number: int) -> str:
    return report(number).url


@pytest.mark.timeout(120)
def test_the_ledger_is_the_same_whatever_the_number_of_workers(
    beat: Beat, tmp_path: Path, readers: list[WorkerPageReader], monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait(page: Page) -> None:
        # So that later pages are read before earlier ones.
        time.sleep((page.body[-60] % 5 + len(page.body) % 5) / 50)

    before_reading(monkeypatch, wait)
    found = []
    for workers in (1, 2, 5):
        home = tmp_path / str(workers)
        world = World(beat, home)
        with closing(open_ledger(f"sqlite:///{tmp_path}/{workers}.sqlite")) as ledger:
            world.ledger = ledger  # type: ignore[assignment]
            world.parts = replace(world.parts, ledger=ledger)
            read_by(world, readers, workers)
            outcomes = world.process(*many_reports())
            found.append((outcomes, all_rows(ledger)))
    assert found[0][0][Outcome.COPY]
    assert found[0][0][Outcome.QUARANTINED] == 1
    assert found[1] == found[0]
    assert found[2] == found[0]


@pytest.mark.timeout(120)
def test_two_pages_are_read_at_the_same_time(
    world: World, readers: list[WorkerPageReader], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def wait_for_the_other(page: Page) -> None:
        if page.url not in (url_of(0), url_of(1)):
            return
        mine, other = ("a", "b") if page.url == url_of(0) else ("b", "a")
        (tmp_path / mine).touch()
        # Read one after the other, the first would wait until its time is up.
        while not (tmp_path / other).exists():
            time.sleep(0.01)

    before_reading(monkeypatch, wait_for_the_other)
    read_by(world, readers, 2)
    world.process(report(0), report(1))
    assert not world.ledger.quarantined()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_a_worker_that_dies_costs_its_page_and_no_other(
    world: World, readers: list[WorkerPageReader], monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    def die(page: Page) -> None:
        if page.url == url_of(4):
            signal.signal(signal.SIGSEGV, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            time.sleep(60)

    before_reading(monkeypatch, die)
    read_by(world, readers, 3)
    pages = [report(n) for n in range(9)]
    outcomes = world.process(*pages)
    assert sum(outcomes.values()) == len(pages)
    (kept,) = world.ledger.quarantined()
    assert kept.url == url_of(4)
    assert "the process that read it was ended" in kept.reason


@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("workers", [1, 3])
def test_page_whose_worker_is_killed_by_others_is_read_again(
    world: World,
    readers: list[WorkerPageReader],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    number: signal.Signals,
    workers: int,
) -> None:
    mark = tmp_path / "killed"

    def die_once(page: Page) -> None:
        if page.url == url_of(4) and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), number)
            time.sleep(60)

    before_reading(monkeypatch, die_once)
    read_by(world, readers, workers)
    pages = [report(n) for n in range(9)]
    assert sum(world.process(*pages).values()) == len(pages)
    assert mark.exists()
    assert not world.ledger.quarantined()


@pytest.mark.timeout(120)
def test_page_whose_worker_is_killed_while_it_awaits_an_answer_is_read_again(
    world: World, readers: list[WorkerPageReader]
) -> None:
    read_by(world, readers, 1)
    (reader,) = readers
    reading = reader.begin(report(4), is_backfill=False)
    while reading.question is None:
        reader.wait([reading], 1.0)
    killed = reader._turns[reading].worker.process
    os.kill(killed, signal.SIGKILL)
    os.waitid(os.P_PID, killed, os.WEXITED | os.WNOWAIT)
    reader.answer(reading, frozenset())
    while reading.outcome is None:
        reader.wait([reading], 1.0)
    assert isinstance(reading.outcome, JudgedArticle)


@pytest.mark.timeout(120)
def test_a_worker_that_is_killed_between_two_pages_costs_none(
    world: World, readers: list[WorkerPageReader]
) -> None:
    read_by(world, readers, 2)
    world.process(report(0), report(3))
    (reader,) = readers
    for worker in reader._idle:
        os.kill(worker.process, signal.SIGKILL)
        # Until it is dead; its end is left for the reader to find.
        os.waitid(os.P_PID, worker.process, os.WEXITED | os.WNOWAIT)
    assert sum(world.process(report(6), report(9)).values()) == 2
    assert not world.ledger.quarantined()


@pytest.mark.timeout(120)
def test_pages_that_wait_for_a_slow_one_are_not_late_themselves(
    world: World, readers: list[WorkerPageReader], monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_slow(page: Page) -> None:
        if page.url == url_of(0):
            time.sleep(60)

    before_reading(monkeypatch, be_slow)
    read_by(world, readers, 3, PageLimits(seconds=30, seconds_by_clock=3))
    pages = [report(n) for n in range(7)]
    outcomes = world.process(*pages)
    assert outcomes[Outcome.QUARANTINED] == 1
    (kept,) = world.ledger.quarantined()
    assert kept.url == url_of(0)


@pytest.mark.timeout(120)
def test_pages_of_a_costly_source_come_after_those_of_others_as_with_one_worker(
    beat: Beat, readers: list[WorkerPageReader], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def be_costly(page: Page) -> None:
        if page.url == url_of(0):
            # The others are extracted by then, and wait for their turn.
            time.sleep(1)
            os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(60)

    before_reading(monkeypatch, be_costly)
    pages = [report(0), report(3), report(6), report(9, source="wire"), report(12, source="courier")]
    orders = []
    for workers in (1, 4):
        world = World(beat, tmp_path / str(workers))
        done: list[str] = []
        world.parts = replace(
            world.parts, progress=lambda event, done=done: done.append(event.get("url", ""))
        )
        read_by(world, readers, workers)
        world.process(*pages)
        orders.append(done)
    assert orders[0] == orders[1]
    assert orders[0][-2:] == [url_of(3), url_of(6)]


@pytest.mark.timeout(120)
def test_a_ledger_that_is_away_leaves_no_answer_behind(
    world: World, readers: list[WorkerPageReader], monkeypatch: pytest.MonkeyPatch
) -> None:
    read_by(world, readers, 3)
    real = site_boilerplate.BoilerplateLearner.repeated_on

    def fail(*_: Any) -> Any:
        raise TemporaryError("the ledger is away")

    monkeypatch.setattr(site_boilerplate.BoilerplateLearner, "repeated_on", fail)
    pages = [report(n) for n in range(0, 18, 3)]
    with pytest.raises(TemporaryError, match="away"):
        world.process(*pages)
    monkeypatch.setattr(site_boilerplate.BoilerplateLearner, "repeated_on", real)
    done: list[str] = []

    def note(event: Mapping[str, Any]) -> None:
        done.append(event.get("url", ""))

    world.parts = replace(world.parts, progress=note)
    # The batch is still open, and so are its pages.
    assert world.process() == {Outcome.NEW: len(pages)}
    assert done[1 : 1 + len(pages)] == [page.url for page in pages]


def test_what_chinese_needs_is_loaded_before_the_first_worker_so_that_all_share_it(
    world: World, readers: list[WorkerPageReader]
) -> None:
    character_scripts.cache_clear()
    read_by(world, readers, 1)
    world.process(report(0))
    # This process reads no page itself.
    assert character_scripts.cache_info().currsize == 1


def test_what_sites_repeat_is_kept_before_a_long_batch_ends(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_boilerplate, "MOST_UNKEPT", 5)
    monkeypatch.setattr("pipelines.ingest.batch.AT_ONCE", 1)
    kept = []

    def note(event: Any) -> None:
        if "url" in event:
            kept.append(len(world.ledger.site_boilerplate("daily.example").recent))

    world.parts = replace(world.parts, progress=note)
    world.process(*[report(number) for number in range(8)])
    assert kept == [0, 0, 0, 0, 5, 5, 5, 5]


@pytest.mark.timeout(120)
def test_no_more_pages_are_held_than_a_few_a_worker(
    world: World, readers: list[WorkerPageReader], monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_slow(page: Page) -> None:
        if page.url == url_of(0):
            time.sleep(1)

    before_reading(monkeypatch, be_slow)
    read_by(world, readers, 2)
    (reader,) = readers
    begun = decided = most = 0
    begin = reader.begin

    def count_begun(page: Page, **options: bool) -> Any:
        nonlocal begun, most
        begun += 1
        most = max(most, begun - decided)
        return begin(page, **options)

    def count_decided(event: Any) -> None:
        nonlocal decided
        decided += "url" in event

    monkeypatch.setattr(reader, "begin", count_begun)
    monkeypatch.setattr("pipelines.ingest.batch.AT_ONCE", 1)
    world.parts = replace(world.parts, progress=count_decided)
    world.process(*[report(n) for n in range(30)])
    # Four a worker, and the one whose outcome is just being told.
    assert 2 < most <= 9


@pytest.mark.timeout(120)
def test_a_bug_of_a_later_page_comes_at_its_turn(
    world: World, readers: list[WorkerPageReader], monkeypatch: pytest.MonkeyPatch
) -> None:
    def err(page: Page) -> None:
        if page.url == url_of(0):
            time.sleep(0.5)
        if page.url == url_of(3):
            raise ZeroDivisionError

    before_reading(monkeypatch, err)
    read_by(world, readers, 3)
    outcomes = world.process(report(0), report(3), report(6))
    assert outcomes == {Outcome.NEW: 2, Outcome.QUARANTINED: 1}
    (bug,) = world.findings.bugs
    assert isinstance(bug, ZeroDivisionError)


def note_workers(monkeypatch: pytest.MonkeyPatch, notes: Path) -> Callable[[], list[str]]:
    """Let each worker note its number as it reads a page; return what reads the notes."""

    own = os.getpid()

    def note(_page: Page) -> None:
        # The run itself reads pages to get warm.
        if os.getpid() == own:
            return
        with notes.open("a") as file:
            file.write(f"{os.getpid()}\n")

    before_reading(monkeypatch, note)

    def numbers() -> list[str]:
        return notes.read_text().split()

    return numbers


@pytest.mark.timeout(120)
def test_workers_end_with_the_last_page_of_a_run_and_others_read_the_next_one(
    world: World, readers: list[WorkerPageReader], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    workers = note_workers(monkeypatch, tmp_path / "workers")
    read_by(world, readers, 2)
    world.process(report(0), report(1))
    first = workers()
    assert first
    for process in first:
        assert not Path(f"/proc/{process}").exists()
    assert sum(world.process(report(2)).values()) == 1
    assert not set(workers()[len(first) :]) & set(first)


def read_to_end(reader: WorkerPageReader, *readings: PageReading) -> None:
    while not all(reading.outcome for reading in readings):
        for reading in readings:
            if reading.question is not None:
                reader.answer(reading, frozenset())
        reader.wait(readings, 1)


def wait_for_answer_of(reading: PageReading, reader: WorkerPageReader) -> None:
    """Wait until a worker's answer is there, and leave it there."""
    assert reader._turns[reading].worker.connection.poll(60)


@pytest.mark.timeout(120)
def test_page_beside_those_that_are_read_has_a_worker_for_as_long_as_it_takes(
    world: World, readers: list[WorkerPageReader], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    workers = note_workers(monkeypatch, tmp_path / "workers")
    read_by(world, readers, 1)
    first = readers[0].begin(report(0), is_backfill=False)
    wait_for_answer_of(first, readers[0])
    # The first one's worker is not free: it waits for what its site repeats.
    second = readers[0].begin(report(1), is_backfill=False)
    read_to_end(readers[0], first, second)
    assert isinstance(first.outcome, JudgedArticle)
    assert isinstance(second.outcome, JudgedArticle)
    assert len(set(workers())) == 2
    running = [process for process in workers() if Path(f"/proc/{process}").exists()]
    assert len(running) == 1


@pytest.mark.timeout(120)
def test_page_beside_those_that_are_read_finds_a_worker_whose_answer_nobody_took(
    world: World, readers: list[WorkerPageReader], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    workers = note_workers(monkeypatch, tmp_path / "workers")
    read_by(world, readers, 1)
    read = readers[0].begin(a_page("empty", "Nothing here", []), is_backfill=False)
    wait_for_answer_of(read, readers[0])
    beside = readers[0].begin(report(1), is_backfill=False)
    assert read.outcome is not None
    read_to_end(readers[0], beside)
    assert len(set(workers())) == 1
