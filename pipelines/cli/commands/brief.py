"""`maplewire brief`: what came in, as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crawlers.errors import CatalogueError
from pipelines.cli.application import open_app
from pipelines.cli.console import print_text, say


def brief(
    since: Annotated[str, typer.Option(help="36h, 7d, 2w or 2026-01-17.")] = "1d",
    out: Annotated[Path, typer.Option(help="The page to write; - for standard output.")] = Path("brief.html"),
) -> None:
    """Write what came in as one page.

    It shows stories, plots and syndication routes.

    The page needs no script and no network.

    Example: maplewire brief --since 7d --out week.html
    """
    from pipelines.alerts.exports import brief_of
    from pipelines.stages.typed_time import read_typed_time

    with open_app(reading=True) as maplewire:
        page = brief_of(maplewire.parts, read_typed_time(since, maplewire.clock.now()))
    # The page is made first: a ledger that is away must not leave an empty file.
    if str(out) == "-":
        print_text(page)
        return
    try:
        out.write_text(page, "utf-8")
    except OSError as e:
        raise CatalogueError([f"{out}: cannot be written: {e.strerror}"]) from e
    say(f"{out} is written")
