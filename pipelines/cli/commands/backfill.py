"""`maplewire backfill`: fetch the past."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawlers.errors import CrawlError
from pipelines.cli.options import NoScreen
from pipelines.cli.stage import check_files, outcome_words, run_counted_stage

if TYPE_CHECKING:
    from crawlers.model import Window
    from pipelines.bootstrap import App
    from pipelines.stages.context import RunProblems


def backfill(
    since: Annotated[
        str | None, typer.Option(help="36h, 7d, 2w or 2026-01-17; needed without --warc.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Before this time; now, if it is not given.")] = None,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Only this source. May be repeated.")
    ] = None,
    warc: Annotated[
        list[Path] | None, typer.Option("--warc", help="A WARC file instead of the web. May be repeated.")
    ] = None,
    no_screen: NoScreen = False,
) -> None:
    """Fetch the past, from sitemaps or from WARC files.

    The WARC files of Common Crawl's CC-NEWS can be read, for example.

    None of it is mailed as new, except by searches with `backfill: true`. Safe to repeat.

    Examples:

        maplewire backfill --since 30d --source gnw-canada

        maplewire backfill --since 2026-01-01 --warc CC-NEWS-20260117000000-00001.warc.gz
    """
    sources = source or []
    paths = warc or []

    def backfill_stage(maplewire: App, run_id: int, problems: RunProblems) -> str:
        from pipelines.stages.backfill import asked_window, named_sources
        from pipelines.stages.index import index_changes
        from pipelines.stages.process import process_open_batches

        window = asked_window(since, until, maplewire.clock.now(), has_files=bool(paths))
        named_sources(maplewire.parts, sources)  # raises for one that does not exist
        if paths:
            check_files(paths)
            results = _import_files(maplewire, run_id, problems, window, sources, paths)
        else:
            assert window is not None, "without files there is a window"
            results = [_crawl_past(maplewire, run_id, problems, window, sources)]
        parts = maplewire.parts.reading_all() if no_screen else maplewire.parts
        results.append(outcome_words(process_open_batches(parts, run_id, problems)))
        # Only a run indexes by itself, and a person who fetched the past wants to search it.
        index_changes(maplewire.parts, problems)
        return "; ".join(results)

    run_counted_stage(backfill_stage)


def _import_files(
    app: App,
    run_id: int,
    problems: RunProblems,
    window: Window | None,
    sources: Sequence[str],
    paths: Sequence[Path],
) -> list[str]:
    """Import WARC files; return what each gave, in words."""
    from pipelines.stages.backfill import import_warc
    from pipelines.text.counts import counted

    results = []
    for path in paths:
        try:
            imported = import_warc(app.parts, run_id, path, window, sources)
        except CrawlError as e:
            # The other files are read all the same.
            problems.add_error(e, str(e))
            continue
        result = f"{path.name}: {counted(imported.pages, 'page')}"
        if imported.known:
            result = f"{path.name}: imported before"
        if imported.left_out:
            result += f", {imported.left_out} left out"
        results.append(result)
    return results


def _crawl_past(app: App, run_id: int, problems: RunProblems, window: Window, sources: Sequence[str]) -> str:
    """Crawl sitemaps; return what they gave, in words."""
    from pipelines.stages.backfill import crawl_past
    from pipelines.text.counts import counted

    result = crawl_past(app.parts, run_id, sources, window)
    if result is None:
        return "no source has an archive to ask"
    for report in result.reports:
        if report.result == "failed":
            problems.add_temporary(f"{report.source_id} failed: {report.error}")
    return f"{counted(result.pages, 'page')} from {counted(len(result.reports), 'source')}"
