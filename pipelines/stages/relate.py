"""Relate: link stories about the same event."""

from __future__ import annotations

from pipelines.stages.context import RunContext
from pipelines.stories.event_links import relate_story
from pipelines.stories.event_print import event_print

EVENT_WATERMARK = "events"
CHUNK = 500


def relate_changed_stories(parts: RunContext) -> int:
    """Link stories that changed since the last time to others about the same event; return how many were looked at.

    Several workers may do this at once: what a link is depends on the two stories lock_folder.
    """
    looked_at = 0
    while changes := parts.ledger.changes_since(parts.ledger.watermark(EVENT_WATERMARK), CHUNK):
        ids = dict.fromkeys(change.document.story_id for change in changes if change.document)
        for story in parts.ledger.stories(ids).values():
            looked_at += 1
            lead = parts.ledger.article(story.lead_id)
            if lead is not None:
                article, beat = lead.article, parts.beat
                event = event_print(
                    story.id,
                    article.title,
                    article.body,
                    article.lang,
                    story.first_seen,
                    beat.terms,
                    beat.event_rules,
                    story.origin,
                )
                relate_story(parts.ledger, event)
        parts.ledger.set_watermark(EVENT_WATERMARK, changes[-1].seq)
    return looked_at
