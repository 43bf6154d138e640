"""What the search index holds, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipelines.model.route import StoryKind
from pipelines.model.story import Relation, Story


@dataclass(frozen=True, slots=True)
class Document:
    """An on-beat article with its story's facts, as the search index holds it."""

    id: str
    #: The ledger's number of the change: an older write never replaces a newer one.
    seq: int
    story_id: str
    url: str
    #: The host of the canonical URL.
    site: str
    #: The catalogue's id and name of the source.
    source: str
    source_name: str
    title: str
    body: str
    lang: str | None
    collected: datetime
    published: datetime | None = None
    summary: str = ""
    authors: tuple[str, ...] = ()
    #: The agencies and papers that the page names beside them.
    credits: tuple[str, ...] = ()
    origin: str | None = None
    carrier: str | None = None
    kind: StoryKind = "report"
    relation: Relation = Relation.ORIGINAL
    owner: str | None = None
    country: str | None = None
    tier: int = 2
    topics: tuple[str, ...] = ()
    score: float = 0.0
    #: When the story appeared first, wherever that was.
    story_first_seen: datetime | None = None
    #: How long after the original it appeared; None for the original, and where one of the two pages does
    #: not name the minute.
    pickup_delay_s: int | None = None


@dataclass(frozen=True, slots=True)
class StoryDocument:
    """A story as a search server holds it, beside the articles."""

    id: str
    #: The ledger's newest number when it was read: whatever is read later has no smaller one.
    seq: int
    #: None for a story that is no more.
    story: Story | None
    #: The original's address.
    url: str = ""
    #: Names and countries of the sources that ran it, in order of appearance.
    outlets: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    #: Pages of other stories that carry its text inside their own.
    carried_in: int = 0


@dataclass(frozen=True, slots=True)
class RejectedDocument:
    """A document that an index will never take as it is."""

    #: "article", "story" or "account".
    kind: str
    id: str
    reason: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found, with the passages that match."""

    article_id: str
    story_id: str
    sort_time: datetime
    #: HTML-escaped snippets in which `<mark>…</mark>` surrounds each match.
    highlights: tuple[str, ...] = ()


#: The order of found stories: by time, or by how well they answer.
StoryOrder = Literal["newest", "oldest", "best"]


@dataclass(frozen=True, slots=True)
class StoryPlace:
    """The place of a story in an order by time."""

    #: What it is ordered by.
    moment: datetime
    story_id: str


@dataclass(frozen=True, slots=True)
class StoryHits:
    """The answer to a search, by story."""

    #: All stories that match, also those beyond this page of the answer.
    total: int
    #: (story id, its hits), in the order that was asked for.
    stories: tuple[tuple[str, tuple[Hit, ...]], ...]


#: field -> value -> stories that have it, the most frequent first.
Facets = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the ledger's projection: an article to index or to remove."""

    seq: int
    article_id: str
    #: None for an article to remove.
    document: Document | None
