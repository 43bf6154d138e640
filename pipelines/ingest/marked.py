"""What people's marks make of pages and stories (reads the ledger).

A mark goes before the judge for the whole story of its article. Of several in one story the newest holds.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pipelines.ingest.judged_article import JudgedArticle
from pipelines.model import MarkLabel, Outcome, Story
from pipelines.ports import Decisions


def marked_label(article_ids: Collection[str], decisions: Decisions) -> MarkLabel | None:
    """Return what was said last of one of these articles, or None."""
    marks = decisions.marks(article_ids)
    return marks[-1].label if marks else None


def as_marked(story: Story, decisions: Decisions) -> Story:
    """Return a story kept out or not, as the marks on its articles say."""
    label = marked_label([link.article_id for link in story.links], decisions)
    return replace(story, kept_out=label.outcome if label else None)


def as_marked_with(story: Story, judged: JudgedArticle, decisions: Decisions) -> Story:
    """Return a story as the marks say, with an article that comes into it.

    Without a mark a story that is kept out stays so until an article on the beat comes.
    """
    label = marked_label([link.article_id for link in story.links], decisions)
    if label is not None:
        return replace(story, kept_out=label.outcome)
    if judged.relevance.relevant:
        return replace(story, kept_out=None)
    return story


def outcome_off_beat(judged: JudgedArticle, label: MarkLabel | None) -> Outcome:
    """Return the outcome of an article that comes into no story."""
    if label is not None and label.outcome is not None:
        return label.outcome
    return Outcome.BORDERLINE if judged.relevance.is_borderline else Outcome.OFF_BEAT


def marked_reason(outcome: Outcome) -> str:
    """Return why a page is kept out that a person marked, or a page of its story."""
    return f"a person marked it, or a copy of it, {outcome.value.replace('_', '-')}"
