"""Batches that wait: written by a killed run, or named by a person."""

from __future__ import annotations

from pathlib import Path

import structlog

from crawlers.batch import (
    SUFFIX,
    discard_leftovers,
    read_pages,
    read_result,
)
from crawlers.errors import PermanentError
from crawlers.model import CrawlResult
from pipelines.model import (
    article_id,
)
from pipelines.stages.context import RunContext

log = structlog.get_logger()


def has_waiting_batches(parts: RunContext) -> bool:
    """Tell whether there is anything to process: an open batch, or a complete one that nobody handed over."""
    return bool(_not_handed_over(parts) or parts.ledger.open_batches())


def _not_handed_over(parts: RunContext) -> list[str]:
    """Go by the names of batches: reading every old batch again would cost more with every run."""
    return [
        name for name in parts.batches.names() if parts.ledger.batch_path(name.removesuffix(SUFFIX)) is None
    ]


def adopt_waiting_batches(parts: RunContext, run_id: int) -> None:
    """Take over complete batches that a killed run wrote and never handed over."""
    parts.crawl.batch_dir.mkdir(parents=True, exist_ok=True)
    discard_leftovers(parts.crawl.batch_dir)
    for name in _not_handed_over(parts):
        with parts.batches.reading(name) as path:
            try:
                result = read_result(path) if path else None
            except PermanentError as e:  # one damaged file must not keep the others waiting
                log.error("batch cannot be read", batch=name, reason=str(e))
                continue
        if result is not None and parts.ledger.adopt(result, name, run_id):
            log.info("batch adopted", batch=name, pages=result.pages)


def add_batch(parts: RunContext, path: Path, run_id: int) -> bool:
    """Enter any WARC file, ours or another's, as a batch to process; False where it is known already.

    The file stays where it is. Its id is its name with a hash of its place, so that two crawls' files
    of one name are two batches.
    """
    place = path.resolve()
    result = read_result(place)
    if result is None:
        now = parts.clock.now()
        name = f"{place.name.removesuffix('.gz').removesuffix('.warc')}-{article_id(str(place))[:8]}"
        result = CrawlResult(name, now, now, (), (), pages=sum(1 for _ in read_pages(place)))
    inside = place.parent == parts.crawl.batch_dir.resolve()
    return parts.ledger.adopt(result, place.name if inside else str(place), run_id)
