"""Texts inside pages of other stories (reads only)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipelines.model import Carrying, Story, pages_carrying
from pipelines.ports import Ledger
from pipelines.stories.other_story import OtherStory


@dataclass(frozen=True, slots=True)
class CarriedText(OtherStory):
    """A text inside a page of another story, seen from one of the two.

    Its article is the page, or the one whose text the page prints.
    """

    carrying: Carrying


@dataclass(frozen=True, slots=True)
class CarriedTexts:
    """What ties a story to others by carrying."""

    #: Pages of other stories that print its text, each once.
    carried_in: Sequence[CarriedText] = ()
    #: Texts of other stories that its pages print.
    carries: Sequence[CarriedText] = ()
    #: The story that it goes on with, once little of that is left, and those that go on with it.
    chapter_of: CarriedText | None = None
    chapters: Sequence[CarriedText] = ()


def count_carrying_pages(ledger: Ledger, story_ids: Collection[str]) -> dict[str, int]:
    """Return by how many pages of others each of these stories is carried."""
    carryings = ledger.carryings(story_ids)
    return {story_id: len(pages_carrying(story_id, carryings)) for story_id in story_ids}


def read_carried(ledger: Ledger, story: Story) -> CarriedTexts:
    """Return the pages that carry a story's text, and the texts that its pages carry."""
    carryings = ledger.carryings([story.id])
    carried_in = []
    for carrying in pages_carrying(story.id, carryings):
        carried_in += _seen(ledger, carrying, carrying.page_story_id, carrying.page_id)
    carries: list[CarriedText] = []
    chapters: list[CarriedText] = []
    chapter_of: list[CarriedText] = []
    for carrying in carryings:
        if carrying.page_story_id != story.id:
            if carrying.continues:
                chapters += _seen(ledger, carrying, carrying.page_story_id, carrying.page_id)
            continue
        other = _seen(ledger, carrying, carrying.story_id, carrying.article_id)
        if carrying.continues:
            chapter_of += other
        else:
            carries += other
    return CarriedTexts(carried_in, carries, next(iter(chapter_of), None), chapters)


def _seen(ledger: Ledger, carrying: Carrying, story_id: str | None, article_id: str) -> list[CarriedText]:
    """Return a text with the other story, nothing where that is no more."""
    story = ledger.story(story_id) if story_id else None
    if story is None:
        return []
    return [CarriedText(story, ledger.article(article_id), carrying)]
