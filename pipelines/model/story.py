"""A story: an original report with its copies, and what happened to it.

`OfStory` is what belongs to one: a document, an alert, a turn in its history.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from crawlers.model import Owner, Precision
from pipelines.model.route import RELEASES, Route, StoryKind
from pipelines.model.run import Outcome
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
    """An article as dedup sees it: its print, and what decides who comes first."""

    article_id: str
    publisher_id: str
    title: str
    lang: str | None
    text: TextPrint
    route: Route
    #: None where unknown.
    published: datetime | None
    #: Breaks ties.
    collected: datetime
    owner: Owner = "private"
    tier: int = 2
    story_id: str | None = None
    #: How exact `published` is; of a day it is the first moment.
    precision: Precision = "second"


@dataclass(frozen=True, slots=True)
class Link:
    """One article's place in its story."""

    article_id: str
    relation: Relation
    #: The article it was taken from, None for the original.
    of: str | None
    #: Share of the original's text that stands in this article, 0..1.
    kept: float
    #: Share of this article's text that does not come from the original, 0..1.
    own: float
    #: Sentences with the evidence.
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearestArticle:
    """What came closest to an article without being of its story."""

    article_id: str
    title: str
    #: Why it was not enough.
    why: str

    def __str__(self) -> str:
        return f"{self.article_id} ({self.title[:80]!r}): {self.why}"


@dataclass(frozen=True, slots=True)
class Carrying:
    """A page that prints the text of another story inside its own.

    It is in no story for that: its home is where its own text is.
    """

    page_id: str
    #: The article whose text it prints.
    article_id: str
    #: Share of that text that stands in the page, 0..1.
    share: float
    #: Words of the longest passage.
    passage: int
    #: Words of the page that stand above it.
    place: int
    #: Whether it is not carried but written on: the page begins the next chapter of that story.
    continues: bool = False
    #: The stories that the two are in today; given by the ledger.
    page_story_id: str | None = None
    story_id: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What dedup says of one incoming article."""

    #: The known stories it is a copy within. More than one: it joins them, which needs strong
    #: evidence. Empty: it opens a story.
    story_ids: tuple[str, ...]
    link: Link
    #: For an article that is no copy: what came closest.
    nearest: NearestArticle | None = None
    #: The texts of other stories that it prints, and the pages of others that print its text.
    carries: tuple[Carrying, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A cluster: one original report and its copies, arranged."""

    id: str
    headline: str
    #: The original's article id.
    lead_id: str
    first_seen: datetime
    last_seen: datetime
    #: Origin, carrier and kind hold for the whole story: a label that survives copying.
    origin: str | None
    carrier: str | None
    kind: StoryKind
    #: One for each article, the original first, then in order of appearance.
    links: tuple[Link, ...]
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    #: Reports of its event by different newsrooms, this one included where it is one.
    independent: int = 1
    #: Where a person's mark keeps it out of searches, mails and counts: OFF_BEAT or BORDERLINE. So does the
    #: judge, with a page that is here only for the texts of other stories that it carries.
    kept_out: Outcome | None = None

    @property
    def is_on_beat(self) -> bool:
        """Whether it is searched, mailed and counted."""
        return self.kept_out is None

    @property
    def article_ids(self) -> list[str]:
        """The ids of its articles, the original first."""
        return [link.article_id for link in self.links]

    @property
    def links_by_article(self) -> dict[str, Link]:
        """What ties each article to it, by article id."""
        return {link.article_id: link for link in self.links}

    @property
    def own_reports(self) -> int:
        """How many independent reports it is itself: a release is none."""
        return 0 if self.kind in RELEASES else 1

    @property
    def has_other_reports(self) -> bool:
        """Whether a newsroom reported its event in another text."""
        return self.independent > self.own_reports

    @property
    def copies(self) -> int:
        """Articles that carry the story's own text beside the first."""
        return sum(1 for link in self.links if link.relation in COPY_RELATIONS)


class OfStory(Protocol):
    """What belongs to a story and says to which."""

    @property
    def story_id(self) -> str:
        """The id of the story."""
        ...


def story_ids_of(items: Iterable[OfStory]) -> list[str]:
    """Return the ids of the stories that things belong to, each once, in order."""
    return list(dict.fromkeys(item.story_id for item in items))


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
    """One turn in a story's history, kept for ever."""

    story_id: str
    #: When we learned it.
    at: datetime
    turn: StoryChange
    #: A sentence that says what happened and why.
    text: str
    #: The article it concerns, and the state of its page, where there is one.
    article_id: str | None = None
    version: int | None = None
    #: Whether a reader of the story should hear of it.
    material: bool = False
    #: Given by the ledger, in order of writing.
    number: int = 0
