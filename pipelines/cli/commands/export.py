"""`maplewire export`: what a query finds, to take away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crawlers.errors import CatalogueError
from pipelines.cli.application import open_app
from pipelines.cli.console import print_text, say


def export(
    query: Annotated[str, typer.Argument(help="Lucene syntax, as for `maplewire search`.")],
    export_format: Annotated[str, typer.Option("--format", help="csv, jsonl, ris or bibtex.")] = "csv",
    texts: Annotated[bool, typer.Option("--texts", help="With the texts as kept.")] = False,
    most: Annotated[int, typer.Option(min=1, help="Stories at most.")] = 10_000,
    out: Annotated[Path | None, typer.Option(help="The file to write, instead of standard output.")] = None,
) -> None:
    """Write every article of the stories that a query finds.

    Cells of a CSV never begin like a formula.

    Example: maplewire export 'canola lang:fr' --format ris --out canola.ris
    """
    from pipelines.stages.export import found_articles
    from pipelines.stories.export import FORMATS, write_export

    chosen = None
    for known in FORMATS:
        if known == export_format:
            chosen = known
    if chosen is None:
        raise CatalogueError([f"--format {export_format}: write {', '.join(FORMATS)}"])
    with open_app(reading=True) as maplewire:
        now = maplewire.clock.now()
        articles = found_articles(maplewire.ledger, maplewire.index, query, now, most)
        parts = write_export(articles, chosen, texts=texts)
        if out is None:
            for part in parts:
                print_text(part)
            return
        text = "".join(parts)
    try:
        # As written: a CSV has its own line ends.
        out.write_bytes(text.encode())
    except OSError as e:
        raise CatalogueError([f"{out}: cannot be written ({e.strerror}); name another file"]) from e
    say(f"{out} is written")
