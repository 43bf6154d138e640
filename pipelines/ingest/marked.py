"""What people's marks make of pages and stories (reads the ledger).

A mark goes before the judge for the whole story of its article. Of several in one story the newest holds.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pipelines.ingest.judged_article import JudgedArticle
from pipelines.model import Decision, MarkLabel, Outcome, PageAccount, Relevance, Story
from pipelines.ports import Decisions


def marked_label(article_ids: Collection[str], decisions: Decisions) -> MarkLabel | None:
    """Return what was said last of one of these articles, or None."""
    marks = decisions.marks(article_ids)
    return marks[-1].label if marks else None


def as_marked(story: Story, decisions: Decisions, newcomer: JudgedArticle | None = None) -> Story:
    """Return a story kept out or not, as the marks on its articles say.

    Without a mark a story that is kept out stays so while the judge finds none of its articles relevant.
    A `newcomer` is one of them that is not stored as it is now.
    """
    label = marked_label(story.article_ids, decisions)
    if label is not None:
        return kept_out_as(story, label.outcome)
    if story.kept_out is None:
        return story
    if newcomer is not None and newcomer.relevance.relevant:
        return kept_out_as(story, None)
    return kept_out_as(story, judged_outcome(story.article_ids, decisions))


def carries_texts(judged: JudgedArticle, decision: Decision) -> bool:
    """Tell whether an article prints texts of other stories."""
    own_id = judged.article.id
    return any(carrying.page_id == own_id and not carrying.continues for carrying in decision.carries)


def as_carrier(story: Story, before: Story | None, judged: JudgedArticle, decisions: Decisions) -> Story:
    """Return a new story kept out where it is here for the texts that it carries.

    Its page is off the beat, and a text inside it is on it: so it is stored and in nobody's mail.
    """
    if before is not None or judged.relevance.relevant:
        return story
    if marked_label([judged.article.id], decisions) is not None:
        return story
    return kept_out_as(story, outcome_of(judged.relevance))


def kept_out_reason(story: Story, account: PageAccount, decisions: Decisions) -> str:
    """Return why a page of a story that is kept out is out."""
    assert story.kept_out is not None
    article_ids = set(story.article_ids)
    if account.article_id is not None:
        article_ids.add(account.article_id)
    if marked_label(article_ids, decisions) is None:
        return "off the beat itself; it prints a text of another story, or is a copy of a page that does"
    return marked_reason(story.kept_out)


def kept_out_as(story: Story, outcome: Outcome | None) -> Story:
    """Return a story kept out or, with None, not.

    One that is kept out counts in no event.
    """
    if outcome is None:
        return replace(story, kept_out=None)
    return replace(story, kept_out=outcome, independent=story.own_reports)


def judged_outcome(article_ids: Collection[str], decisions: Decisions) -> Outcome | None:
    """Return as what the judge alone leaves out a story of these articles, or None."""
    outcomes = set()
    for article_id in article_ids:
        stored = decisions.article(article_id)
        if stored is None:
            continue
        if stored.relevance.relevant:
            return None
        outcomes.add(outcome_of(stored.relevance))
    return Outcome.BORDERLINE if Outcome.BORDERLINE in outcomes else Outcome.OFF_BEAT


def outcome_of(relevance: Relevance) -> Outcome:
    """Return the outcome of an article that the judge leaves out."""
    return Outcome.BORDERLINE if relevance.is_borderline else Outcome.OFF_BEAT


def outcome_off_beat(judged: JudgedArticle, label: MarkLabel | None) -> Outcome:
    """Return the outcome of an article that comes into no story."""
    if label is not None and label.outcome is not None:
        return label.outcome
    return outcome_of(judged.relevance)


def marked_reason(outcome: Outcome) -> str:
    """Return why a page is kept out that a person marked, or a page of its story."""
    return f"a person marked it, or a copy of it, {outcome.value.replace('_', '-')}"
