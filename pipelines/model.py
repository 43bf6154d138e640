"""The words of the pipeline as frozen values (docs: `article`, `story`, `route`, ...).

Every datetime is aware and in UTC. Ids are short hex strings that depend on content alone, so
the same input gives the same ids on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from functools import cached_property
from typing import Literal

from crawlers.model import Owner, Precision


class Outcome(StrEnum):
    """The one word for what became of a page in a run. Every page gets exactly one."""

    NEW = "new"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    COPY = "copy"
    OFF_BEAT = "off_beat"
    QUARANTINED = "quarantined"
    FAILED = "failed"


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

StoryKind = Literal["paid_release", "agency", "state_media", "government", "report"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as a page or feed gave it: the instant, how exact it is, and where it stood.

    `zone` is the offset or zone name it came with, None where none was given (then the source's
    zone was assumed and `flags` has "zone_assumed"). `flags` may also hold "future".
    """

    at: datetime
    precision: Precision
    zone: str | None
    provenance: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One page of one source, extracted.

    `body` has paragraphs separated by blank lines. `canonical_url` is the article's identity, `id`
    its hash. `lang` is detected from the text ("en", "fr", "zh-Hans", "zh-Hant", other ISO 639-1
    codes, or None); `lang_claimed` is what the page says. `provenance` names for each field where it was
    found ("json-ld", "og:title", "feed", "trafilatura", ...). `cross_canonical` is a rel=canonical
    that points to another site: no identity, but evidence of where the text comes from.
    """

    id: str
    url: str
    canonical_url: str
    source_id: str
    title: str
    body: str
    collected: datetime
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: Stamp | None = None
    updated: Stamp | None = None
    lang: str | None = None
    lang_claimed: str | None = None
    site_name: str | None = None
    cross_canonical: str | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()


def article_id(canonical_url: str) -> str:
    """Return the id that stands for a canonical URL: 16 hex digits of its SHA-256."""
    return hashlib.sha256(canonical_url.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Publisher:
    """What the catalogue knows of an article's source, as the deciders need it."""

    id: str
    name: str
    owner: Owner = "private"
    tier: int = 2
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observed fact behind a decision: what kind of mark, its words, and where it stood."""

    mark: str
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Dateline:
    """Place and day of reporting at the head of a text: "BEIJING, Jan. 17, 2026 (GLOBE NEWSWIRE)"."""

    place: str
    agency: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of an article's body that are not its report, and why.

    `label` is one of "dateline", "agency_tag", "release_tail", "contact", "disclaimer", "byline".
    """

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Route:
    """Where a text really comes from, as far as its own page tells: origin -> carrier -> this page.

    `origin` is who wrote or paid for it, `carrier` who distributed it (a wire or release service);
    both are display names ("CGTN", "GlobeNewswire") and None when the page shows none. An article
    of a source's own staff has neither. `kind` sums it up. `boilerplate` is what dedup must not read.
    """

    origin: str | None = None
    carrier: str | None = None
    kind: StoryKind = "report"
    dateline: Dateline | None = None
    evidence: tuple[Evidence, ...] = ()
    boilerplate: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Relevance:
    """Whether a text is on the beat: the verdict, a score in 0..1, and the reasons to read.

    `relevant` is `score >= 0.5`. `why` has one sentence a reason, the decisive one first.
    `topics` are ids of terms.yaml ("canola", "interference").
    """

    relevant: bool
    score: float
    why: tuple[str, ...]
    topics: tuple[str, ...] = ()


MANY = 255
"""Stands in `TextPrint.facts` for names and numbers beyond the first 254 of a text, which only the longest have."""


