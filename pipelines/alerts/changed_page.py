"""Which page of a story changed: its first one, or a copy (pure).

A story goes by the headline of its first page. Where only a copy changed, a mail must not say so of that.
"""

from __future__ import annotations

from pipelines.alerts.mail_context import AlertItem
from pipelines.alerts.reported_change import UpdateStep
from pipelines.model import Alert, StoredArticle, StoryChange

#: What is told of one page, and not of the story.
_OF_A_PAGE = (StoryChange.UPDATE, StoryChange.GONE, StoryChange.BACK)


def change_of(alert: Alert) -> StoryChange | None:
    """Return what an alert says that became of a page, or None."""
    if alert.reason != "update":
        return None
    change = UpdateStep.of_text(alert.step).change
    return change if change in _OF_A_PAGE else None


def find_changed_copy(item: AlertItem, alert: Alert) -> StoredArticle | None:
    """Return the copy that an alert of a story tells of, or None.

    None where it tells of the story's first page.
    """
    if change_of(alert) is None or not alert.article_ids:
        return None
    return find_copy(item, alert.article_ids[0])


def find_copy(item: AlertItem, article_id: str) -> StoredArticle | None:
    """Return a copy of a story by its id, or None.

    None where it is the first page, or no page of the story.
    """
    if item.story is None or article_id == item.story.lead_id:
        return None
    for stored in item.articles:
        if stored.article.id == article_id:
            return stored
    return None


def find_copy_taken_away(item: AlertItem) -> StoredArticle | None:
    """Return the copy that is gone, or None.

    None where the story's first page is gone, or nothing is.
    """
    if change_of(item.head) is StoryChange.GONE:
        return find_changed_copy(item, item.head)
    for turn in reversed(item.turns):
        if turn.change is StoryChange.GONE:
            return find_copy(item, turn.article_id)
    return None
