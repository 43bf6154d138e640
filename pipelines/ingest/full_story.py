"""Stories of so many pages that a further copy leaves the others as they are.

Where a copy joins a story, all its articles are put in order anew: who was first, who took it from whom. That
costs more with each, and a site that serves one page under ever new addresses makes it cost without end
(docs/decisions/0020). So from a number of articles on, a further copy is stored, counted and linked to the
original, and comes last. Of one publisher a story takes so many and no more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from pipelines.dedup.arrangement import appeared, comes_first
from pipelines.dedup.decision import HEARD, MembersOf
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.placement import is_another_text
from pipelines.model import Corrections, Decision, Member, StoredArticle, Story
from pipelines.ports import Decisions

#: Articles up to which a story is put in order with each that joins. The most copied report of a year on a
#: beat has some dozen. A copy in a story of 100 costs half as much again as in one of 20 (22 ms beside
#: 15 ms, where the page is read as well); at 200 it was three times as much.
ARRANGED = 100

#: Articles of one publisher that a story takes. A text stands at two or three addresses of a site, on the
#: sites of one chain at as many as it has papers, each of which is a publisher of its own.
MOST_OF_ONE_PUBLISHER = 50


@dataclass(frozen=True, slots=True)
class FullStory:
    """A story that is not arranged anew for an article."""

    #: As it stands with the article, without its links.
    head: Story
    #: Its original.
    lead: Member


def members_to_hear(decisions: Decisions) -> MembersOf:
    """Return how `decide` asks for the articles of stories.

    Of a full one it hears the first.
    """

    def members_of(story_ids: Collection[str]) -> Sequence[Member]:
        members: list[Member] = []
        for story_id in story_ids:
            if decisions.story_size(story_id) >= ARRANGED:
                members += decisions.first_members(story_id, HEARD)
            else:
                members += decisions.members([story_id])
        return members

    return members_of


def story_with_enough_of(
    judged: JudgedArticle, decision: Decision, corrections: Corrections, decisions: Decisions
) -> str | None:
    """Return the story that has enough articles of an unknown page's publisher.

    None where it may join its stories. What a person said goes before.
    """
    if corrections.together or corrections.apart:
        return None
    for story_id in decision.story_ids:
        present = decisions.articles_of_publisher(story_id, judged.publisher.id, MOST_OF_ONE_PUBLISHER)
        if present >= MOST_OF_ONE_PUBLISHER:
            return story_id
    return None


def full_story(
    before: StoredArticle | None,
    judged: JudgedArticle,
    decision: Decision,
    corrections: Corrections,
    decisions: Decisions,
) -> FullStory | None:
    """Return the full story that an article goes into, or None.

    What a person said is always arranged, and so is the original itself.
    """
    if corrections.together or corrections.apart:
        return None
    story_ids = decision.story_ids
    if before is not None:
        # A page that became another text leaves, as it leaves a story of few.
        own = before.story_id
        if own is None or (own not in story_ids and is_another_text(before, judged)):
            return None
        story_ids = (own,)
    for story_id in story_ids:
        if decisions.story_size(story_id) >= ARRANGED:
            return _with_copy(story_id, judged, decisions)
    return None


def _with_copy(story_id: str, judged: JudgedArticle, decisions: Decisions) -> FullStory | None:
    """Return a full story with one more copy, None where that may come first."""
    head = decisions.story_head(story_id)
    (lead,) = decisions.first_members(story_id, 1)
    article = judged.as_member(story_id)
    if head is None or article.article_id == lead.article_id:
        return None
    # Of one publisher the first has spoken for it: else each of a thousand could be dated before the last.
    if article.publisher_id != lead.publisher_id and comes_first(article, lead):
        return None
    topics = tuple(dict.fromkeys((*head.topics, *judged.relevance.topics)))
    languages = tuple(dict.fromkeys((*head.languages, *filter(None, [article.lang]))))
    last_seen = max(head.last_seen, appeared(article))
    return FullStory(replace(head, last_seen=last_seen, languages=languages, topics=topics), lead)
