"""What a decision means for the articles around it: pure, and the same for every ledger.

    taking + the stories it touches ──► rearrange() ──► stories as they stand afterwards
                                                        └─► whose document changed, hence gets a new seq

A document is the article's own facts together with its *placement*: the story's label and the article's
relation. Other members' own facts never change by a decision, so comparing placements is enough to
find the documents that changed, and nobody has to read the bodies of a story's other articles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, TypeVar

from crawlers.errors import PermanentError
from crawlers.model import FeedState, SourceReport
from crawlers.urls import canonical_url, site_of
from pipelines.model import (
    Alert,
    AlertState,
    Answer,
    Correction,
    Corrections,
    Document,
    Link,
    Member,
    OutboxMail,
    Outcome,
    PageDecision,
    Publisher,
    Relation,
    SourceAccount,
    StoredArticle,
    Story,
    StoryDocument,
    StoryKind,
)

T = TypeVar("T")
L = TypeVar("L")


class Placement(NamedTuple):
    """The part of a document that its story decides."""

    story_id: str
    relation: Relation
    origin: str | None
    carrier: str | None
    kind: StoryKind
    first_seen: datetime


def placements(story: Story) -> dict[str, Placement]:
    """Return the placement of every article of a story."""
    label = (story.origin, story.carrier, story.kind, story.first_seen)
    return {link.article_id: Placement(story.id, link.relation, *label) for link in story.links}


def document_of(stored: StoredArticle, story: Story, seq: int) -> Document:
    """Return the document of an on-beat article. Of `story.links` only the article's own is needed."""
    article, publisher = stored.article, stored.publisher
    place = placements(story)[article.id]
    return Document(
        id=article.id,
        seq=seq,
        story_id=place.story_id,
        url=article.url,
        site=site_of(article.canonical_url),
        source=publisher.id,
        source_name=publisher.name,
        title=article.title,
        body=article.body,
        lang=article.lang,
        collected=article.collected,
        published=article.published.at if article.published else None,
        summary=article.summary,
        authors=article.authors,
        origin=place.origin,
        carrier=place.carrier,
        kind=place.kind,
        relation=place.relation,
        owner=publisher.owner,
        country=publisher.country,
        tier=publisher.tier,
        topics=stored.relevance.topics,
        score=stored.relevance.score,
        story_first_seen=place.first_seen,
    )


def story_document_of(story: Story, seq: int, pages: Mapping[str, tuple[str, Publisher]]) -> StoryDocument:
    """Return a story's document; `pages` has the address and the publisher of each of its articles."""
    ran = [pages[link.article_id][1] for link in story.links]
    return StoryDocument(
        story.id,
        seq,
        story,
        pages[story.lead_id][0],
        tuple(dict.fromkeys(publisher.name for publisher in ran)),
        tuple(dict.fromkeys(publisher.country for publisher in ran if publisher.country)),
    )


