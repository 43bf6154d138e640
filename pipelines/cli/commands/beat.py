"""`maplewire beat`: a beat as data, and whose a data folder is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.application import open_app
from pipelines.cli.console import say

beat_app = typer.Typer(
    help="The beat as data: write one, check it, explain its words.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

BeatFolder = Annotated[
    Path,
    typer.Argument(metavar="FOLDER", help="A beat's folder, or the name of one that comes with Maplewire."),
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
