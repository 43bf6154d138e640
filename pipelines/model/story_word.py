"""What a person said of a story: its event, and what is only for people to see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WordKind(StrEnum):
    """What a person may say of a story."""

    LINKED = "linked"
    UNLINKED = "unlinked"
    STAR = "star"
    TAG = "tag"
    NOTE = "note"

    @property
    def is_of_events(self) -> bool:
        """Whether it says how two stories stand to one event."""
        return self in (WordKind.LINKED, WordKind.UNLINKED)


@dataclass(frozen=True, slots=True)
class StoryWord:
    """A person's word on a story. It is kept even when it is undone."""

    story_id: str
    kind: WordKind
    at: datetime
    #: Who said so; "" where nobody was named.
    by: str = ""
    #: The tag or the note; "" otherwise.
    text: str = ""
    #: The other story, where the word is on events.
    other_id: str = ""
    #: Given by the ledger, which numbers corrections too: a number names one word.
    number: int = 0
    undone: datetime | None = None


def named_story_ids(words: Iterable[StoryWord]) -> set[str]:
    """Return the ids of the stories that words name, with the other stories of events."""
    found: set[str] = set()
    for word in words:
        found.update((word.story_id, word.other_id))
    return found
