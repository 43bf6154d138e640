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
    language: Annotated[
        str,
        typer.Option(help="en, fr or zh. Default: that of the mails where all have one, else en."),
    ] = "",
) -> None:
    """Write what came in as one page.

    It shows stories, plots and syndication routes.

    The page needs no script and no network.

    Example: maplewire brief --since 7d --language fr --out semaine.html
    """
    from pipelines.alerts.brief import brief_language
    from pipelines.alerts.exports import brief_of
    from pipelines.beat.searches.fields import MAIL_LANGUAGES
    from pipelines.stages.typed_time import read_typed_time

    if language and language not in MAIL_LANGUAGES:
        *others, last = MAIL_LANGUAGES
        raise CatalogueError([f"--language {language}: write {', '.join(others)} or {last}"])
    with open_app(reading=True) as maplewire:
        begin = read_typed_time(since, maplewire.clock.now())
        shown_in = language or brief_language(maplewire.beat.searches)
        page = brief_of(maplewire.parts, begin, shown_in)
    # The page is made first: a ledger that is away must not leave an empty file.
    if str(out) == "-":
        print_text(page)
        return
    try:
        out.write_text(page, "utf-8")
    except OSError as e:
        raise CatalogueError([f"{out}: cannot be written ({e.strerror}); name another file"]) from e
    say(f"{out} is written")
