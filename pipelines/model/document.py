"""What the search index holds, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipelines.model.route import StoryKind
from pipelines.model.story import Relation, Story


@dataclass(frozen=True, slots=True)
class Document:
    """An article with its story's facts, as the search index holds it. One per on-beat article.

    `seq` is the ledger's arrival number: an older write never replaces a newer one. `site` is the
    host of the canonical URL. `source` and `source_name` are the catalogue's id and name. `story_first_seen` is
    when the story appeared first, wherever that was.
    """

    id: str
    seq: int
    story_id: str
    url: str
    site: str
    source: str
    source_name: str
    title: str
    body: str
    lang: str | None
    collected: datetime
    published: datetime | None = None
    summary: str = ""
    authors: tuple[str, ...] = ()
    origin: str | None = None
    carrier: str | None = None
    kind: StoryKind = "report"
    relation: Relation = Relation.ORIGINAL
    owner: str | None = None
    country: str | None = None
    tier: int = 2
    topics: tuple[str, ...] = ()
    score: float = 0.0
    story_first_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoryDocument:
    """A story as a search server holds it beside the articles; `story` is None for one that is no more.

    `seq` is the ledger's newest number at the moment of reading: whatever is read later has no smaller one.
    `url` is the original's; `outlets` and `countries` are those of the sources that ran it, in order of appearance.
    """

    id: str
    seq: int
    story: Story | None
    url: str = ""
    outlets: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RejectedDocument:
    """A document that an index will never take as it is, by its kind ("article", "story", "account") and id."""

    kind: str
    id: str
    reason: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found: its id, its story, and its passages with the hits marked.

    `highlights` are HTML-escaped snippets in which `<mark>…</mark>` surrounds each hit.
    """

    article_id: str
    story_id: str
    sort_time: datetime
    highlights: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryHits:
    """The answer to a search, stories first: `stories` in order, newest first, with their hits.

    `total` counts all stories that match, also those beyond this page of the answer.
    """

    total: int
    stories: tuple[tuple[str, tuple[Hit, ...]], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the ledger's projection: an article to index, or (`document` None) to remove."""

    seq: int
    article_id: str
    document: Document | None
