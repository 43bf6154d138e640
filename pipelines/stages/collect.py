"""Collect: crawl what is due into a batch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog

from crawlers.crawl import crawl, due
from crawlers.errors import CrawlInterrupted
from crawlers.model import CrawlResult, MissedPages, Source
from pipelines.stages.batches import hand_over
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.listed_pages import plan_looks_after_poll
from pipelines.stages.partitions import Partition, divide_sources
from pipelines.text.counts import counted

log = structlog.get_logger()


def collect_sources(
    context: RunContext,
    run_id: int,
    problems: RunProblems,
    source_ids: Sequence[str] = (),
    *,
    due_only: bool = True,
    on_batch: Callable[[str], None] = lambda _: None,
) -> int:
    """Crawl what is due, or the sources named, into batches; return their pages.

    The batches are handed to the ledger. `on_batch` hears the id of one that is there while slow sources are
    still waited for. Trouble is noted in `problems` and stops nothing else.
    """
    _note_times_ahead(context, problems)
    try:
        result = collect_batch(context, run_id, source_ids, due_only=due_only, on_batch=on_batch)
    except CrawlInterrupted as e:
        problems.add_temporary(str(e))
        log.warning("crawl interrupted", reason=e.reason)
        return 0
    if result is None:
        return 0
    all_failed = all(report.result == "failed" for report in result.reports)
    if result.reports and all_failed:
        first_error = result.reports[0].error
        asked = counted(len(result.reports), "source")
        problems.add_temporary(f"none of {asked} could be read: {first_error}")
    return result.pages


def known_pages(
    context: RunContext, sources: Sequence[Source], limit_each: int = 5000
) -> dict[str, datetime]:
    """Return the addresses that need not be asked for, each with its last look.

    A look that lies ahead was noted by a clock that was wrong. It counts as made now: otherwise no
    change of the page would be fetched until then.
    """
    now = context.clock.now()
    ids = []
    for source in sources:
        ids.append(source.id)
    known = {}
    for url, at in context.ledger.known_urls(ids, limit_each=limit_each).items():
        known[url] = min(at, now)
    return known


def missed_pages(context: RunContext, sources: Sequence[Source]) -> MissedPages:
    """Return what earlier crawls of these sources asked for in vain."""
    ids = []
    for source in sources:
        ids.append(source.id)
    return MissedPages(context.ledger.page_retries(ids))


def _note_times_ahead(context: RunContext, problems: RunProblems) -> None:
    """Tell where feeds were polled at a time still to come.

    They are asked now.
    """
    now = context.clock.now()
    ahead = []
    states = context.ledger.feed_states()
    for source in context.enabled_sources():
        state = states.get(source.id)
        if state is not None and state.last_polled is not None and state.is_ahead_of(now):
            ahead.append(state.last_polled)
    if ahead:
        were = counted(len(ahead), "source was", "sources were")
        problems.add_temporary(
            f"{were} last asked at a time that is still to come (up to "
            f"{max(ahead):%Y-%m-%d %H:%M} UTC), so a clock was ahead; they are asked now. It is "
            f"{now:%Y-%m-%d %H:%M} UTC by this machine: correct its clock if that is wrong"
        )


def due_partitions(
    context: RunContext, count: int, source_ids: Collection[str] = (), *, due_only: bool = True
) -> list[Partition]:
    """Divide what is due, or the sources named, into at most `count` partitions.

    There is a crawl for each.

    Partitions share no site, so that each crawl keeps the limits per host by itself.
    """
    sources = context.enabled_sources(source_ids)
    if due_only:
        missed = missed_pages(context, sources)
        sources = due(sources, context.ledger.feed_states(), context.clock.now(), missed)
    return divide_sources(sources, count)


def collect_batch(
    context: RunContext,
    run_id: int,
    source_ids: Collection[str] = (),
    *,
    due_only: bool = True,
    on_batch: Callable[[str], None] = lambda _: None,
) -> CrawlResult | None:
    """Crawl and hand the batch to the ledger; None when nothing was due.

    Where some sources are much slower than the others, what the others gave is handed over before, as a
    batch of its own. The result is that of all together. Several may work at the same time, on sources that
    share no site. Raises CrawlInterrupted when the crawl did not finish: what was not handed over by then is
    lost, and the sources stay due.
    """
    sources = context.enabled_sources(source_ids)
    if not sources:
        return None
    states = context.ledger.feed_states()
    parts: list[CrawlResult] = []

    def take(path: Path, result: CrawlResult) -> None:
        if hand_over(context, path, result, run_id):
            plan_looks_after_poll(context, states, result.states, context.clock.now())
        parts.append(result)

    def take_part(path: Path, result: CrawlResult) -> None:
        take(path, result)
        on_batch(result.batch_id)

    batch = crawl(
        sources,
        states,
        known_pages(context, sources),
        words=context.beat.broad_words(),
        now=context.clock.now(),
        settings=context.crawl,
        due_only=due_only,
        missed=missed_pages(context, sources),
        listed=context.ledger.listed_entries([source.id for source in sources]),
        on_event=context.progress,
        on_part=take_part,
    )
    if batch is None:
        return None
    take(*batch)
    return _joined_result(parts)


def _joined_result(parts: Sequence[CrawlResult]) -> CrawlResult:
    """Return the results of the parts of one crawl as one, under the name of the last."""
    joined = parts[-1]
    for part in reversed(parts[:-1]):
        joined = replace(
            joined,
            states=part.states + joined.states,
            reports=part.reports + joined.reports,
            failures=part.failures + joined.failures,
            skipped=part.skipped + joined.skipped,
            retries=part.retries + joined.retries,
            pages=part.pages + joined.pages,
        )
    return joined
