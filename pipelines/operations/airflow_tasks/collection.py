"""Collecting news: crawls are planned, done and accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from crawlers.errors import CatalogueError, TemporaryError
from pipelines.operations.airflow_tasks.accounts import (
    ClosedAccount,
    Counts,
    EarlierTaskError,
    Piece,
    failed_source_lines,
    failed_sources,
    has_open_batches,
    named_in_brackets,
    note_text,
    planned_pieces,
    raise_problems,
)
from pipelines.operations.airflow_tasks.task_app import open_task_app
from pipelines.text.counts import counted

if TYPE_CHECKING:
    from pipelines.bootstrap import App
    from pipelines.model import RunReport


def plan_collection(most_shards: int, source_ids: Sequence[str] = ()) -> list[Piece]:
    """Return what is due in pieces of work, one for each crawl.

    A piece is {"run", "label", "sources"}; [] where nothing is due. `run` is the number of the run in
    the ledger's accounts. Sources that are named are asked whether they are due or not. Raises
    CatalogueError for a source that the beat does not have.
    """
    from pipelines.stages.collect import due_partitions

    with open_task_app() as app:
        _check_sources(app, source_ids)
        shards = due_partitions(app.parts, most_shards, source_ids, due_only=not source_ids)
        # A quiet five minutes leave no run in the accounts.
        if not shards:
            return []
        run_id = app.ledger.start_run(app.clock.now())
    pieces: list[Piece] = []
    for shard in shards:
        pieces.append({"run": run_id, "label": shard.label, "sources": list(shard.source_ids)})
    return pieces


def _check_sources(app: App, source_ids: Sequence[str]) -> None:
    """Raise CatalogueError for ids that the beat does not have."""
    mistakes: list[str] = []
    for source_id in source_ids:
        if app.beat.source(source_id) is None:
            mistakes.append(f"no source “{source_id}”; `maplewire sources list` shows them")
    if mistakes:
        raise CatalogueError(mistakes)


def collect_shard(run_id: int, source_ids: Sequence[str], *, limit_s: float) -> Counts:
    """Crawl these sources into one batch.

    Returns {"items", "sources", "failed", "known", "skipped", "missed"}. A source that fails is
    counted, named in the log, and raises nothing. `limit_s` bounds the whole crawl. Raises
    CrawlInterrupted, a TemporaryError, when it did not finish: then there is no batch.
    """
    from pipelines.stages.collect import collect_batch

    # The plan has asked what is due. By now a source may be due no more, yet it was promised.
    with open_task_app() as app:
        parts = app.parts
        crawl = replace(parts.crawl, timeout_s=min(limit_s, parts.crawl.timeout_s))
        result = collect_batch(replace(parts, crawl=crawl), run_id, source_ids, due_only=False)
    counts = dict.fromkeys(("items", "sources", "failed", "known", "skipped", "missed"), 0)
    if result is None:
        return counts
    counts["items"] = result.pages
    counts["sources"] = len(result.reports)
    for report in result.reports:
        counts["known"] += report.known
        counts["skipped"] += report.skipped
        # Pages that could not be fetched; "failed" are sources whose listing could not be read.
        counts["missed"] += report.failed
        if report.result == "failed":
            counts["failed"] += 1
    return counts


def shard_label(label: str, counts: Counts) -> str:
    """Return what a desk reads on a crawl: "Canadian press · 41 items · 2 failed"."""
    failed = f" · {counts['failed']} failed" if counts["failed"] else ""
    return f"{label} · {counted(counts['items'], 'item')}{failed}"


def close_collection(plan: Sequence[Piece] | None, done: Sequence[Counts]) -> ClosedAccount:
    """Close a collection's account and return it.

    The note names every source that failed. `done` are the accounts of the crawls that finished.
    Raises EarlierTaskError without a `plan`, and when no crawl finished: then the machine or its
    network is the trouble, and to add up again helps nobody.
    """
    pieces, run_id = planned_pieces(plan)
    if run_id is None:
        return ClosedAccount({"items": 0}, "Nothing was due.", pages_wait=False)
    with open_task_app() as app:
        # The report of the run is known only when it is finished, and the note is made from it.
        report = app.ledger.finish_run(run_id, app.clock.now(), 0)
        counts = _count_crawled(report)
        note = _collection_note(app, counts, report, len(pieces) - len(done), len(pieces))
        app.ledger.finish_run(run_id, app.clock.now(), 0, note)
        pages_wait = has_open_batches(app, of_past=False)
    # After the note was kept: what is known of the run is not lost with the error.
    if not done:
        raise EarlierTaskError(f"no crawl finished; the sources stay due and are asked again. {note}")
    return ClosedAccount(counts | {"crawls": len(done)}, note, pages_wait)


def _count_crawled(report: RunReport) -> Counts:
    """Return what all crawls of a run brought, by its account in the ledger.

    A crawl that a person cleared has an account for its last try alone, and what it brought before is
    known by then: added up, those accounts would say that less came.
    """
    counts = dict.fromkeys(("items", "sources", "failed", "known", "missed"), 0)
    for source in report.sources:
        counts["items"] += source.crawled
        counts["sources"] += 1
        counts["known"] += source.known
        counts["missed"] += source.missed
    counts["failed"] = len(failed_sources(report))
    return counts


def _collection_note(app: App, counts: Counts, report: RunReport, lost: int, crawls: int) -> str:
    failed = named_in_brackets(failed_sources(report))
    summary = (
        f"{counted(counts['items'], 'item')} from {counted(counts['sources'], 'source')}, "
        f"{counts['failed']} failed{failed}, {counts['known']} known already"
    )
    # A lost crawl has left no batch, so its sources are missing in all the counts above.
    if lost:
        summary += f"; {lost} of {counted(crawls, 'crawl')} did not finish, their sources stay due"
    return note_text([summary, *failed_source_lines(app, report)])


def recheck_pages() -> tuple[Counts, str]:
    """Look again at the pages that are due; return {"pages"} and a note.

    Raises TemporaryError when the crawl did not finish: its pages stay due, a little later.
    """
    from pipelines.stages.context import RunProblems
    from pipelines.stages.recheck import recheck_due_pages

    problems = RunProblems()
    with open_task_app() as app:
        run_id = app.ledger.start_run(app.clock.now())
        pages = recheck_due_pages(app.parts, run_id, problems)
        note = f"{counted(pages, 'page')} looked at again."
        # The note is kept before trouble is raised, so that the account is closed in any case.
        app.ledger.finish_run(run_id, app.clock.now(), 0, "; ".join([note, *problems.sentences]))
    raise_problems(problems, TemporaryError)
    return {"pages": pages}, note
