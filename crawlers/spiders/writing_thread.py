"""The thread that writes a crawl's pages.

    spider ──page──► what waits, bounded ──► thread: digests, packing, the file
       ▲                    │
       └──── waits here ◄───┘ where it is full

Packing and digests take a quarter of a page's time, and let other threads run meanwhile. Pages come into the
batch in the order in which they were given.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from threading import Condition, Thread

from crawlers.batch import BatchWriter
from crawlers.model import CrawlResult, Page

#: Bytes and pages that wait at most; a single page may be larger.
_WAITING_BYTES = 16 * 1024 * 1024
_WAITING_PAGES = 100


class WritingThread:
    """Writes pages into a batch beside whoever gives them."""

    def __init__(self, writer: BatchWriter) -> None:
        self._writer = writer
        #: Pages that were given for the batch, written or not.
        self.pages = 0
        self._waiting: deque[Page] = deque()
        self._waiting_bytes = 0
        self._error: Exception | None = None
        self._is_closed = False
        #: Guards all of these; it is notified when one of them has changed.
        self._change = Condition()
        self._thread = Thread(target=self._write_all, daemon=True, name="batch-writer")
        self._thread.start()

    def write(self, page: Page) -> None:
        """Take a page to be written, as soon as there is room for it.

        Raises the error that an earlier page met; no page is written after it.
        """
        with self._change:
            self._change.wait_for(self._has_room)
            self._raise_error()
            self._waiting.append(page)
            self._waiting_bytes += len(page.body)
            self.pages += 1
            self._change.notify_all()

    def finish(self, result: CrawlResult) -> Path:
        """Finish the batch when all pages are written.

        Raises the error that one of them met.
        """
        self._wait_until_written()
        return self._writer.finish(result)

    def finish_part(self, result: CrawlResult) -> Path:
        """Finish what was written so far as a batch of its own, and go on with another."""
        self._wait_until_written()
        self.pages = 0
        return self._writer.finish_part(result)

    @property
    def result_at(self) -> int:
        """Return the byte at which the result of the batch that was finished last begins."""
        return self._writer.result_at

    def close(self) -> None:
        """End the thread. What still waits is dropped."""
        with self._change:
            self._is_closed = True
            self._forget_waiting()
        self._thread.join()

    def _has_room(self) -> bool:
        is_empty = not self._waiting
        has_room = len(self._waiting) < _WAITING_PAGES and self._waiting_bytes < _WAITING_BYTES
        return is_empty or has_room

    def _wait_until_written(self) -> None:
        with self._change:
            # A page leaves what waits when it is written.
            self._change.wait_for(lambda: not self._waiting)
            self._raise_error()

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def _write_all(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting or self._is_closed)
                if self._is_closed:
                    return
                page = self._waiting[0]
            try:
                self._writer.write(page)
            except Exception as e:  # noqa: BLE001 - whoever gives the next page hears of it
                self._fail(e)
            else:
                self._note_written()

    def _fail(self, error: Exception) -> None:
        with self._change:
            self._error = error
            self._forget_waiting()

    def _note_written(self) -> None:
        with self._change:
            # Unless the thread was closed meanwhile.
            if self._waiting:
                self._waiting_bytes -= len(self._waiting.popleft().body)
            self._change.notify_all()

    def _forget_waiting(self) -> None:
        self._waiting.clear()
        self._waiting_bytes = 0
        self._change.notify_all()
