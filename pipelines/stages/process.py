"""Process: from the pages of open batches to decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from crawlers.batch import read_page_at, read_pages, read_placed_pages
from crawlers.errors import PermanentError
from crawlers.model import Page
from pipelines.ingest.batch import BatchProcessor
from pipelines.model import OpenBatch, Outcome
from pipelines.stages.batches import adopt_waiting_batches
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.relate import relate_changed_stories

#: Pages of the largest batch that is put in order. What has more is an archive, in which nobody answered
#: first.
SORTED_PAGES = 2000
#: Bytes of a page from which it comes after the others: hardly any page of news has as many, and each of
#: those may take seconds to read.
LARGE_PAGE = 2_000_000

#: Whether a page is large, when it was published, and its address.
_Order = tuple[bool, datetime, str]


def process_open_batches(
    context: RunContext, run_id: int, problems: RunProblems, batch_ids: Collection[str] | None = None
) -> Counter[Outcome]:
    """Drain every open batch (or those named), oldest first.

    Return how many pages met which outcome. Two workers may drain the same batch: each page is taken and
    counted by the one that comes first.
    """
    if batch_ids is None:
        adopt_waiting_batches(context, run_id)
    outcomes: Counter[Outcome] = Counter()
    for batch in context.ledger.open_batches():
        if batch_ids is not None and batch.batch_id not in batch_ids:
            continue
        with context.batches.reading(batch.path) as path:
            if path is None:
                problems.add_permanent(_missing_batch(context, batch))
                continue
            left = batch.pages - len(batch.done)
            context.progress({"event": "batch", "batch": batch.batch_id, "pages": left})
            outcomes += _process_batch(context, batch, path, run_id, problems)
        context.ledger.close_batch(batch.batch_id)
    # What follows reads no page, and needs memory of its own.
    context.reader.rest()
    relate_changed_stories(context)
    return outcomes


def _missing_batch(context: RunContext, batch: OpenBatch) -> str:
    place = batch.path
    if context.store is None:
        place = str(context.crawl.batch_dir / batch.path)
    give_up = f"maplewire check --give-up {batch.batch_id}"
    return f"batch {place} is missing; put it back, or give it up: {give_up}"


def give_up_batch(context: RunContext, run_id: int, batch_id: str, problems: RunProblems) -> int:
    """Account for the pages of a batch whose file is lost, as failed.

    Returns how many those are. Raises PermanentError where the batch is not open, or its file is there.
    """
    for batch in context.ledger.open_batches():
        if batch.batch_id != batch_id:
            continue
        with context.batches.reading(batch.path) as path:
            if path is not None:
                raise PermanentError(f"batch {batch_id} is there ({path}); process it: maplewire process")
        lost = []
        for record in range(batch.pages):
            if record not in batch.done:
                lost.append(record)
        processor = batch_processor(context, run_id, problems)
        failed = processor.write_off(batch_id, lost, "the batch file is lost and was given up by hand")
        context.ledger.close_batch(batch_id)
        return failed
    raise PermanentError(f"no batch {batch_id} is open; `maplewire check` names those that are missing")


def _process_batch(
    context: RunContext, batch: OpenBatch, path: Path, run_id: int, problems: RunProblems
) -> Counter[Outcome]:
    outcomes: Counter[Outcome] = Counter()
    pages = PagesInOrder(path, batch)
    processor = batch_processor(context, run_id, problems)
    for page, outcome in processor.take(batch.batch_id, pages):
        if outcome is not None:
            outcomes[outcome] += 1
        context.progress({"event": "page", "url": page.url})
    if pages.damage is not None:
        problems.add_permanent(f"batch {batch.batch_id}: {pages.damage}")
        outcomes[Outcome.FAILED] += processor.write_off(batch.batch_id, pages.lost(), str(pages.damage))
    return outcomes


def batch_processor(
    context: RunContext, run_id: int, problems: RunProblems, *, again: bool = False
) -> BatchProcessor:
    """Return what takes the pages of a run.

    With `again`, also those that have an account already.
    """
    return BatchProcessor(
        context.reader,
        context.ledger,
        context.clock,
        context.rechecks,
        run_id,
        again,
        # Who asks for a page again wants to know what it says.
        screens=context.screens and not again,
        bugs=problems.bugs,
    )


class _PlacedPage(NamedTuple):
    """Where a page is, and what its turn depends on."""

    order: _Order
    record: int
    place: int


class PagesInOrder:
    """A batch's pages that are still to do, in order of publication.

    Stories then do not depend on who answered first. A page is held from its turn on: a crawl's own batch is
    read twice, first for the order and then page by page. A file of more than `SORTED_PAGES`, or of pages
    that are packed together, comes as it lies.
    """

    def __init__(self, path: Path, batch: OpenBatch) -> None:
        self._path = path
        self._batch = batch
        #: How many records were met so far. They are numbered as they lie.
        self._met = 0
        #: Records that were met, and wait for their turn.
        self._waiting: list[int] = []
        #: Why the file could not be read to its end.
        self.damage: PermanentError | None = None

    def __iter__(self) -> Iterator[tuple[int, Page]]:
        if self._batch.pages > SORTED_PAGES:
            return self._read_undone()
        placed = self._place_undone()
        if placed is None:
            return self._read_undone()
        return self._read_in_order(placed)

    def lost(self) -> list[int]:
        """Return the records that the file no longer has, and that were not done before."""
        records = sorted(self._waiting)
        for record in range(self._met, self._batch.pages):
            if record not in self._batch.done:
                records.append(record)
        return records

    def _read_undone(self) -> Iterator[tuple[int, Page]]:
        self._met = 0
        try:
            for record, page in read_pages(self._path):
                self._met = record + 1
                if record not in self._batch.done:
                    yield record, page
        except PermanentError as e:
            self.damage = e

    def _place_undone(self) -> list[_PlacedPage] | None:
        """Return the pages that are still to do, without what they say.

        None where they cannot be found by their places.
        """
        placed: list[_PlacedPage] = []
        last_place = -1
        try:
            for record, page, place in read_placed_pages(self._path):
                if place <= last_place:
                    return None
                last_place = place
                self._met = record + 1
                if record not in self._batch.done:
                    placed.append(_PlacedPage(_order_of_publication(page), record, place))
        except PermanentError as e:
            self.damage = e
        return placed

    def _read_in_order(self, placed: list[_PlacedPage]) -> Iterator[tuple[int, Page]]:
        # The last one is taken first.
        placed.sort(reverse=True)
        self._waiting = [page.record for page in placed]
        try:
            while placed:
                page = read_page_at(self._path, placed[-1].place)
                self._waiting.pop()
                yield placed.pop().record, page
        except PermanentError as e:
            self.damage = e


def _order_of_publication(page: Page) -> _Order:
    is_large = len(page.body) >= LARGE_PAGE
    if page.entry is not None and page.entry.published is not None:
        return is_large, page.entry.published, page.url
    return is_large, page.fetched_at, page.url
