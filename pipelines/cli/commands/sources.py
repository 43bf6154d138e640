"""`maplewire sources`: the catalogue, checks and health."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli.application import open_app
from pipelines.cli.console import print_json
from pipelines.cli.options import AsJson

sources_app = typer.Typer(help="The catalogue of sources.", no_args_is_help=True)


@sources_app.command("list")
def sources_list(as_json: AsJson = False) -> None:
    """Show the catalogue."""
    from dataclasses import asdict

    from pipelines.cli.render.sources import print_catalogue

    with open_app(reading=True) as maplewire:
        sources = maplewire.beat.sources
    if as_json:
        print_json(list(map(asdict, sources)))
    else:
        print_catalogue(sources)


@sources_app.command("check")
def sources_check(
    source: Annotated[list[str] | None, typer.Argument(help="Ids; without any, all enabled sources.")] = None,
) -> None:
    """Try sources live.

    Does the listing answer, can it be read, does an article come?

    Example: maplewire sources check gnw-canada
    """
    from pipelines.cli.render.sources import print_checks

    with open_app() as maplewire:
        if not print_checks(maplewire, source or []):
            raise typer.Exit(1)


@sources_app.command("health")
def sources_health(as_json: AsJson = False) -> None:
    """Show how the sources do.

    For each its last success, its failures, and its usual and present volume.
    """
    from pipelines.cli.render.sources import print_health, read_health

    with open_app(reading=True) as maplewire:
        rows = read_health(maplewire)
    if as_json:
        print_json(rows)
    else:
        print_health(rows)
