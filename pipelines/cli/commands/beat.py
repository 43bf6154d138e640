"""`maplewire beat`: a beat as data, and whose a data folder is."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from crawlers.errors import CatalogueError
from pipelines.cli.application import open_app
from pipelines.cli.console import command_name, print_text, say

beat_app = typer.Typer(
    help="The beat as data: write one, check it, explain its words.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

BeatFolder = Annotated[
    Path,
    typer.Argument(metavar="FOLDER", help="A beat's folder, or the name of one that comes with Maplewire."),
]

OptionalBeatFolder = Annotated[
    Path | None,
    typer.Argument(metavar="[FOLDER]", help="A beat's folder or name; by default the beat in use."),
]


@beat_app.command("use")
def beat_use(folder: BeatFolder) -> None:
    """Let the data folder belong to a beat from now on.

    Commands use it where MAPLEWIRE_BEAT is not set. What another beat has stored stays where it is.
    """
    from pipelines.beat.beat import load_beat
    from pipelines.config import find_beat_folder

    found = find_beat_folder(folder)
    with open_app(reading=True) as maplewire:
        settings = maplewire.settings
        # A beat with mistakes would stop every later command.
        beat = load_beat(found, own_searches=settings.own_searches)
        maplewire.note_beat(found)
    say(f"{settings.home} belongs to the beat “{beat.name}” ({found}) from now on")


@beat_app.command("new")
def beat_new(  # noqa: PLR0913 - one for each option
    folder: Annotated[Path, typer.Argument(metavar="NAME", help="The folder to make: salt-in-chile.")],
    name: Annotated[str | None, typer.Option("--name", help="What the beat is called.")] = None,
    side: Annotated[
        list[str] | None, typer.Option("--side", help="Whom it is about; once for each side.")
    ] = None,
    country: Annotated[
        list[str] | None,
        typer.Option("--country", help="The country of each side, in order; - for none."),
    ] = None,
    language: Annotated[list[str] | None, typer.Option("--language", help="Its languages: en, ja …")] = None,
    source: Annotated[
        list[str] | None, typer.Option("--source", metavar="URL", help="A feed or news sitemap to follow.")
    ] = None,
    zone: Annotated[
        list[str] | None, typer.Option("--zone", help="The readers' clocks: Europe/Oslo; their own first.")
    ] = None,
    kind: Annotated[
        str, typer.Option("--kind", help="What sides without a country are: company, person, body, thing …")
    ] = "thing",
    to: Annotated[
        str | None, typer.Option("--to", metavar="ADDRESS", help="Who gets what is found, once a day.")
    ] = None,
) -> None:
    """Write a small beat that works, with comments. It asks for what no option says.

    Nothing that is there is overwritten.

    Example: maplewire beat new salt --side Chile --country CL --language es --zone America/Santiago
    """
    from pipelines.cli.new_beat_questions import ask_plan
    from pipelines.cli.render.beat import beat_summary
    from pipelines.operations.new_beat import NewBeat, write_beat

    called = name or folder.resolve().name.replace("-", " ").capitalize()
    if side:
        plan = NewBeat(called, tuple(side), kind=kind)
    elif sys.stdin.isatty():
        plan = ask_plan(called)
    else:
        advice = "write whom the beat is about, as --side Chile; once for each side"
        raise CatalogueError([f"--side is missing: {advice}"])
    plan = replace(
        plan,
        countries=tuple(country or plan.countries),
        languages=tuple(language or plan.languages),
        sources=tuple(source or plan.sources),
        zones=tuple(zone or plan.zones),
        reader=to or plan.reader,
    )
    beat = write_beat(folder, plan)
    say(beat_summary(beat))
    home = f"{folder.resolve().name}-data"
    command = f"MAPLEWIRE_BEAT={quote(str(folder))} MAPLEWIRE_HOME={quote(home)} {command_name()}"
    say(f"to find what a site offers: {command} sources add https://SITE --write")
    say(f"to collect: {command} run")


@beat_app.command("check")
def beat_check(folder: OptionalBeatFolder = None) -> None:
    """Check a beat: every mistake, its line and what to write.

    Hints on what could be better go to standard output. Exit status 2 where there is a mistake. Pages saved
    with the rules of rules.yaml are read again.

    Example: maplewire beat check beats/salt-in-chile
    """
    from pipelines.beat.beat import load_beat
    from pipelines.cli.render.beat import beat_summary
    from pipelines.config import find_beat_folder
    from pipelines.operations.rule_check import check_site_rules
    from pipelines.stories.value_doubts import beat_doubts

    with open_app(reading=True) as maplewire:
        if folder is None:
            beat = maplewire.beat
        else:
            # Without the searches of the data folder, which may belong to another beat.
            beat = load_beat(find_beat_folder(folder))
        rule_hints = check_site_rules(beat, maplewire.clock.now())
    for hint in (*beat.hints, *rule_hints):
        print_text(f"hint: {hint}\n")
    for parsed in beat.searches:
        search = parsed.search
        for doubt in beat_doubts(beat, parsed.query):
            print_text(f'hint: {search.where}: search "{search.id}": query: {doubt}\n')
    say(beat_summary(beat))


@beat_app.command("explain")
def beat_explain(
    word: Annotated[str, typer.Argument(help="A name, a word or a phrase, in any language.")],
    folder: Annotated[
        Path | None,
        typer.Option("--beat", metavar="FOLDER", help="A beat's folder or name; else the one in use."),
    ] = None,
) -> None:
    """Tell where a word is known from, and what it does.

    Example: maplewire beat explain Oslo
    """
    from pipelines.beat.beat import load_beat
    from pipelines.cli.render.beat import print_explanation
    from pipelines.config import find_beat_folder
    from pipelines.operations.beat_explanation import explain_word

    if not word.strip():
        raise CatalogueError(["the word is empty; write a name, as: maplewire beat explain Oslo"])
    with open_app(reading=True) as maplewire:
        beat = maplewire.beat if folder is None else load_beat(find_beat_folder(folder))
    explanation = explain_word(beat, word)
    print_explanation(explanation)
    if not explanation.known_places:
        raise typer.Exit(1)
