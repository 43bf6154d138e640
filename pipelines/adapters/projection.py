"""What an index, or dedup, sees of stored articles and stories (pure).

It is the same for every ledger.

A document is an article's own facts together with its *placement*: the label of its story, and its
relation in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from crawlers.urls import site_of_canonical
from pipelines.model import (
    Carrying,
    Change,
    Document,
    Member,
    Outcome,
    Publisher,
    Relation,
    StoredArticle,
    Story,
    StoryDocument,
    StoryKind,
    pages_carrying,
)
from pipelines.stories.pickup_delay import delay_s


class StoryPlacement(NamedTuple):
    """The part of a document that its story decides."""

    story_id: str
    #: Delays are counted from it.
    lead_id: str
    relation: Relation
    origin: str | None
    carrier: str | None
    kind: StoryKind
    first_seen: datetime
    kept_out: Outcome | None


def placements(story: Story) -> dict[str, StoryPlacement]:
    """Return the placement of every article of a story, by article id."""
    label = (story.origin, story.carrier, story.kind, story.first_seen, story.kept_out)
    found: dict[str, StoryPlacement] = {}
    for link in story.links:
        found[link.article_id] = StoryPlacement(story.id, story.lead_id, link.relation, *label)
    return found


def document_of(stored: StoredArticle, story: Story, seq: int, lead: StoredArticle | None = None) -> Document:
    """Return the document of an on-beat article.

    Of `story.links` only the article's own is needed. `lead` is the story's original, for a copy's delay.
    """
    article, publisher = stored.article, stored.publisher
    placement = placements(story)[article.id]
    return Document(
        id=article.id,
        seq=seq,
        story_id=placement.story_id,
        url=article.url,
        site=site_of_canonical(article.canonical_url),
        source=publisher.id,
        source_name=publisher.name,
        title=article.title,
        body=article.body,
        lang=article.lang,
        collected=article.collected,
        published=article.published.at if article.published else None,
        summary=article.summary,
        authors=article.authors,
        credits=tuple(dict.fromkeys(credit.name for credit in article.credits)),
        origin=placement.origin,
        carrier=placement.carrier,
        kind=placement.kind,
        relation=placement.relation,
        owner=publisher.owner,
        country=publisher.country,
        tier=publisher.tier,
        topics=stored.relevance.topics,
        score=stored.relevance.score,
        story_first_seen=placement.first_seen,
        pickup_delay_s=delay_s(stored, lead),
    )


def order_on_pages(carrying: Carrying) -> tuple[str, int, str]:
    """Return what puts carried texts in the order in which they stand on their pages."""
    return carrying.page_id, carrying.place, carrying.article_id


def story_document_of(
    story: Story,
    seq: int,
    pages: Mapping[str, tuple[str, Publisher]],
    carryings: Iterable[Carrying] = (),
) -> StoryDocument:
    """Return a story's document.

    `pages` has the address and the publisher of each of its articles, by article id.
    """
    outlets = []
    countries = []
    for link in story.links:
        _, publisher = pages[link.article_id]
        outlets.append(publisher.name)
        if publisher.country:
            countries.append(publisher.country)
    url, _ = pages[story.lead_id]
    return StoryDocument(
        story.id,
        seq,
        story,
        url,
        tuple(dict.fromkeys(outlets)),
        tuple(dict.fromkeys(countries)),
        len(pages_carrying(story.id, carryings)),
    )


def newest_changes(changes: Iterable[Change]) -> dict[str, Change]:
    """Return article id -> its newest change.

    Of two with one number the later.
    """
    newest: dict[str, Change] = {}
    for change in changes:
        known = newest.get(change.article_id)
        if known is None or change.seq >= known.seq:
            newest[change.article_id] = change
    return newest


def member_of(stored: StoredArticle) -> Member:
    """Return an on-beat article as dedup sees it."""
    assert stored.text is not None, f"{stored.article.id} is off the beat and has no print"
    article, publisher = stored.article, stored.publisher
    return Member(
        article_id=article.id,
        publisher_id=publisher.id,
        title=article.title,
        lang=article.lang,
        text=stored.text,
        route=stored.route,
        published=article.published.at if article.published else None,
        collected=article.collected,
        owner=publisher.owner,
        tier=publisher.tier,
        story_id=stored.story_id,
        precision=article.published.precision if article.published else "second",
    )
