"""What a story tells of, and its links to other stories about the same event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EventPrint:
    """What a story tells of, in no language: marks of who, where, what and how much, each with its weight.

    A mark is "KIND:KEY" ("person:china:Wang Yi", "number:86e6", "name:sept-rives", "role:prime-minister"). `at` is when
    the story was first seen, `lang` its original's language.
    """

    story_id: str
    at: datetime
    lang: str | None
    marks: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class EventLink:
    """Two stories with texts of their own about the same event; `a` < `b`. `why` are sentences with what they share."""

    a: str
    b: str
    score: float
    why: tuple[str, ...]

    def other(self, story_id: str) -> str:
        return self.b if story_id == self.a else self.a


@dataclass(frozen=True, slots=True)
class RelatedStory:
    """Another story about the same event: linked itself, or `through` a third that is linked to both."""

    story_id: str
    score: float
    why: tuple[str, ...]
    through: str | None = None
