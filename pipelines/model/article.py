"""An article: one page of one source, extracted, and what is stored of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from crawlers.model import Owner, Precision
from crawlers.urls import page_id
from pipelines.model.relevance import Relevance
from pipelines.model.route import Route
from pipelines.model.run import Outcome
from pipelines.model.text_print import TextPrint

#: The flag of an article that was fetched from the past on purpose.
BACKFILLED = "backfill"
#: The flag of an article that was no news any more when it was first seen.
OLD = "old"
#: The flag of a page of which nothing was read but whom it names: it can be on no beat, and has no body.
SCREENED = "screened"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as a page or feed gave it."""

    at: datetime
    precision: Precision
    #: The offset or zone name it came with. None where none was given: then the source's zone was
    #: assumed, and `flags` has "zone_assumed".
    zone: str | None
    #: Where it stood, for example "json-ld".
    provenance: str
    #: "zone_assumed", "future".
    flags: tuple[str, ...] = ()


#: What a credit says: who is named beside the people that sign, or where the page has its text from.
CreditKind = Literal["byline", "source"]


@dataclass(frozen=True, slots=True)
class Credit:
    """An organisation that a page credits with its text, as the page writes it."""

    name: str
    kind: CreditKind
    #: Where it stood: "json-ld", "byline", "info bar", the name of a meta tag.
    where: str


#: Whether a page asks for a payment or an account before it shows the rest of its text: among the lines of
#: the text, or beside it.
Paywall = Literal["none", "beside", "in text"]
PAYWALL_FLAGS: Mapping[Paywall, str] = {"beside": "paywall_beside", "in text": "paywall"}


@dataclass(frozen=True, slots=True)
class Article:
    """One page, extracted."""

    #: The hash of `canonical_url` (see `article_id`).
    id: str
    url: str
    #: The article's identity.
    canonical_url: str
    #: Where the page was found; whose it is says the publisher.
    source_id: str
    title: str
    #: Paragraphs, separated by blank lines.
    body: str
    collected: datetime
    summary: str = ""
    #: Who signs: people, or an organisation where no person is named.
    authors: tuple[str, ...] = ()
    #: Agencies and papers that the byline or the bar of facts names, whoever signs.
    credits: tuple[Credit, ...] = ()
    published: Stamp | None = None
    updated: Stamp | None = None
    #: Detected from the text: "en", "fr", "zh-Hans", "zh-Hant", another ISO 639-1 code, or None.
    lang: str | None = None
    #: What the page says.
    lang_claimed: str | None = None
    site_name: str | None = None
    #: A rel=canonical that points to another site: no identity, but evidence of where the text comes from.
    cross_canonical: str | None = None
    #: A rel=canonical to this site that is not believed by itself.
    claimed_canonical: str | None = None
    #: Where each field was found: "json-ld", "og:title", "feed", "trafilatura" and others.
    provenance: Mapping[str, str] = field(default_factory=dict)
    #: Those of `published` or "no_date", BACKFILLED or OLD, SCREENED, those of a paywall, and what the
    #: page declares to be: "video", "live", "gallery", "sponsored".
    flags: tuple[str, ...] = ()

    @property
    def is_from_the_past(self) -> bool:
        """Whether the article was no news when it was first seen."""
        return BACKFILLED in self.flags or OLD in self.flags

    @property
    def paywall(self) -> Paywall:
        """Whether its page asks for a payment."""
        for paywall, flag in PAYWALL_FLAGS.items():
            if flag in self.flags:
                return paywall
        return "none"


def article_id(canonical_url: str) -> str:
    """Return the id that stands for a canonical URL: 16 hex digits of its SHA-256."""
    return page_id(canonical_url)


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whose site an article is on, as the catalogue knows it and the deciders need it."""

    id: str
    name: str
    owner: Owner = "private"
    tier: int = 2
    country: str | None = None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with everything that was decided about it, as the ledger keeps it.

    Off-beat articles are kept without body and print: enough to know the page and to say why
    it was left out. Borderline ones keep their body, for a person who looks at them.
    """

    article: Article
    publisher: Publisher
    route: Route
    relevance: Relevance
    outcome: Outcome
    #: Covers title and body, and tells an update from an unchanged page.
    content_hash: str
    #: None for an article off the beat.
    text: TextPrint | None = None
    story_id: str | None = None
    #: Counts from 1 and grows with every update.
    version: int = 1
