"""Process: from the pages of open batches to decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from crawlers.batch import (
    read_pages,
)
from crawlers.errors import PermanentError
from crawlers.model import Page
from pipelines.ingest.batch import BatchProcessor
from pipelines.model import (
    OpenBatch,
    Outcome,
)
from pipelines.stages.batches import adopt_waiting_batches
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.relate import relate_changed_stories

SORTED_PAGES = 2000
"""At about 100 KB a page, what a small machine holds easily."""


def process_open_batches(
    parts: RunContext, run_id: int, findings: RunProblems, batch_ids: Collection[str] | None = None
) -> Counter[Outcome]:
    """Drain every open batch (or those named), oldest first; return how many pages met which outcome.

    Two workers may drain the same batch: each page is taken and counted by the one that comes first.
    """
    if batch_ids is None:
        adopt_waiting_batches(parts, run_id)
    outcomes: Counter[Outcome] = Counter()
    for batch in parts.ledger.open_batches():
        if batch_ids is not None and batch.batch_id not in batch_ids:
            continue
        with parts.batches.reading(batch.path) as path:
            if path is None:
                missing = parts.crawl.batch_dir / batch.path if parts.store is None else batch.path
                findings.add_permanent(f"batch {missing} is missing; put it back, or it stays open")
                continue
            parts.progress(
                {"event": "batch", "batch": batch.batch_id, "pages": batch.pages - len(batch.done)}
            )
            outcomes += _process_batch(parts, batch, path, run_id, findings)
        parts.ledger.close_batch(batch.batch_id)
    relate_changed_stories(parts)
    return outcomes


def _process_batch(
    parts: RunContext, batch: OpenBatch, path: Path, run_id: int, findings: RunProblems
) -> Counter[Outcome]:
    outcomes: Counter[Outcome] = Counter()
    pages = PagesInOrder(path, batch)
    processing = batch_processor(parts, run_id, findings)
    for page, outcome in processing.take(batch.batch_id, pages):
        outcomes.update(filter(None, [outcome]))
        parts.progress({"event": "page", "url": page.url})
    if pages.damage is not None:
        findings.add_permanent(f"batch {batch.batch_id}: {pages.damage}")
        missing = (record for record in range(batch.pages) if record not in pages.read)
        outcomes[Outcome.FAILED] += processing.write_off(batch.batch_id, missing, str(pages.damage))
    return outcomes


def batch_processor(
    parts: RunContext, run_id: int, findings: RunProblems, *, again: bool = False
) -> BatchProcessor:
    return BatchProcessor(parts.beat, parts.ledger, parts.clock, parts.looks, run_id, again, findings.bugs)


class PagesInOrder:
    """A batch's pages that are still to do, in order of publication, so that stories do not depend on who answered first.

    A crawl's own batch is sorted in memory; a file of more than `SORTED_PAGES` comes as it lies. `read` are the
    records that were met so far, those that were done before among them; `damage` is why the file could not be read to its end.
    """

    def __init__(self, path: Path, batch: OpenBatch) -> None:
        self._path = path
        self._batch = batch
        self.read = set(batch.done)
        self.damage: PermanentError | None = None

    def __iter__(self) -> Iterator[tuple[int, Page]]:
        todo = self._todo()
        return todo if self._batch.pages > SORTED_PAGES else iter(sorted(todo, key=_appearance))

    def _todo(self) -> Iterator[tuple[int, Page]]:
        try:
            for record, page in read_pages(self._path):
                self.read.add(record)
                if record not in self._batch.done:
                    yield record, page
        except PermanentError as e:
            self.damage = e


def _appearance(numbered: tuple[int, Page]) -> tuple[datetime, str]:
    page = numbered[1]
    return (page.entry.published if page.entry and page.entry.published else page.fetched_at, page.url)
