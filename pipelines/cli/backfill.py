"""`maplewire backfill` and `maplewire upkeep`: fetching the past, and clearing it away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.errors import CatalogueError, CrawlError

if TYPE_CHECKING:
    from crawlers.model import Window
    from pipelines.bootstrap import App
    from pipelines.stages.context import RunProblems


def fill(
    app: App,
    run_id: int,
    findings: RunProblems,
    *,
    since: str | None,
    until: str | None,
    sources: Sequence[str],
    warcs: Sequence[Path],
) -> str:
    """Fetch the past, process it and bring the index up to date; return what came of it in words."""
    from pipelines.stages.backfill import asked_window, named_sources
    from pipelines.stages.index import index_changes
    from pipelines.stages.process import process_open_batches

    window = asked_window(since, until, app.clock.now(), has_files=bool(warcs))
    named_sources(app.parts, sources)
    if missing := [path for path in warcs if not path.is_file()]:
        raise CatalogueError([f"{path}: no such file" for path in missing])
    told = (
        _from_files(app, run_id, findings, window, sources, warcs)
        if warcs
        else [_from_web(app, run_id, findings, window, sources)]
    )
    outcomes = process_open_batches(app.parts, run_id, findings)
    told.append(
        ", ".join(f"{n} {o.value.replace('_', '-')}" for o, n in outcomes.items()) or "nothing to process"
    )
    index_changes(app.parts, findings)
    return "; ".join(told)


def _from_files(
    app: App,
    run_id: int,
    findings: RunProblems,
    window: Window | None,
    sources: Sequence[str],
    warcs: Sequence[Path],
) -> list[str]:
    from pipelines.stages.backfill import import_warc

    told = []
    for path in warcs:
        try:
            taken = import_warc(app.parts, run_id, path, window, sources)
        except CrawlError as e:  # the other files are read all the same
            findings.add_error(e, str(e))
            continue
        left = f", {taken.left_out} left out" if taken.left_out else ""
        told.append(f"{path.name}: {'taken before' if taken.known else f'{taken.pages} pages'}{left}")
    return told


def _from_web(
    app: App, run_id: int, findings: RunProblems, window: Window | None, sources: Sequence[str]
) -> str:
    from pipelines.stages.backfill import crawl_past

    assert window is not None, "without files there is a window"
    result = crawl_past(app.parts, run_id, sources, window)
    if result is None:
        return "no source to ask"
    for report in result.reports:
        if report.result == "failed":
            findings.add_temporary(f"{report.source_id} failed: {report.error}")
    return f"{result.pages} pages from {len(result.reports)} sources"


def tidy(app: App) -> str:
    from pipelines.operations.upkeep import upkeep

    settings = app.settings
    keep = timedelta(days=settings.keep_batches_days)
    return str(upkeep(app.parts, keep=keep, free_share=settings.disk_free_share))