def member_of(stored: StoredArticle) -> Member:
    """Return an on-beat article as dedup sees it."""
    assert stored.text is not None, f"{stored.article.id} is off the beat and has no print"
    article, publisher = stored.article, stored.publisher
    return Member(
        article_id=article.id,
        source_id=article.source_id,
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


# -- arranging stories --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Stories after a decision. `gone` maps ids that are no story any more to the one they resolve to, or None."""

    stories: Mapping[str, Story]
    gone: Mapping[str, str | None]

    def placements(self) -> dict[str, Placement]:
        return _placements(self.stories)


def _placements(stories: Mapping[str, Story]) -> dict[str, Placement]:
    return {id_: place for story in stories.values() for id_, place in placements(story).items()}


def rearrange(taking: PageDecision, touched: Mapping[str, Story]) -> Arrangement:
    """Return how the stories stand after a decision.

    `touched` are the stories as they stand that hold any article the decision speaks of. Raises
    AssertionError where the decision would leave an article on the beat without a story.
    """
    story, stored = taking.story, taking.stored
    stories = dict(touched)
    gone: dict[str, str | None] = {}
    moving = {link.article_id for link in story.links} if story else set()
    if stored and stored.text is None:
        assert stored.article.id not in moving, (
            f"{stored.article.id} is off the beat and cannot be in a story"
        )
        moving.add(stored.article.id)
    for id_, other in touched.items():
        rest = without(other, moving)
        if taking.rest and taking.rest.id == id_:
            rest = _arranged_rest(taking.rest, rest)
        if story and id_ in (story.id, *taking.absorbed):
            left = [link.article_id for link in rest.links] if rest else []
            assert not left, f"story {story.id} was arranged without {left}, which it holds"
        if rest is None:
            del stories[id_]
            gone[id_] = story.id if story else None
        else:
            stories[id_] = rest
    if story:
        gone |= dict.fromkeys(taking.absorbed, story.id)
        gone.pop(story.id, None)
        stories[story.id] = story
    return Arrangement(stories, gone)


def _arranged_rest(arranged: Story, left: Story | None) -> Story:
    """Return what remains of a story as its decision arranged it, if it holds the articles that remain."""
    remaining = {link.article_id for link in left.links} if left else set()
    named = {link.article_id for link in arranged.links}
    assert named == remaining, f"story {arranged.id} was arranged with {named}, but {remaining} remain in it"
    return arranged


def without(story: Story, article_ids: Collection[str]) -> Story | None:
    """Return the story without these articles, None where nothing remains.

    Where the original leaves, the next in order takes its place. The headline stays: whoever
    arranges the story next gives it a new one.
    """
    rest = [link for link in story.links if link.article_id not in article_ids]
    if not rest:
        return None
    if len(rest) == len(story.links):
        return story
    lead = story.lead_id
    if lead in article_ids:
        lead = rest[0].article_id
        rest[0] = replace(rest[0], relation=Relation.ORIGINAL, of=None, kept=1.0, own=0.0)
    return replace(story, lead_id=lead, links=tuple(_repointed(link, article_ids, lead) for link in rest))


def _repointed(link: Link, gone: Collection[str], lead: str) -> Link:
    return replace(link, of=lead) if link.of in gone else link


def changed_articles(before: Mapping[str, Story], after: Mapping[str, Story]) -> list[str]:
    """Return the ids of articles whose placement differs, in the order of their stories."""
    old, new = _placements(before), _placements(after)
    return [id_ for id_ in {**new, **old} if old.get(id_) != new.get(id_)]


def as_kept(decision: PageDecision) -> PageDecision:
    """Return a decision as it is stored: an off-beat article without body and print."""
    stored = decision.stored
    if stored is None or (stored.outcome is not Outcome.OFF_BEAT and stored.text is not None):
        return decision
    slim = replace(stored, article=replace(stored.article, body=""), text=None, story_id=None)
    return replace(decision, stored=slim)


# -- alerts and mails ---------------------------------------------------------------------------------

_STATES: Mapping[AlertState, int] = {"waiting": 0, "held": 1, "told": 2}


def moved(alert: Alert, story_id: str) -> Alert:
    """Return an alert as one of the story that its own was joined into; its key stays."""
    return alert if alert.story_id == story_id else replace(alert, story_id=story_id, noted=alert.key)


def farther(known: Alert | None, offered: Alert) -> Alert:
    """Return the alert to keep: its state only goes forward, and what was told stays as it was told."""
    if known is None:
        return offered
    return offered if _STATES[offered.state] > _STATES[known.state] else known


def answered(mail: OutboxMail, answers: Mapping[str, Answer], at: datetime, retry_at: datetime) -> OutboxMail:
    """Return a mail after an attempt: due while anybody has still to be served, else sent or failed."""
    mail = replace(mail, answers={**mail.answers, **answers})
    refused = [f"{address}: {answer.text}" for address, answer in answers.items() if answer.state != "sent"]
    error = "; ".join(refused) or mail.last_error
    if mail.owed:
        return replace(mail, state="due", not_before=retry_at, last_error=error)
    served = any(answer.state == "sent" for answer in mail.answers.values())
    return replace(
        mail,
        state="sent" if served else "failed",
        sent_at=at if served else None,
        not_before=None,
        last_error=error,
    )


def corrected_pairs(corrections: Iterable[Correction]) -> Corrections:
    """Return corrections, oldest first, as sets of pairs; the last one of a pair holds."""
    is_together = {frozenset((c.a, c.b)): c.together for c in corrections}
    return Corrections(
        together=frozenset(pair for pair, together in is_together.items() if together),
        apart=frozenset(pair for pair, together in is_together.items() if not together),
    )


# -- accounts -----------------------------------------------------------------------------------------


def known_address(url: str) -> str:
    """Return the address by which a page is known; one that is none of ours stands as it is, in the accounts."""
    try:
        return canonical_url(url)
    except PermanentError:
        return url


def newer_state(known: FeedState | None, offered: FeedState) -> FeedState:
    """Return the state to keep: an older batch that comes in late never turns a feed's clock back."""
    if (
        known
        and known.last_polled
        and (offered.last_polled is None or offered.last_polled < known.last_polled)
    ):
        return known
    return offered


def source_accounts(
    reports: Iterable[SourceReport], counts: Mapping[str, Mapping[Outcome, int]]
) -> tuple[SourceAccount, ...]:
    """Join what listings gave (`reports`, oldest first) with what became of the pages, by source id.

    A source that was polled twice in the run has its numbers added and the result of the last poll. One
    whose pages were only processed in this run (fetched by an earlier one) has the result "processed".
    """
    accounts = {source: SourceAccount(source, "processed") for source in counts}
    for report in reports:
        id_ = report.source_id
        known = accounts.get(id_, SourceAccount(id_, report.result))
        accounts[id_] = SourceAccount(
            id_,
            report.result,
            known.entries + report.entries,
            known.known + report.known,
            known.skipped + report.skipped,
            report.error,
        )
    return tuple(replace(accounts[id_], outcomes=dict(counts.get(id_, {}))) for id_ in sorted(accounts))


def latest(known: dict[str, datetime], seen: Mapping[str, datetime]) -> None:
    """Add addresses with the times they were looked at; of two times the later one stays."""
    for address, at in seen.items():
        known[address] = max(at, known.get(address, at))
