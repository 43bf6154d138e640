"""`maplewire terms suggest`: names that terms.yaml lacks."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli.application import open_app
from pipelines.cli.console import print_json, print_text, say
from pipelines.cli.options import AsJson, Limit

terms_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The names and words of the beat (terms.yaml)."
)


@terms_app.callback()
def terms() -> None:
    """The names and words of the beat (terms.yaml)."""


@terms_app.command("suggest")
def suggest_terms(
    since: Annotated[str, typer.Option(help="36h, 7d, 2w or 2026-01-17.")] = "90d",
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Show names that come up beside a side of the beat and are in no list.

    With their headlines, as entries for terms.yaml. You decide to which side a name belongs.

    Example: maplewire terms suggest --since 30d > names.yaml
    """
    from pipelines.relevance.suggestions import suggested_yaml
    from pipelines.stages.typed_time import read_typed_time
    from pipelines.stages.unknown_names import suggest_unknown_names
    from pipelines.text.counts import counted

    with open_app(reading=True) as maplewire:
        begin = read_typed_time(since, maplewire.clock.now())
        found = suggest_unknown_names(maplewire.parts, begin)
        shown = found[:limit]
        lines = list(suggested_yaml(shown, maplewire.beat.terms))
    if as_json:
        documents = []
        for one in shown:
            documents.append({
                "name": one.name,
                "forms": list(one.forms),
                "language": one.language,
                "headlines": one.headlines,
                "beside": dict(one.beside),
                "examples": list(one.examples),
            })  # fmt: skip
        print_json(documents)
    elif lines:
        print_text("\n".join(lines) + "\n")
    say(f"{counted(len(found), 'name')} seen often since {begin:%Y-%m-%d}, beside a side and in no list")
    if len(found) > limit:
        say(f"{len(found) - limit} more are not shown; --limit shows more")
