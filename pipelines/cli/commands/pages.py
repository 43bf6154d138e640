"""`maplewire pages`: what became of pages."""

from __future__ import annotations

from typing import Annotated

import typer

from crawlers.errors import CatalogueError
from pipelines.cli.application import open_app
from pipelines.cli.console import print_json, say
from pipelines.cli.options import AsJson, Limit


def pages(
    outcome: Annotated[
        list[str] | None,
        typer.Option(help="off_beat, borderline, failed, skipped …; without any, all outside of stories."),
    ] = None,
    since: Annotated[str, typer.Option(help="36h, 7d, 2w or 2026-01-17.")] = "1d",
    source: Annotated[list[str] | None, typer.Option(help="Only of this source.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Show what became of pages, near misses first.

    Each with its reason. `skipped` are entries that `scope: broad` left out: no page was fetched for them.

    Example: maplewire pages --outcome off_beat --since 7d --source cbc-world
    """
    from pipelines.cli.render.pages import page_json, print_pages
    from pipelines.stages.page_list import list_pages, read_outcomes
    from pipelines.stages.typed_time import read_typed_time
    from pipelines.text.counts import counted

    outcomes = read_outcomes(outcome or [])
    wanted = source or []
    with open_app(reading=True) as maplewire:
        begin = read_typed_time(since, maplewire.clock.now())
        found = list_pages(maplewire.ledger, maplewire.beat, outcomes, begin, wanted)
        for source_id in wanted:
            # A source that is no longer in the catalogue may still have pages.
            is_seen = any(page.source_id == source_id for page in found)
            if not is_seen and maplewire.beat.source(source_id) is None:
                hint = "`maplewire sources list` shows them"
                raise CatalogueError([f"no source “{source_id}” and no page of it; {hint}"])
    if as_json:
        print_json(list(map(page_json, found[:limit])))
    else:
        print_pages(found[:limit])
    counts = dict.fromkeys(outcomes, 0)
    for page in found:
        counts[page.outcome] += 1
    words = ", ".join(f"{number} {name.replace('_', '-')}" for name, number in counts.items())
    say(f"{counted(len(found), 'page')} since {begin:%Y-%m-%d %H:%M}: {words}")
    if len(found) > limit:
        say(f"{len(found) - limit} more are not shown; --limit shows more")