@dataclass(frozen=True)
class TextPrint:
    """What dedup remembers of a text: enough to find candidates and to verify them exactly.

    `exact` is the hash of the normalized text ("" for an empty one). `shingles` holds the 32-bit hashes
    of all its shingles, in order of the text. `words` is the length of the text in words (two Chinese characters are one).
    `quoted` holds (start, end, start, end, ...) of the shingles that the text gives as somebody's words,
    `announced` where such words begin whose end nothing marks ("The letter reads:"); `numbers` and
    `names` are 32-bit hashes of the numbers and of the words that are only ever written with a capital. `facts` says for each token
    which of the `marks` it is, or belongs to: one byte, 0 for none, 1 for the first of them, `MANY` for one that has no number of
    its own. It is empty in prints that were made before there were any.
    """

    exact: str
    shingles: tuple[int, ...]
    words: int
    quoted: tuple[int, ...] = ()
    numbers: frozenset[int] = frozenset()
    names: frozenset[int] = frozenset()
    announced: tuple[int, ...] = ()
    facts: bytes = b""

    @property
    def marks(self) -> list[int]:
        """The names and numbers that `facts` speaks of, in its order."""
        return sorted(self.names | self.numbers)[: MANY - 1]

    @cached_property
    def distinct(self) -> frozenset[int]:
        """The shingles as a set, made once: a print is compared several times within a decision."""
        return frozenset(self.shingles)

    @cached_property
    def said(self) -> frozenset[int]:
        """The shingles that the text gives as somebody's words."""
        ranges = zip(self.quoted[::2], self.quoted[1::2], strict=True)
        return frozenset(shingle for start, end in ranges for shingle in self.shingles[start:end])


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One article of a site as its furniture is learnt from: 32-bit hashes of its id, its longest paragraph and the others."""

    article: int
    longest: int
    others: frozenset[int]


@dataclass(frozen=True, slots=True)
class Furniture:
    """What a site prints around everything: hashes of the paragraphs, and the newest articles to learn more from."""

    recent: tuple[ReadPage, ...] = ()
    repeated: tuple[int, ...] = ()


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
class Word:
    """What a person said of pairs of articles, by their ids: one story, or two, whatever their texts say."""

    together: frozenset[frozenset[str]] = frozenset()
    apart: frozenset[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Nearest:
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
    nearest: Nearest | None = None


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
class Rejected:
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


Cadence = Literal["immediate", "hourly", "daily", "weekly"]
Reason = Literal["new", "update", "spread", "spike", "silence", "watch", "ceiling"]
"""Why a reader is written to: see `SavedSearch.reasons`. "ceiling" tells that a day's mails are used up."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A reader's standing query with what, when and how often it tells, as data.

    `query` is Lucene syntax, never a raw engine query. A story has to pass `languages` (empty: any), `tiers`
    (empty: any), `paid`, `state` (whether paid releases and state media count) and `min_independent` (reports of
    the event with texts of their own). `at`, `weekday` (0 is Monday) and `zone` are the reader's clock, for digests, quiet
    hours (`quiet`: from, to) and days. `ceiling` is the most mails of one day, None for no limit. `copies` are the
    numbers of copies, and `reports` those of independent reports, that are news again. `empty` asks for a
    digest with nothing in it, `backfill` to be told of what was fetched from the past too.
    """

    id: str
    name: str
    query: str
    to: tuple[str, ...] = ()
    cadence: Cadence = "immediate"
    enabled: bool = True
    note: str | None = None
    channels: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ("new", "update", "spread", "spike", "silence")
    at: time = time(8)
    weekday: int = 0
    zone: str = "America/Toronto"
    quiet: tuple[time, time] | None = None
    ceiling: int | None = None
    languages: tuple[str, ...] = ()
    min_independent: int = 1
    tiers: tuple[int, ...] = ()
    paid: bool = True
    state: bool = True
    copies: tuple[int, ...] = (5, 20, 50, 100)
    reports: tuple[int, ...] = (3, 6, 12)
    empty: bool = False
    backfill: bool = False
    where: str = ""


AlertState = Literal["waiting", "held", "told"]


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that one saved search has to tell. `key` is unique for ever.

    `story_id` is "" where the thing is no story, `step` tells alerts of one reason apart (which version, which
    threshold, which day). `state` is "waiting" while the story does not yet pass the search's conditions, "held"
    until the mail of `due`, "told" once it stands in the mail `mail`; it never goes back. `changed` holds
    (before, after) of passages, `sources` the ids of the sources that matched. `noted` is the key that it was noted
    under, where its story was joined into another since.
    """

    search_id: str
    story_id: str
    reason: Reason
    article_ids: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    step: str = ""
    changed: tuple[tuple[str, str], ...] = ()
    state: AlertState = "held"
    decided: datetime | None = None
    due: datetime | None = None
    told: datetime | None = None
    mail: str | None = None
    sources: tuple[str, ...] = ()
    noted: str | None = None

    @property
    def key(self) -> str:
        if self.noted:
            return self.noted
        key = f"{self.search_id}:{self.story_id}:{self.reason}"
        return f"{key}:{self.step}" if self.step else key


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message for one recipient: taken, refused for good, or to be tried again."""

    state: Literal["sent", "failed", "due"]
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a message went, in words, and the answer for each recipient who is not to be counted as served."""

    where: str
    refused: Mapping[str, Answer] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.where


