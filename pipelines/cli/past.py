"""`maplewire backfill` and `maplewire upkeep`: fetching the past, and clearing it away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.errors import CatalogueError, CrawlError

if TYPE_CHECKING:
    from crawlers.model import Window
    from pipelines.bootstrap import App
    from pipelines.run import Findings


def fill(
    app: App,
    run_id: int,
    findings: Findings,
    *,
    since: str | None,
    until: str | None,
    sources: Sequence[str],
    warcs: Sequence[Path],
) -> str:
    """Fetch the past, process it and bring the index up to date; return what came of it in words."""
    from pipelines import run as stages
    from pipelines.backfill import named_sources

    window = asked_window(since, until, app.clock.now(), has_files=bool(warcs))
    named_sources(app.parts, sources)
    if missing := [path for path in warcs if not path.is_file()]:
        raise CatalogueError([f"{path}: no such file" for path in missing])
    told = (
        _from_files(app, run_id, findings, window, sources, warcs)
        if warcs
        else [_from_web(app, run_id, findings, window, sources)]
    )
    outcomes = stages.process(app.parts, run_id, findings)
    told.append(
        ", ".join(f"{n} {o.value.replace('_', '-')}" for o, n in outcomes.items()) or "nothing to process"
    )
    stages.index(app.parts, findings)
    return "; ".join(told)


def asked_window(since: str | None, until: str | None, now: datetime, *, has_files: bool) -> Window | None:
    """Read the dates that were typed. Raises CatalogueError for what is no time, or no window."""
    from pipelines.backfill import LONGEST, window_of
    from pipelines.run import since_of

    if since is None and not has_files:
        raise CatalogueError(
            ["say how far back: --since 30d, or --since 2026-01-01; or name files with --warc"]
        )
    if since is None and until is None:
        return None
    return window_of(
        since_of(since, now) if since else now - LONGEST, since_of(until, now) if until else None, now
    )


def _from_files(
    app: App,
    run_id: int,
    findings: Findings,
    window: Window | None,
    sources: Sequence[str],
    warcs: Sequence[Path],
) -> list[str]:
    from pipelines.backfill import import_warc

    told = []
    for path in warcs:
        try:
            taken = import_warc(app.parts, run_id, path, window, sources)
        except CrawlError as e:  # the other files are read all the same
            findings.troubles.append(str(e))
            continue
        left = f", {taken.left_out} left out" if taken.left_out else ""
        told.append(f"{path.name}: {'taken before' if taken.known else f'{taken.pages} pages'}{left}")
    return told


def _from_web(
    app: App, run_id: int, findings: Findings, window: Window | None, sources: Sequence[str]
) -> str:
    from pipelines.backfill import crawl_past

    assert window is not None, "without files there is a window"
    result = crawl_past(app.parts, run_id, sources, window)
    if result is None:
        return "no source to ask"
    for report in result.reports:
        findings.troubles += (
            [f"{report.source_id} failed: {report.error}"] if report.result == "failed" else []
        )
    return f"{result.pages} pages from {len(result.reports)} sources"


def tidy(app: App) -> str:
    from pipelines.upkeep import upkeep

    settings = app.settings
    done = upkeep(
        app.parts, keep=timedelta(days=settings.keep_batches_days), free_share=settings.disk_free_share
    )
    return (
        f"{done.pruned} batches removed ({done.freed / 1e6:.1f} MB), {done.left} left, {done.needed} of them needed; "
        f"{done.tidied}"
    )
