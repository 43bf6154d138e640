"""A story as one entry of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.alerts.wording import name_hints, one_line, route_label
from pipelines.model import Hit, Story, StoryDocument
from pipelines.query.shown_passages import marked_headline, shown_passages
from pipelines.web.room import Room

#: Passages of one story that a list shows.
_PASSAGES = 2
#: Outlets of one story that a list names.
OUTLETS = 4


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story as one entry of a list, with the passages that matched."""

    story: Story
    #: HTML-escaped, with the hits in <mark>.
    headline: str
    #: "" where no page says where the text comes from.
    label: str
    #: In order of appearance, each once.
    outlets: Sequence[str]
    #: (as written, in English) of names in a Chinese headline.
    hints: Sequence[tuple[str, str]]
    #: HTML-escaped, with the hits in <mark>.
    passages: Sequence[str] = ()

    @property
    def lang(self) -> str:
        """Return the language of the headline, as HTML names it."""
        if not self.story.languages:
            return "und"
        return self.story.languages[0]


def story_lines(
    room: Room,
    story_ids: Sequence[str],
    hits: Mapping[str, Sequence[Hit]] | None = None,
    *,
    language: str = "en",
) -> list[StoryLine]:
    """Return these stories as lines, in this order, with labels in a language.

    Those that are off the beat or gone are left out.
    """
    # A story that was joined into another is found by its former id, and is shown once.
    stories = room.ledger.stories(story_ids)
    documents: dict[str, StoryDocument] = {}
    for document in room.ledger.story_documents([story.id for story in stories.values()]):
        documents[document.id] = document
    lines: dict[str, StoryLine] = {}
    for story_id in story_ids:
        story = stories.get(story_id)
        if story is None or not story.is_on_beat or story.id in lines:
            continue
        found = (hits or {}).get(story_id, ())
        lines[story.id] = _line_of(room, story, documents.get(story.id), found, language)
    return list(lines.values())


def _line_of(
    room: Room, story: Story, document: StoryDocument | None, hits: Sequence[Hit], language: str
) -> StoryLine:
    passages: list[str] = []
    for hit in hits:
        passages += hit.highlights
    outlets: tuple[str, ...] = ()
    if document is not None:
        outlets = tuple(dict.fromkeys(document.outlets))
    return StoryLine(
        story,
        marked_headline(passages, one_line(story.headline)),
        route_label(story, room.state_media, language),
        outlets,
        name_hints(story.headline, room.beat.terms.english),
        shown_passages(passages, story.headline, _PASSAGES),
    )
