"""Where an article belongs: the story it goes into, the one it leaves.

All is pure but for the reads of what is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.dedup import arrange
from pipelines.dedup.overlap import compare
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.model import Corrections, Decision, Link, Member, Relation, StoredArticle, Story
from pipelines.ports import Decisions

#: Share of the shorter text that an update keeps of what its page said before; below, it is another text.
_ANOTHER_TEXT = 0.25


@dataclass(frozen=True, slots=True)
class Comparable:
    """The articles that one is compared with, and what a person said about them."""

    members: Sequence[Member]
    corrections: Corrections


def comparable_articles(judged: JudgedArticle, decisions: Decisions) -> Comparable:
    """Return the articles to compare one with.

    They share text with it, or a person named them together with it.
    """
    article_id = judged.article.id
    members: dict[str, Member] = {}
    for candidate in decisions.candidates(judged.text):
        if candidate.article_id != article_id:
            members[candidate.article_id] = candidate
    corrections = decisions.corrected_pairs([article_id, *members])
    partners = _partners_of(article_id, corrections)
    if partners:
        for member in decisions.members(_stories_of(partners, decisions)):
            if member.article_id in partners:
                members[member.article_id] = member
    return Comparable(list(members.values()), corrections)


def _partners_of(article_id: str, corrections: Corrections) -> set[str]:
    """Return the articles that a person joined with one, or set apart from it."""
    partners: set[str] = set()
    for pair in (*corrections.together, *corrections.apart):
        if article_id in pair:
            partners |= pair - {article_id}
    return partners


def _stories_of(article_ids: Collection[str], decisions: Decisions) -> set[str]:
    story_ids: set[str] = set()
    for article_id in article_ids:
        stored = decisions.article(article_id)
        if stored is not None and stored.story_id:
            story_ids.add(stored.story_id)
    return story_ids


@dataclass(frozen=True, slots=True)
class Placement:
    """The stories that an article goes into, and the one that it leaves.

    The first of `joined` stays and the others are joined to it; none of them means a story of its own.
    """

    joined: tuple[str, ...]
    leaves: str | None = None
    why_it_leaves: str = ""


def place_article(
    before: StoredArticle | None, judged: JudgedArticle, decision: Decision, decisions: Decisions
) -> Placement:
    """Return where an article belongs.

    An update stays where it was unless its text became another one.

    A page that stands alone is moved by what it says now. One with copies beside it stays, however it was
    edited, since what its copies carry is its text; it leaves when it keeps nothing of it and no member has
    what it says.
    """
    found = decision.story_ids
    if before is None:
        return Placement(found)
    assert before.story_id is not None
    own = before.story_id
    if own in found:
        # Its own comes first, and once.
        return Placement(tuple(dict.fromkeys((own, *found))))
    is_alone = decisions.story_size(own) == 1
    if is_alone:
        return Placement((*found, own))
    if not is_another_text(before, judged):
        return Placement((own,))
    return Placement(found, own, "its page tells something else now")


def is_another_text(before: StoredArticle, judged: JudgedArticle) -> bool:
    """Return whether a page keeps nearly nothing of what it said before."""
    assert before.text is not None
    return compare(judged.text, before.text).of_smaller < _ANOTHER_TEXT


def free_story_id(lead_id: str, decisions: Decisions) -> str:
    """Return an id for a story that an article opens.

    It is the article's own, unless that stands for another story already, as it may for a page that was
    seen before.
    """
    story_id = f"s{lead_id}"
    # Skip the story lookup for new pages: a story's id comes from an article that was stored.
    if decisions.article(lead_id) is None:
        return story_id
    number = 1
    while _is_present(story_id, decisions):
        number += 1
        story_id = f"s{lead_id}-{number}"
    return story_id


def _is_present(story_id: str, decisions: Decisions) -> bool:
    """Return whether a story has this id itself.

    The id of one that was joined leads to another.
    """
    story = decisions.story(story_id)
    return story is not None and story.id == story_id


def without_conflict(joined: Sequence[str], corrections: Corrections, decisions: Decisions) -> list[str]:
    """Return the stories to join, the first of them always.

    Left out are those with an article that a person set apart from one which is in already.
    """
    if len(joined) < 2:
        return list(joined)
    articles_by_story = _articles_by_story(joined, decisions)
    all_articles: set[str] = set()
    for article_ids in articles_by_story.values():
        all_articles |= article_ids
    apart = decisions.corrected_pairs(all_articles).apart | corrections.apart
    kept = [joined[0]]
    inside = set(articles_by_story.get(joined[0], ()))
    for story_id in joined[1:]:
        article_ids = articles_by_story.get(story_id, set())
        if not _are_apart(inside, article_ids, apart):
            kept.append(story_id)
            inside |= article_ids
    return kept


def _articles_by_story(story_ids: Collection[str], decisions: Decisions) -> Mapping[str, set[str]]:
    article_ids: dict[str, set[str]] = {}
    for member in decisions.members(story_ids):
        article_ids.setdefault(member.story_id or "", set()).add(member.article_id)
    return article_ids


def _are_apart(some: Collection[str], others: Collection[str], apart: Collection[frozenset[str]]) -> bool:
    """Return whether a person set two articles of two groups apart."""
    for one in some:
        for other in others:
            if frozenset((one, other)) in apart:
                return True
    return False


def story_without(placement: Placement, article_id: str, decisions: Decisions) -> Story | None:
    """Return the story that an article leaves, arranged without it, or None."""
    if placement.leaves is None:
        return None
    members = decisions.members([placement.leaves])
    remaining = []
    for member in members:
        if member.article_id != article_id:
            remaining.append(member)
    left = decisions.story(placement.leaves)
    assert left is not None
    return arranged_anew(left, remaining)


def arranged_anew(story: Story, members: Sequence[Member]) -> Story:
    """Return a story arranged for these members.

    It keeps the topics and the count of reports that it had, and what keeps it out.
    """
    return replace(
        arrange(story.id, members),
        topics=story.topics,
        independent=story.independent,
        kept_out=story.kept_out,
    )


def arrange_with(
    story_id: str,
    members: Sequence[Member],
    judged: JudgedArticle,
    before: Story | None,
    decided: Link | None,
) -> Story:
    """Return a story arranged with a new article, which adds its topics.

    `decided` is the article's link, if known.
    """
    standing: dict[str, Link] = {}
    # Whatever was read of other pages is the same as when their story was arranged last.
    if before is not None and before.lead_id != judged.article.id:
        for link in before.links:
            # What a person put here is no copy, whatever its page says now.
            if link.article_id != judged.article.id or link.relation is Relation.REPORT:
                standing[link.article_id] = link
    story = arrange(story_id, members, decided, standing)
    if before is None:
        topics = tuple(dict.fromkeys(judged.relevance.topics))
        return replace(story, topics=topics, independent=story.own_reports)
    topics = tuple(dict.fromkeys((*before.topics, *judged.relevance.topics)))
    return replace(story, topics=topics, independent=before.independent, kept_out=before.kept_out)
