"""Fetching the past, in pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawlers.errors import CatalogueError
from pipelines.operations.airflow_tasks.accounts import (
    ClosedAccount,
    Counts,
    Piece,
    add_up,
    failed_source_lines,
    failed_sources,
    has_open_batches,
    named_in_brackets,
    note_text,
    planned_pieces,
)
from pipelines.operations.airflow_tasks.task_app import open_task_app
from pipelines.text.counts import counted

if TYPE_CHECKING:
    from crawlers.model import Window
    from pipelines.bootstrap import App
    from pipelines.model import RunReport


def plan_backfill(most_shards: int, asked: Mapping[str, Any]) -> list[Piece]:
    """Return what was asked for in pieces of work.

    A piece is {"run", "label", "sources", "file", "since", "until"}. `asked` holds what a person
    typed: "since", "until", "sources" and "files". A piece is a WARC file, or a group of sources.
    Raises CatalogueError for what cannot be done, before anything is.
    """
    from pipelines.stages.backfill import asked_window, named_sources
    from pipelines.stages.partitions import divide_sources

    # The files lie on the machine of the worker, which need not be that of the person who asked.
    files = list(map(Path, asked["files"] or []))
    asked_sources = list(asked["sources"] or [])
    with open_task_app() as app:
        window = asked_window(asked["since"], asked["until"], app.clock.now(), has_files=bool(files))
        sources = named_sources(app.parts, asked_sources)
        _check_files(files)
        # Only now, so that a mistake leaves no empty run in the accounts.
        run_id = app.ledger.start_run(app.clock.now())
    common: Piece = {"run": run_id, "file": None, "since": None, "until": None}
    if window is not None:
        common |= {"since": window.since.isoformat(), "until": window.until.isoformat()}
    pieces: list[Piece] = []
    if files:
        for path in files:
            pieces.append(common | {"label": path.name, "file": str(path), "sources": asked_sources})
        return pieces
    for shard in divide_sources(sources, most_shards):
        pieces.append(common | {"label": shard.label, "sources": list(shard.source_ids)})
    return pieces


def backfill_piece(piece: Piece, *, limit_s: float) -> Counts:
    """Fetch one piece of the past into batches.

    Returns {"items", "sources", "failed", "left_out"}.
    """
    window = _window_of(piece)
    with open_task_app() as app:
        if piece["file"]:
            return _import_file(app, piece, window)
        assert window is not None, "the web is asked for a window"
        return _crawl_window(app, piece, window, limit_s)


def close_backfill(plan: Sequence[Piece] | None, done: Sequence[Counts]) -> ClosedAccount:
    """Close a backfill's account and return it.

    Raises EarlierTaskError where there was no plan.
    """
    pieces, run_id = planned_pieces(plan)
    if run_id is None:
        return ClosedAccount({"items": 0}, "No source is turned on.", pages_wait=False)
    with open_task_app() as app:
        # Twice: the note is made from the report, and kept with it.
        report = app.ledger.finish_run(run_id, app.clock.now(), 0)
        counts = _count_fetched(pieces, done, report)
        summary = _backfill_summary(counts, failed_sources(report), len(pieces) - len(done), len(pieces))
        note = note_text([summary, *failed_source_lines(app, report)])
        app.ledger.finish_run(run_id, app.clock.now(), 0, note)
        pages_wait = has_open_batches(app, of_past=True)
    return ClosedAccount(counts, note, pages_wait)


def _count_fetched(pieces: Sequence[Piece], done: Sequence[Counts], report: RunReport) -> Counts:
    """Return what a backfill fetched.

    What crawls brought is counted in the ledger: that of a cleared one holds its last try alone.
    """
    keys = ("items", "sources", "failed", "left_out")
    # Files are no sources, so the ledger has no line for them.
    if pieces[0]["file"]:
        return add_up(keys, done)
    counts = dict.fromkeys(keys, 0)
    for source in report.sources:
        counts["items"] += source.crawled
        counts["sources"] += 1
        counts["left_out"] += source.known + source.skipped
    counts["failed"] = len(failed_sources(report))
    return counts


def _backfill_summary(counts: Counts, failed: Sequence[str], lost: int, pieces: int) -> str:
    summary = f"{counted(counts['items'], 'item')} from the past, {counts['left_out']} known or not asked for"
    if lost:
        summary += f"; {lost} of {counted(pieces, 'piece')} did not finish, run it again: "
        summary += "what is known is left out"
    if failed:
        summary += f"; {len(failed)} failed{named_in_brackets(failed)}"
    return summary


def _check_files(files: Sequence[Path]) -> None:
    """Raise CatalogueError where a file is missing."""
    mistakes: list[str] = []
    for path in files:
        if not path.is_file():
            mistakes.append(f"{path}: no such file on the machine that runs this task")
    if mistakes:
        raise CatalogueError(mistakes)


def _window_of(piece: Piece) -> Window | None:
    from crawlers.model import Window

    # Pieces pass between machines as JSON, so their times are text.
    if not piece["since"]:
        return None
    return Window(datetime.fromisoformat(piece["since"]), datetime.fromisoformat(piece["until"]))


def _import_file(app: App, piece: Piece, window: Window | None) -> Counts:
    from pipelines.stages.backfill import import_warc

    # A file may hold pages of a hundred sources; they are counted by what became of them, not here.
    imported = import_warc(app.parts, piece["run"], Path(piece["file"]), window, piece["sources"])
    # A piece that a person cleared would else say that nothing came.
    items = imported.pages + imported.earlier
    return {"items": items, "sources": 0, "failed": 0, "left_out": imported.left_out}


def _crawl_window(app: App, piece: Piece, window: Window, limit_s: float) -> Counts:
    from pipelines.stages.backfill import crawl_past

    counts = {"items": 0, "sources": 0, "failed": 0, "left_out": 0}
    result = crawl_past(app.parts, piece["run"], piece["sources"], window, limit_s=limit_s)
    if result is None:
        return counts
    counts["items"] = result.pages
    counts["sources"] = len(result.reports)
    for report in result.reports:
        counts["left_out"] += report.known + report.skipped
        if report.result == "failed":
            counts["failed"] += 1
    return counts
