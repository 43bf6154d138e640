"""`maplewire terms`: names that terms.yaml lacks, and pages judged by what it has."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli.application import open_app, open_app_to_work
from pipelines.cli.console import print_json, print_text, say
from pipelines.cli.options import AsJson, Limit
from pipelines.cli.stage import finish_command

terms_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The names and words of the beat (terms.yaml)."
)


@terms_app.callback()
def terms() -> None:
    """The names and words of the beat (terms.yaml)."""


@terms_app.command("apply")
def apply_terms(
    since: Annotated[str, typer.Option(help="36h, 7d, 2w or 2026-01-17.")] = "30d",
    most: Annotated[
        int, typer.Option(min=1, max=10_000_000, help="How many pages to judge at most, the newest first.")
    ] = 20_000,
) -> None:
    """Judge pages that were off the beat again.

    By the terms as they are now, from the batches that are kept. What is on the beat now comes in; readers
    are told by the next run. Where more than `--most` pages were off the beat, the older ones are left, and
    the answer says so.

    Example: maplewire terms apply --since 7d
    """
    from pipelines.cli.render.tables import print_table
    from pipelines.stages.context import RunProblems
    from pipelines.stages.rejudge import rejudge
    from pipelines.stages.typed_time import read_typed_time
    from pipelines.text.counts import counted

    problems = RunProblems()
    with open_app_to_work() as maplewire:
        begin = read_typed_time(since, maplewire.clock.now())
        rejudged = rejudge(maplewire.parts, begin, problems, most)
    rows = []
    for page, outcome in rejudged.found:
        rows.append((page.source_id, outcome.value, page.url))
    print_table("", ["source", "outcome", "url"], rows)
    say(f"{counted(rejudged.judged, 'page')} judged again, {len(rows)} on the beat now")
    if rejudged.has_older:
        say(f"There are older pages since {begin:%Y-%m-%d}; --most {most * 2} judges more of them")
    finish_command(problems)


@terms_app.command("suggest")
def suggest_terms(
    since: Annotated[str, typer.Option(help="36h, 7d, 2w or 2026-01-17.")] = "90d",
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Show names beside the beat that are in no list.

    They come up in headlines that name a side of the beat. They are printed with these headlines, as entries
    for terms.yaml. You decide to which side a name belongs.

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
