"""`maplewire story ID`: show one story."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from pipelines.cli.application import open_app
from pipelines.cli.commands.corrections import story_merge, story_split, story_undo, story_words
from pipelines.cli.options import AsJson, StoryId


class _StoryGroup(TyperGroup):
    """The `story` commands.

    A first word that is none of them is a story's id.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        # `maplewire story ID` is typed far more often than any other of these.
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


story_app = typer.Typer(
    help="One story: `maplewire story ID` shows it, `merge` and `split` correct it by hand.",
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
    as_json: AsJson = False,
) -> None:
    """Show one story.

    Its origin, carriers and copies, the versions of its pages, and its history.

    Example: maplewire story s9c1f0a2b3c4d5e6f --passages
    """
    from pipelines.cli.render.story import print_story
    from pipelines.stories.view import find_story

    with open_app(reading=True) as maplewire:
        story = find_story(maplewire.ledger, story_id)
        print_story(maplewire.ledger, story, as_json=as_json, passages=passages)


# These change stories, and stand in a file of their own.
story_app.command("merge")(story_merge)
story_app.command("split")(story_split)
story_app.command("undo")(story_undo)
story_app.command("words")(story_words)
