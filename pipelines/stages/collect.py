"""Collect: crawl what is due into a batch."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import structlog

from crawlers.crawl import crawl, due
from crawlers.errors import CrawlInterrupted
from crawlers.model import CrawlResult
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.partitions import Partition, divide_sources

log = structlog.get_logger()


def collect_sources(
    parts: RunContext,
    run_id: int,
    findings: RunProblems,
    source_ids: Sequence[str] = (),
    *,
    due_only: bool = True,
) -> int:
    """Crawl what is due (or the sources named) into a batch and hand it to the ledger; return its pages."""
    try:
        result = collect_batch(parts, run_id, source_ids, due_only=due_only)
    except CrawlInterrupted as e:
        findings.add_temporary(str(e))
        log.warning("crawl interrupted", reason=e.reason)
        return 0
    if result is None:
        return 0
    if result.reports and all(report.result == "failed" for report in result.reports):
        findings.add_temporary(
            f"none of {len(result.reports)} sources could be read: {result.reports[0].error}"
        )
    return result.pages


def due_partitions(
    parts: RunContext, count: int, source_ids: Collection[str] = (), *, due_only: bool = True
) -> list[Partition]:
    """Divide what is due now (or the sources named) into at most `count` shards, a crawl for each.

    Shards share no site, so that each crawl keeps the limits per host by itself.
    """
    sources = [s for s in parts.beat.sources if s.enabled and (not source_ids or s.id in source_ids)]
    if due_only:
        sources = due(sources, parts.ledger.feed_states(), parts.clock.now())
    return divide_sources(sources, count)


def collect_batch(
    parts: RunContext, run_id: int, source_ids: Collection[str] = (), *, due_only: bool = True
) -> CrawlResult | None:
    """Crawl into one batch and hand it to the ledger; None when nothing was due.

    Several may work at the same time, on sources that share no site. Raises CrawlInterrupted when the crawl
    did not finish: there is no batch then, and the sources stay due.
    """
    sources = [s for s in parts.beat.sources if s.enabled and (not source_ids or s.id in source_ids)]
    ids = [s.id for s in sources]
    if sources:
        handed_over = crawl(
            sources,
            parts.ledger.feed_states(),
            parts.ledger.known_urls(ids),
            words=parts.beat.broad_words(),
            now=parts.clock.now(),
            settings=parts.crawl,
            due_only=due_only,
            on_event=parts.progress,
        )
        if handed_over:
            path, result = handed_over
            parts.batches.publish(path)
            parts.ledger.adopt(result, path.name, run_id)
            return result
    return None
