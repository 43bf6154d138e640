"""A story: an original report with its copies, and what happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crawlers.model import Owner, Precision
from pipelines.model.route import Route, StoryKind
from pipelines.model.text_print import TextPrint


class Relation(StrEnum):
    """How an article's text stands to its story's original."""

    ORIGINAL = "original"
    VERBATIM = "verbatim"
    SHORTENED = "shortened"
    EMBEDDED = "embedded"
    EDITED = "edited"
    UPDATE = "update"
    REPORT = "report"


COPY_RELATIONS = frozenset(
    {Relation.VERBATIM, Relation.SHORTENED, Relation.EMBEDDED, Relation.EDITED, Relation.UPDATE}
)


@dataclass(frozen=True, slots=True)
class Member:
    """An article as dedup sees it: its print with what decides who comes first in a story.

    `published` is None where unknown; `collected` breaks ties. `precision` says how exact `published` is: of a
    day it is the first moment.
    """

    article_id: str
    source_id: str
    title: str
    lang: str | None
    text: TextPrint
    route: Route
    published: datetime | None
    collected: datetime
    owner: Owner = "private"
    tier: int = 2
    story_id: str | None = None
    precision: Precision = "second"


@dataclass(frozen=True, slots=True)
class Link:
    """One article's place in its story.

    `of` is the article it was taken from (None for the original). `kept` is the share of the
    original's text that stands in this article, `own` the share of this article's text that does
    not come from the original; both 0..1. `why` are sentences with the evidence.
    """

    article_id: str
    relation: Relation
    of: str | None
    kept: float
    own: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearestArticle:
    """What came closest to an article without being of its story, and why it was not enough."""

    article_id: str
    title: str
    why: str

    def __str__(self) -> str:
        return f"{self.article_id} ({self.title[:80]!r}): {self.why}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What dedup says of one incoming article.

    `story_ids` are the known stories it is a copy within (more than one: it joins them, which
    needs strong evidence); empty means that it opens a story. `nearest` tells for a non-copy what
    came closest and why it was not enough.
    """

    story_ids: tuple[str, ...]
    link: Link
    nearest: NearestArticle | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A cluster: one original report and its copies, arranged.

    `links` has one entry for each article, the original first, then in order of appearance.
    `origin`, `carrier` and `kind` hold for the whole story: a label that survives copying.
    `independent` counts stories on the same event with texts of their own, this one included (see `pipelines.stories.events`).
    """

    id: str
    headline: str
    lead_id: str
    first_seen: datetime
    last_seen: datetime
    origin: str | None
    carrier: str | None
    kind: StoryKind
    links: tuple[Link, ...]
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    independent: int = 1

    @property
    def copies(self) -> int:
        """Articles that carry the story's own text beside the first."""
        return sum(1 for link in self.links if link.relation in COPY_RELATIONS)


class StoryChange(StrEnum):
    """What may happen to a story after it was first seen, beside another copy."""

    UPDATE = "update"
    HELD = "held"
    GONE = "gone"
    BACK = "back"
    ORIGIN = "origin"
    JOINED = "joined"
    LEFT = "left"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """One turn in a story's history, kept for ever: what happened, when we learned it, and a sentence that says why.

    `article_id` is the article it concerns and `version` the state of its page, where there is one. `material` tells
    whether a reader of the story should hear of it. `number` is given by the ledger, in order of writing.
    """

    story_id: str
    at: datetime
    turn: StoryChange
    text: str
    article_id: str | None = None
    version: int | None = None
    material: bool = False
    number: int = 0
