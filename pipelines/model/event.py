"""What a story tells of, and its links to other stories about the same event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

#: What another text of an event is to the one asked about: perhaps its translation, a rewrite of it, or what
#: it was rewritten from.
Likeness = Literal["translation", "rewrite", "rewritten"]


@dataclass(frozen=True, slots=True)
class EventOutline:
    """What a text states, in its order, as keys that other words leave as they are."""

    #: The numbers and names of each sentence, without what stands in quotation marks.
    told: tuple[tuple[str, ...], ...] = ()
    #: Statements in quotation marks, by their words.
    quotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventPrint:
    """What a story tells of, in no language: marks of who, where, what and how much.

    A mark is "KIND:KEY", for example "person:china:Wang Yi", "number:86e6", "name:sept-rives",
    "role:prime-minister".
    """

    story_id: str
    #: When the story was first seen.
    at: datetime
    #: The language of the story's original.
    lang: str | None
    #: mark -> weight
    marks: Mapping[str, float]
    #: Whose report it is: the origin of its text, else its publisher. Two reports of one are not independent.
    voice: str | None = None
    #: How a release came: its carrier, else its kind. None for a report of a newsroom.
    channel: str | None = None
    #: Whether it is a release, which is no newsroom's report of the event.
    is_release: bool = False
    #: By which a rewrite of the text is known.
    outline: EventOutline = EventOutline()


@dataclass(frozen=True, slots=True)
class EventVoice:
    """Who tells of an event in a story, and whether as a newsroom."""

    #: Whose report it is; None where nobody is known.
    name: str | None
    is_release: bool = False


@dataclass(frozen=True, slots=True)
class EventLink:
    """Two stories with texts of their own about the same event."""

    #: Story ids; `a` is the smaller one.
    a: str
    b: str
    score: float
    #: Sentences that say what the two share.
    why: tuple[str, ...]
    #: Whether one text is probably the other in another language.
    is_translation: bool = False
    #: The story whose text the other one says in other words; None where both have their own.
    rewritten_from: str | None = None
    #: A person's word, which goes before every rule: one event, or not one.
    word: Literal["linked", "unlinked"] | None = None

    def other(self, story_id: str) -> str:
        return self.b if story_id == self.a else self.a


@dataclass(frozen=True, slots=True)
class RelatedStory:
    """Another story about the same event."""

    story_id: str
    score: float
    why: tuple[str, ...]
    #: A third story that both are linked to; None where the two are linked themselves.
    through: str | None = None
    #: Whether one text is probably the other in another language.
    is_translation: bool = False
    #: Of the two stories the one whose text the other says in other words, or None.
    rewritten_from: str | None = None

    @property
    def likeness(self) -> Likeness | None:
        """What the text of this other story is to that of the story asked about."""
        if self.is_translation:
            return "translation"
        if self.rewritten_from is None:
            return None
        return "rewritten" if self.rewritten_from == self.story_id else "rewrite"


@dataclass(frozen=True, slots=True)
class EventDecision:
    """How a story stands to others about its event, written in one transaction."""

    print: EventPrint
    #: By these keys later stories find this one.
    keys: tuple[str, ...]
    #: All links of this story.
    links: tuple[EventLink, ...]
    #: Stories that were joined into this one: what is kept of their events is dropped.
    joined: frozenset[str]
    #: story id -> independent reports of its event, for all stories concerned
    independent: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class EventsEnded:
    """What goes with stories that are gone, and the counts that follow."""

    #: These stories, and those that were joined into them.
    story_ids: frozenset[str]
    #: story id -> independent reports of its event, for all stories concerned
    independent: Mapping[str, int]
