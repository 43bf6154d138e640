"""`maplewire story ID`: show one story."""

from __future__ import annotations

from typing import Annotated

import typer

from crawlers.errors import CatalogueError
from pipelines.cli.application import open_app
from pipelines.cli.command_group import StoryFirstGroup
from pipelines.cli.commands.corrections import (
    story_link,
    story_merge,
    story_split,
    story_undo,
    story_unlink,
    story_words,
)
from pipelines.cli.options import AsJson, StoryId


class _StoryGroup(StoryFirstGroup):
    usual_command = "show"


story_app = typer.Typer(
    help="One story: `maplewire story ID` shows it.",
    no_args_is_help=True,
    cls=_StoryGroup,
)


@story_app.command("show")
def story_show(
    story_id: StoryId,
    passages: Annotated[
        bool,
        typer.Option(
            "--passages", help="Also the sentences that each copy kept, reworded, left out and added."
        ),
    ] = False,
    text: Annotated[
        bool,
        typer.Option("--text", help="The whole text as it was kept, of an article or the story's original."),
    ] = False,
    version: Annotated[
        int | None, typer.Option("--version", min=1, help="With --text: this version of the page.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show one story.

    Its origin, carriers and copies, the versions of its pages, and its history.

    Examples:

        maplewire story s9c1f0a2b3c4d5e6f --passages

        maplewire story https://www.example.com/news/1 --text --version 1
    """
    if text:
        _show_text(story_id, version, as_json=as_json)
        return
    if version is not None:
        raise CatalogueError(["--version goes with --text: it chooses the text that is printed"])
    from pipelines.beat.organisations import organisations_of
    from pipelines.cli.render.story import print_story
    from pipelines.stories.view import find_story

    with open_app(reading=True) as maplewire:
        story = find_story(maplewire.ledger, story_id)
        organisations = organisations_of(maplewire.outlets)
        print_story(maplewire.ledger, story, organisations, as_json=as_json, passages=passages)


def _show_text(wanted: str, version: int | None, *, as_json: bool) -> None:
    from pipelines.cli.render.kept_text import print_kept_text
    from pipelines.stories.kept_text import read_kept_text

    with open_app(reading=True) as maplewire:
        print_kept_text(read_kept_text(maplewire.ledger, wanted, version), as_json=as_json)


# These change stories, and stand in a file of their own.
story_app.command("merge")(story_merge)
story_app.command("split")(story_split)
story_app.command("link")(story_link)
story_app.command("unlink")(story_unlink)
story_app.command("undo")(story_undo)
story_app.command("words")(story_words)