MAIL = "mail"
"""The channel of ordinary mail; any other is a name of searches.yaml."""


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """A message that we owe or have sent. For a mail `message` is the complete RFC 5322 message.

    `state` goes from "due" to "sent", or to "failed" where nobody could be served. `answers` has those
    recipients for whom it is settled, or has been tried.
    """

    key: str
    to: tuple[str, ...]
    subject: str
    message: bytes
    created: datetime
    state: Literal["due", "sent", "failed"] = "due"
    attempts: int = 0
    not_before: datetime | None = None
    sent_at: datetime | None = None
    last_error: str | None = None
    channel: str = MAIL
    answers: Mapping[str, Answer] = field(default_factory=dict)

    @property
    def owed(self) -> tuple[str, ...]:
        """Recipients to whom it has still to be sent."""
        return tuple(a for a in self.to if a not in self.answers or self.answers[a].state == "due")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A page or feed kept aside: who, what, why, and where its bytes are so that it can be replayed."""

    id: int
    source_id: str
    url: str
    stage: str
    reason: str
    at: datetime
    batch_id: str | None = None
    record: int | None = None
    replayed: datetime | None = None


@dataclass(frozen=True, slots=True)
class PageAccount:
    """One page's line in the accounts. (batch_id, record) is unique, so nothing counts twice.

    `listed_url` is the address that the listing gave, where the page's own is another (a redirect):
    both are known from then on.
    """

    batch_id: str
    record: int
    source_id: str
    url: str
    outcome: Outcome
    reason: str
    article_id: str | None = None
    listed_url: str | None = None


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """One source's line in a run: what its listing gave and what became of the pages."""

    source_id: str
    result: str
    entries: int = 0
    known: int = 0
    skipped: int = 0
    error: str | None = None
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)

    @property
    def fetched(self) -> int:
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class RunReport:
    """The accounts of one run. `finished` is None while it runs, or for ever if it was killed."""

    run_id: int
    started: datetime
    finished: datetime | None
    sources: tuple[SourceAccount, ...] = ()
    mails: int = 0
    note: str | None = None

    @property
    def outcomes(self) -> dict[Outcome, int]:
        """Counts of all sources together; every outcome is present."""
        return {o: sum(s.outcomes.get(o, 0) for s in self.sources) for o in Outcome}

    @property
    def fetched(self) -> int:
        return sum(s.fetched for s in self.sources)


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with everything that was decided about it, as the ledger keeps it.

    Off-beat articles are kept without body and print (`text` is None): enough to know the page
    and to say why it was left out. `content_hash` covers title and body and tells an update from
    an unchanged page. `version` counts from 1 and grows with every update.
    """

    article: Article
    publisher: Publisher
    route: Route
    relevance: Relevance
    outcome: Outcome
    content_hash: str
    text: TextPrint | None = None
    story_id: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """One state of a page that its article does not show: what it said before an update, or what was held back.

    `number` counts all states of the page from 1, those held back too. `held` says why a state never took the
    place of the text before it (an error page, a paywall, a text cut short), None for one that was shown.
    """

    number: int
    content_hash: str
    title: str
    body: str
    collected: datetime
    held: str | None = None


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page said at one moment. `boilerplate` are the spans of `body` that are no part of the report."""

    title: str
    body: str
    boilerplate: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a diff: kept, removed, or added. The text is as printed, without marks of its own."""

    how: Literal["kept", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of a diff: whole, or in pieces where only some of its words changed.

    Its kept and removed pieces are what the page said, its kept and added ones what it says, spaces and typography aside.
    """

    pieces: tuple[Piece, ...]

    @property
    def how(self) -> Literal["kept", "removed", "added", "changed"]:
        ways = {piece.how for piece in self.pieces}
        return ways.pop() if len(ways) == 1 else "changed"


