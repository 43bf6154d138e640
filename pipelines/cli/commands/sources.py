"""`maplewire sources`: the catalogue, checks and health."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.application import open_app
from pipelines.cli.commands.moved_sources import sources_move
from pipelines.cli.commands.new_sources import sources_add, sources_export, sources_import
from pipelines.cli.commands.source_switch import sources_off, sources_on, sources_retry
from pipelines.cli.console import print_json, say
from pipelines.cli.options import AsJson
from pipelines.cli.progress import progress_bars

if TYPE_CHECKING:
    from crawlers.source_check import SourceCheck

sources_app = typer.Typer(help="The catalogue of sources.", no_args_is_help=True)
sources_app.command("add")(sources_add)
sources_app.command("import")(sources_import)
sources_app.command("export")(sources_export)
sources_app.command("move")(sources_move)
sources_app.command("off")(sources_off)
sources_app.command("on")(sources_on)
sources_app.command("retry")(sources_retry)


@sources_app.command("list")
def sources_list(as_json: AsJson = False) -> None:
    """Show the catalogue."""
    from pipelines.cli.render.sources import catalogue_json, print_catalogue

    with open_app(reading=True) as maplewire:
        sources = maplewire.beat.sources
    if as_json:
        print_json(list(map(catalogue_json, sources)))
    else:
        print_catalogue(sources)


@sources_app.command("check")
def sources_check(
    source: Annotated[list[str] | None, typer.Argument(help="Ids; without any, all enabled sources.")] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Note in sources.yaml on which day a source answered.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Try sources live, all at the same time.

    Does the listing answer, can it be read, do its selectors find something, does an article come? Of a
    section page it shows which links there are. The exit status is 1 where a source fails.

    Example: maplewire sources check gnw-canada
    """
    from crawlers.crawl import check
    from pipelines.cli.render.source_checks import check_json, choose_sources, print_checks, read_articles

    wanted = source or []
    with progress_bars() as bars, open_app() as maplewire:
        sources = choose_sources(maplewire.beat.sources, wanted)
        checks = check(sources, maplewire.parts.crawl, maplewire.clock.now(), bars)
        articles = read_articles(checks, maplewire.page_reader)
    if as_json:
        print_json([check_json(one, articles.get(one.source.id)) for one in checks])
    else:
        print_checks(checks, articles, all_links=bool(wanted))
    if write:
        _write_answers(maplewire.beat.folder / "sources.yaml", checks, maplewire.clock.now().date())
    if any(one.error is not None for one in checks):
        raise typer.Exit(1)


def _write_answers(catalogue: Path, checks: Sequence[SourceCheck], today: date) -> None:
    """Note in the catalogue which sources answered today."""
    from crawlers.source_file import set_answered
    from pipelines.text.counts import counted

    dates = {}
    for one in checks:
        if one.error is None:
            dates[one.source.id] = today
    written = set_answered(catalogue, dates)
    say(f"{counted(written, 'source')} got “answered: {today}” in {catalogue}")


@sources_app.command("health")
def sources_health(as_json: AsJson = False) -> None:
    """Show how well the sources work.

    For each source: its last success, its failures, and its usual and present volume.
    """
    from pipelines.cli.render.sources import print_health, read_health

    with open_app(reading=True) as maplewire:
        rows = read_health(maplewire)
    if as_json:
        print_json(rows)
    else:
        print_health(rows)
