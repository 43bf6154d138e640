"""An article with all that is known of it before a stored one is read (pure)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace

from pipelines.beat.beat import Beat
from pipelines.beat.organisations import organisations_of
from pipelines.dedup import print_of
from pipelines.model import (
    BACKFILLED,
    OLD,
    Article,
    Member,
    Outcome,
    PageText,
    Publisher,
    Relevance,
    Route,
    Screened,
    StoredArticle,
    TextPrint,
)
from pipelines.relevance import judge
from pipelines.route import find_route


@dataclass(frozen=True, slots=True)
class JudgedArticle:
    """An article with its route, its relevance and the print that it is compared by."""

    article: Article
    publisher: Publisher
    route: Route
    relevance: Relevance
    text: TextPrint
    #: Of title and body: tells an update from an unchanged page.
    content_hash: str
    #: What the screen said of its page, where that names too little of the beat.
    screened: Screened | None = None

    @classmethod
    def of(
        cls, article: Article, publisher: Publisher, beat: Beat, repeated: Collection[int] = ()
    ) -> JudgedArticle:
        """Judge an article.

        `repeated` are the hashes of paragraphs that its site prints around everything.
        """
        route = find_route(article, publisher, organisations_of(beat.outlets))
        content = f"{article.title}\0{article.body}".encode("utf-8", "replace")
        return cls(
            article=article,
            publisher=publisher,
            route=route,
            relevance=judge(article.title, article.body, article.lang, beat.terms),
            text=print_of(article.title, article.body, route.boilerplate, article.lang, repeated),
            content_hash=hashlib.sha256(content).hexdigest(),
        )

    @classmethod
    def of_screened(
        cls, article: Article, publisher: Publisher, reason: str, quick_text: str, opening: TextPrint
    ) -> JudgedArticle:
        """Return the article of a page that was not extracted, as one off the beat.

        `article` has no body; `quick_text` is all that its page shows, `opening` the print of its first
        paragraphs.
        """
        return cls(
            article=article,
            publisher=publisher,
            route=Route(),
            relevance=Relevance(relevant=False, score=0.0, why=(reason,)),
            text=opening,
            content_hash=hashlib.sha256(quick_text.encode("utf-8", "replace")).hexdigest(),
            screened=Screened.OUT,
        )

    def as_state_of(self, known: Article) -> JudgedArticle:
        """Return this as a later state of a known article, whatever its address is now.

        It is news or not, as it was when it was first seen.
        """
        flags = []
        for flag in self.article.flags:
            if flag not in (BACKFILLED, OLD):
                flags.append(flag)
        for flag in known.flags:
            if flag in (BACKFILLED, OLD):
                flags.append(flag)
        article = replace(self.article, id=known.id, canonical_url=known.canonical_url, flags=tuple(flags))
        return replace(self, article=article)

    def as_member(self, story_id: str | None) -> Member:
        """Return the article as dedup compares it, in a story or in none yet."""
        article = self.article
        member = Member(
            article.id,
            self.publisher.id,
            article.title,
            article.lang,
            self.text,
            self.route,
            None,
            article.collected,
            self.publisher.owner,
            self.publisher.tier,
            story_id,
        )
        if article.published is None:
            return member
        return replace(member, published=article.published.at, precision=article.published.precision)

    def as_stored(self, outcome: Outcome, *, story_id: str | None, version: int) -> StoredArticle:
        """Return the article as the ledger keeps it.

        One that is off the beat is kept without its body and print, a borderline one without its print.
        """
        stored = StoredArticle(
            self.article,
            self.publisher,
            self.route,
            self.relevance,
            outcome,
            self.content_hash,
            self.text,
            story_id,
            version,
        )
        if outcome is Outcome.BORDERLINE:
            return replace(stored, text=None)
        if outcome is Outcome.OFF_BEAT:
            without_body = replace(self.article, body="")
            # Spans of a body that is not there mean nothing.
            without_spans = replace(self.route, boilerplate=())
            return replace(stored, article=without_body, route=without_spans, text=None)
        return stored

    def page_text(self) -> PageText:
        """Return what the page says, its boilerplate marked."""
        article = self.article
        return PageText(article.title, article.body, self.route.boilerplate, article.paywall)
