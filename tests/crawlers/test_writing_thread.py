"""Pages are written in a thread of their own: in order, bounded, and no error is lost."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from crawlers.batch import BatchWriter, read_pages, read_result
from crawlers.model import CrawlResult, Page
from crawlers.spiders.writing_thread import WritingThread
from tests.builders import NOON, a_page

MIB = 2**20
#: A test that waits longer for another thread has failed.
PATIENCE_S = 60


def result(batch_id: str, pages: int) -> CrawlResult:
    return CrawlResult(batch_id, NOON, NOON + timedelta(seconds=3), (), (), pages=pages)


def some_pages(number: int, size: int = 10) -> list[Page]:
    pages = []
    body = bytes(size)
    for count in range(number):
        pages.append(a_page(f"https://daily.example/{count}", body))
    return pages


class SlowDisk(BatchWriter):
    """Writes a page for each one that is allowed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "b1")
        self.allowed = threading.Semaphore(0)

    def write(self, page: Page) -> int:
        assert self.allowed.acquire(timeout=PATIENCE_S)
        return super().write(page)

    def allow(self, pages: int) -> None:
        self.allowed.release(pages)


class FullDisk(BatchWriter):
    """Has room for so many pages."""

    def __init__(self, folder: Path, pages: int) -> None:
        super().__init__(folder, "b1")
        self.room = pages

    def write(self, page: Page) -> int:
        if self.pages == self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(page)


@contextmanager
def writing(batch: BatchWriter) -> Iterator[WritingThread]:
    with batch, closing(WritingThread(batch)) as thread:
        yield thread


def give_all(thread: WritingThread, pages: list[Page]) -> None:
    for page in pages:
        thread.write(page)


def addresses(path: Path) -> list[str]:
    return [page.url for _, page in read_pages(path)]


def test_pages_come_in_the_order_in_which_they_were_given(tmp_path: Path) -> None:
    pages = some_pages(500)
    with writing(BatchWriter(tmp_path, "b1")) as thread:
        give_all(thread, pages)
        path = thread.finish(result("b1", thread.pages))
    assert addresses(path) == [page.url for page in pages]
    found = read_result(path, thread.result_at)
    assert found is not None
    assert found.pages == 500


def test_the_end_waits_for_all_pages(tmp_path: Path) -> None:
    disk = SlowDisk(tmp_path)
    with writing(disk) as thread:
        give_all(thread, some_pages(20))
        assert disk.pages == 0
        disk.allow(20)
        path = thread.finish(result("b1", 20))
    assert len(addresses(path)) == 20


def test_a_part_holds_what_was_given_before_it_and_the_rest_what_came_after(tmp_path: Path) -> None:
    pages = some_pages(6)
    with writing(BatchWriter(tmp_path, "b1")) as thread:
        give_all(thread, pages[:4])
        part = thread.finish_part(result("b1-1", thread.pages))
        assert thread.pages == 0
        give_all(thread, pages[4:])
        rest = thread.finish(result("b1", thread.pages))
    assert addresses(part) == [page.url for page in pages[:4]]
    assert addresses(rest) == [page.url for page in pages[4:]]


@pytest.mark.parametrize(("size", "most"), [(MIB, 16), (9 * MIB, 2), (17 * MIB, 1), (0, 100)])
def test_whoever_gives_pages_waits_while_many_are_not_written(tmp_path: Path, size: int, most: int) -> None:
    disk = SlowDisk(tmp_path)
    number = most + 10
    waiting: list[int] = []
    is_full = threading.Event()

    def give_pages() -> None:
        for page in some_pages(number, size):
            thread.write(page)
            waiting.append(thread.pages - disk.pages)
            if thread.pages == most:
                is_full.set()

    with writing(disk) as thread:
        giver = threading.Thread(target=give_pages)
        giver.start()
        assert is_full.wait(PATIENCE_S)
        disk.allow(number)
        giver.join(PATIENCE_S)
        thread.finish(result("b1", number))
    # One that is being written has left the batch's count, and not yet what waits.
    assert max(waiting) <= most
    assert len(waiting) == number


def test_an_error_is_told_at_the_end_and_with_each_page_that_comes_after(tmp_path: Path) -> None:
    with writing(FullDisk(tmp_path, pages=2)) as thread:
        give_all(thread, some_pages(3))
        with pytest.raises(OSError, match="No space left"):
            thread.finish(result("b1", 3))
        for page in some_pages(2):
            with pytest.raises(OSError, match="No space left"):
                thread.write(page)
        with pytest.raises(OSError, match="No space left"):
            thread.finish_part(result("b1-1", 3))
    assert list(tmp_path.iterdir()) == []


def test_whoever_waits_for_room_is_told_of_an_error(tmp_path: Path) -> None:
    pages = some_pages(1_000, MIB)
    with writing(FullDisk(tmp_path, pages=1)) as thread:
        with pytest.raises(OSError, match="No space left"):
            give_all(thread, pages)
        assert thread.pages < len(pages)


def test_an_error_of_our_own_is_told_too(tmp_path: Path) -> None:
    with writing(BatchWriter(tmp_path, "b1")) as thread:
        thread.write(a_page(headers={"x": None}))
        with pytest.raises(AttributeError):
            thread.finish(result("b1", 1))
    assert list(tmp_path.iterdir()) == []


def test_what_waits_is_dropped_where_there_is_no_end(tmp_path: Path) -> None:
    disk = SlowDisk(tmp_path)
    with disk:
        thread = WritingThread(disk)
        give_all(thread, some_pages(20))
        # The page that is being written; the thread ends behind it.
        disk.allow(1)
        thread.close()
        assert disk.pages <= 1
    assert list(tmp_path.iterdir()) == []


def test_a_batch_without_pages_has_an_end(tmp_path: Path) -> None:
    with writing(BatchWriter(tmp_path, "b1")) as thread:
        path = thread.finish(result("b1", 0))
    assert addresses(path) == []
