"""`maplewire story merge`, `split`, `link`, `unlink`, `undo` and `words`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.application import open_app, open_app_to_work, user_name
from pipelines.cli.console import print_text, say
from pipelines.cli.options import AsJson

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pipelines.bootstrap import App
    from pipelines.ports import Ledger

StoryToCorrect = Annotated[str, typer.Argument(help="A story, by its id or an article's id or address.")]


def story_merge(
    story_id: StoryToCorrect,
    other_id: Annotated[str, typer.Argument(help="The story that is joined to it.")],
) -> None:
    """Make one story of two, whatever their texts say.

    Later copies follow. `story undo` takes it back.

    Example: maplewire story merge s9c1f0a2b3c4d5e6f s1b2c3d4e5f60718
    """
    from pipelines.stories.corrections import merge
    from pipelines.stories.view import find_story

    with open_app_to_work() as maplewire:
        # Under the lock: a run that goes on meanwhile could join or leave either story.
        first = find_story(maplewire.ledger, story_id)
        second = find_story(maplewire.ledger, other_id)
        story_id = merge(maplewire.ledger, maplewire.clock.now(), first.id, second.id, user_name())
        _update_links_and_index(maplewire)
        print_text(f"{story_id}\n")


def story_split(
    story_id: StoryToCorrect,
    articles: Annotated[list[str], typer.Argument(help="Articles that leave it, by id or address.")],
) -> None:
    """Move articles into a story of their own.

    It holds whatever their texts say. `story undo` takes it back.

    Example: maplewire story split s9c1f0a2b3c4d5e6f 1b2c3d4e5f607182
    """
    from pipelines.stories.corrections import split
    from pipelines.stories.view import article_id_of, find_story

    with open_app_to_work() as maplewire:
        story = find_story(maplewire.ledger, story_id)
        article_ids = []
        for wanted in articles:
            article_ids.append(article_id_of(wanted))
        new_story_id = split(maplewire.ledger, maplewire.clock.now(), story.id, article_ids, user_name())
        _update_links_and_index(maplewire)
        print_text(f"{new_story_id}\n")


def story_link(
    story_id: StoryToCorrect,
    other_id: Annotated[str, typer.Argument(help="Another story about the same event.")],
) -> None:
    """Say that two stories report one event, whatever their texts say.

    They stay two stories, and come in one mail. `story unlink` says the opposite, `story undo` takes it back.

    Example: maplewire story link s9c1f0a2b3c4d5e6f s1b2c3d4e5f60718
    """
    from pipelines.stories.event_corrections import link_stories

    _say_of_events(link_stories, story_id, other_id)


def story_unlink(
    story_id: StoryToCorrect,
    other_id: Annotated[str, typer.Argument(help="A story about another event.")],
) -> None:
    """Say that two stories report different events.

    It holds whatever their texts say. `story link` says the opposite.

    Example: maplewire story unlink s9c1f0a2b3c4d5e6f s1b2c3d4e5f60718
    """
    from pipelines.stories.event_corrections import unlink_stories

    _say_of_events(unlink_stories, story_id, other_id)


def _say_of_events(
    word: Callable[[Ledger, datetime, str, str, str], None], story_id: str, other_id: str
) -> None:
    """Keep a person's word on two stories, and print the first one's id."""
    from pipelines.stories.view import find_story

    with open_app_to_work() as maplewire:
        first = find_story(maplewire.ledger, story_id)
        second = find_story(maplewire.ledger, other_id)
        word(maplewire.ledger, maplewire.clock.now(), first.id, second.id, user_name())
        _update_links_and_index(maplewire)
        print_text(f"{first.id}\n")


def story_undo(
    number: Annotated[int, typer.Argument(help="The number that `maplewire story words` shows.")],
) -> None:
    """Take back what a person said of stories.

    After a merge, a split, a link or an unlink the texts decide again.
    """
    from pipelines.stories.person_words import undo_word

    with open_app_to_work() as maplewire:
        # The texts may make more than one story of what was merged.
        story_ids = undo_word(maplewire.ledger, maplewire.clock.now(), number, user_name())
        _update_links_and_index(maplewire)
        for story_id in story_ids:
            print_text(f"{story_id}\n")


def story_words(as_json: AsJson = False) -> None:
    """Show what people said of stories, with its numbers.

    `story undo` takes a number. With --json: labelled pairs of articles with their texts, one a line.

    Example: maplewire story words --json > corrections.jsonl
    """
    from pipelines.cli.render.corrections import print_corrections

    with open_app(reading=True) as maplewire:
        print_corrections(maplewire.ledger, as_json=as_json)


def _update_links_and_index(maplewire: App) -> None:
    """Relate and index the changed stories.

    While the index is away, the next run does it.
    """
    from pipelines.stages.context import RunProblems
    from pipelines.stages.index import index_changes
    from pipelines.stages.relate import relate_changed_stories

    # A person looks at the story next, and should find it as it was corrected.
    problems = RunProblems()
    relate_changed_stories(maplewire.parts)
    index_changes(maplewire.parts, problems)
    # The correction is stored, whatever became of the index: no error, only a word.
    for sentence in problems.sentences:
        say(sentence)
