"""Pages that are read at the same time, and leave in the order in which they came.

    begun ──► extracted ──► what its site repeats ──► judged
              several       asked in order            several, given in order

Only reading overlaps. What is asked of the ledger, and what is made of a page, comes in the order of the
pages, so that the results are those of reading one page after the other.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, MutableSet
from dataclasses import dataclass

from crawlers.errors import TemporaryError
from crawlers.model import Page
from pipelines.ingest.page_reader import PageReader, PageReading, PageTooCostly, RepeatedOnSite
from pipelines.model import PageAccount

#: Pages of costly sources that wait for those of others; of a file with more, the rest come in their order.
MOST_POSTPONED = 500
#: Pages that are held for each that is read at once: read before their turn, or waiting for it.
_AHEAD = 4
#: Seconds after which a page counts as slow, so that those before it are stored.
SLOW_S = 1.0

#: A page with its number in the batch.
NumberedPage = tuple[int, Page]


class PageOrder:
    """Gives pages in their order, those of costly sources after the others.

    The next page of such a source may take as long, and the others would wait for it.
    """

    def __init__(self, pages: Iterable[NumberedPage], costly_sources: MutableSet[str]) -> None:
        self._pages: Iterator[NumberedPage] = iter(pages)
        self._costly_sources = costly_sources
        self._postponed: deque[NumberedPage] = deque()
        #: Only postponed pages are left. They are not postponed again.
        self._is_last_part = False

    def take(self) -> tuple[NumberedPage, bool] | None:
        """Return the next page and whether it may still be put back; None at the end."""
        while not self._is_last_part:
            numbered = next(self._pages, None)
            if numbered is None:
                self._is_last_part = True
            elif not self.postpone(numbered):
                return numbered, True
        if self._postponed:
            return self._postponed.popleft(), False
        return None

    def postpone(self, numbered: NumberedPage) -> bool:
        """Keep a page of a costly source for the end; return whether it was kept."""
        is_costly = numbered[1].source_id in self._costly_sources
        if not is_costly or len(self._postponed) >= MOST_POSTPONED:
            return False
        self._postponed.append(numbered)
        return True


@dataclass(slots=True, eq=False)
class PageUnderWay:
    """A page that is being read."""

    record: int
    account: PageAccount
    reading: PageReading
    may_be_put_back: bool
    #: The ledger was asked what its site repeats.
    is_asked: bool = False

    @property
    def page(self) -> Page:
        """The page."""
        return self.reading.page

    @property
    def is_extracted(self) -> bool:
        """Whether what comes behind it may ask the ledger."""
        return self.reading.question is not None or self.reading.outcome is not None


class PagesUnderWay:
    """The pages that are read ahead, and their turns.

    `begin` begins the next page; it returns None where there is none. `on_slow` is called once while a page
    whose turn it is takes long, so that those before it need not wait.
    """

    def __init__(
        self,
        reader: PageReader,
        begin: Callable[[], PageUnderWay | None],
        repeated_on: RepeatedOnSite,
        on_slow: Callable[[], None],
    ) -> None:
        self._reader = reader
        self._begin = begin
        self._repeated_on = repeated_on
        self._on_slow = on_slow
        self._most = reader.at_once * _AHEAD if reader.at_once > 1 else 1
        self._pages: deque[PageUnderWay] = deque()

    def take_first(self) -> PageUnderWay | None:
        """Return the next page when it was read, None where there is none left.

        Raises TemporaryError where the ledger is away.
        """
        self._go_on()
        if not self._pages:
            return None
        first = self._pages[0]
        is_slow = False
        waiting_since = time.monotonic()
        while first.reading.outcome is None:
            left_s = SLOW_S - (time.monotonic() - waiting_since)
            if left_s <= 0 and not is_slow:
                is_slow = True
                self._on_slow()
            unread = [under_way.reading for under_way in self._pages if under_way.reading.outcome is None]
            self._reader.wait(unread, SLOW_S if is_slow else max(0.0, left_s))
            self._go_on()
        self._pages.popleft()
        return first

    def _go_on(self) -> None:
        """Ask for those that are extracted, in their order, and begin others."""
        for under_way in self._pages:
            if not under_way.is_extracted:
                break
            # Those of its source behind it will be put back: were one asked for, it could not be.
            if isinstance(under_way.reading.outcome, PageTooCostly):
                break
            self._ask_for(under_way)
        while self._reader.has_room and len(self._pages) < self._most:
            begun = self._begin()
            if begun is None:
                return
            self._pages.append(begun)

    def _ask_for(self, under_way: PageUnderWay) -> None:
        """Ask what a page's site repeats, where nobody did."""
        reading = under_way.reading
        if under_way.is_asked or reading.question is None:
            return
        under_way.is_asked = True
        try:
            self._reader.answer(reading, self._repeated_on(*reading.question))
        except TemporaryError:
            raise
        except Exception as e:  # noqa: BLE001 - sorted out when its turn comes
            self._reader.give_up(reading)
            reading.outcome = e

    def put_back(self, order: PageOrder) -> None:
        """Give up the pages of costly sources of which the ledger was not asked yet."""
        kept: deque[PageUnderWay] = deque()
        for under_way in self._pages:
            may_go = under_way.may_be_put_back and not under_way.is_asked
            if may_go and order.postpone((under_way.record, under_way.page)):
                self._reader.give_up(under_way.reading)
            else:
                kept.append(under_way)
        self._pages = kept

    def give_up(self) -> None:
        """Give up all that is under way: those pages are as if never read."""
        for under_way in self._pages:
            self._reader.give_up(under_way.reading)
        self._pages.clear()