@dataclass(frozen=True, slots=True)
class Edit:
    """How a page's text differs from what it said before, and whether a reader should be told.

    `material` holds where the headline, a number, a name, a quotation, an attribution, a negation or a whole passage
    changed. `why` has one sentence a reason, the headline first; of an immaterial edit it says what little
    changed. `passages` is the whole report as a diff, sentence by sentence, page furniture left out.
    """

    material: bool
    why: tuple[str, ...]
    headline: Passage
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class PageVersion:
    """One state of a page, with what made it differ from the state before it. `edit` is None for the first.

    One that was held back is compared with the text that stayed.
    """

    number: int
    title: str
    collected: datetime
    held: str | None
    edit: Edit | None


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
class Related:
    """Another story about the same event: linked itself, or `through` a third that is linked to both."""

    story_id: str
    score: float
    why: tuple[str, ...]
    through: str | None = None


class Turn(StrEnum):
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
class HistoryLine:
    """One turn in a story's history, kept for ever: what happened, when we learned it, and a sentence that says why.

    `article_id` is the article it concerns and `version` the state of its page, where there is one. `material` tells
    whether a reader of the story should hear of it. `number` is given by the ledger, in order of writing.
    """

    story_id: str
    at: datetime
    turn: Turn
    text: str
    article_id: str | None = None
    version: int | None = None
    material: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """When an article's page is to be looked at again, and what the looks found.

    `since` is when we first had it: looks are counted from there. `due` is None once no look is left. `misses` counts
    looks in a row that found no article; `gone` is when it was taken for deleted. The validators are for asking politely.
    """

    article_id: str
    source_id: str
    url: str
    since: datetime
    due: datetime | None
    last: datetime
    is_copy: bool = False
    misses: int = 0
    tries: int = 0
    gone: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A person's word on one pair of articles: `together` in one story, or apart, whatever their texts say.

    It holds until it is `undone`, and is kept even then. `number` is given by the ledger.
    """

    a: str
    b: str
    together: bool
    at: datetime
    number: int = 0
    undone: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """One whole decision, written in one transaction or not at all.

    `account` is None where a person decides and no page was read. `story` is the story as arranged with this article in it (None
    for off-beat, unchanged, quarantined, failed). `absorbed` are ids of stories that were joined into it: their
    articles move over and their ids go on resolving. `rest` is the story, arranged, that articles left for
    `story`. `quarantine` is set with outcome QUARANTINED alone. `held` is a state of the page that was not believed,
    `look` when its page is looked at next, `history` what the stories will tell of this; `said` and
    `undone` are a person's words, new ones and those taken back.
    """

    account: PageAccount | None
    stored: StoredArticle | None = None
    story: Story | None = None
    absorbed: tuple[str, ...] = ()
    quarantine: Quarantined | None = None
    rest: Story | None = None
    held: tuple[str, ArticleVersion] | None = None
    look: Look | None = None
    history: tuple[HistoryLine, ...] = ()
    said: tuple[Said, ...] = ()
    undone: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the ledger's projection: an article to index, or (`document` None) to remove."""

    seq: int
    article_id: str
    document: Document | None


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """A batch that was handed over and is not wholly processed. `path` is relative to the batch
    folder. `done` are the record numbers that already have an account."""

    batch_id: str
    path: str
    pages: int
    done: frozenset[int]
