"""Batches that wait: written by a killed run, or named by a person."""

from __future__ import annotations

from pathlib import Path

import structlog

from crawlers.batch import BACKFILL, SUFFIX, discard_leftovers, read_pages, read_result
from crawlers.errors import PermanentError
from crawlers.model import CrawlResult
from crawlers.private_files import make_private_folder
from pipelines.model import article_id
from pipelines.stages.context import RunContext

log = structlog.get_logger()


def hand_over(context: RunContext, path: Path, result: CrawlResult, run_id: int) -> bool:
    """Publish a complete batch and enter it in the ledger.

    Returns False where the ledger knows it already.
    """
    context.batches.publish(path)
    return context.ledger.adopt(result, path.name, run_id)


def is_of_past(batch_id: str) -> bool:
    """Tell whether a batch was made by a backfill."""
    return batch_id.startswith(BACKFILL)


def has_waiting_batches(context: RunContext, *, of_past: bool) -> bool:
    """Tell whether there is anything to process, of a backfill or of what is new.

    That is an open batch, or a complete one that nobody handed over.
    """
    waiting = _unadopted_batches(context)
    for batch in context.ledger.open_batches():
        waiting.append(batch.batch_id)
    return any(is_of_past(batch_id) == of_past for batch_id in waiting)


def _unadopted_batches(context: RunContext) -> list[str]:
    """Return the names of complete batches that the ledger does not know.

    Names are enough: to read every old batch again would cost more with every run.
    """
    names: list[str] = []
    for name in context.batches.names():
        if context.ledger.batch_path(name.removesuffix(SUFFIX)) is None:
            names.append(name)
    return names


def adopt_waiting_batches(context: RunContext, run_id: int) -> None:
    """Take over complete batches that a killed run wrote and never handed over."""
    make_private_folder(context.crawl.batch_dir)
    discard_leftovers(context.crawl.batch_dir)
    for name in _unadopted_batches(context):
        try:
            result = read_crawl_result(context, name)
        except PermanentError as e:
            # One damaged file must not keep the others waiting.
            log.error("batch cannot be read", batch=name, reason=str(e))
            continue
        if result is not None and context.ledger.adopt(result, name, run_id):
            log.info("batch adopted", batch=name, pages=result.pages)


def read_crawl_result(context: RunContext, name: str) -> CrawlResult | None:
    """Return what a batch says of its crawl, None where it is not there."""
    with context.batches.reading(name) as path:
        if path is None:
            return None
        return read_result(path)


def add_batch(context: RunContext, path: Path, run_id: int) -> bool:
    """Enter any WARC file, ours or another's, as a batch to process.

    False where it is known already. The file stays where it is. Its id is its name with a hash of its path,
    so that two crawls' files of one name are two batches.
    """
    full_path = path.resolve()
    result = read_result(full_path)
    if result is None:
        now = context.clock.now()
        plain_name = full_path.name.removesuffix(".gz").removesuffix(".warc")
        batch_id = f"{plain_name}-{article_id(str(full_path))[:8]}"
        pages = sum(1 for _ in read_pages(full_path))
        result = CrawlResult(batch_id, now, now, (), (), pages=pages)
    # A batch in its own folder is named without the folder, so that the folder can be moved.
    is_in_folder = full_path.parent == context.crawl.batch_dir.resolve()
    stored_path = full_path.name if is_in_folder else str(full_path)
    return context.ledger.adopt(result, stored_path, run_id)
