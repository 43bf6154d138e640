"""Relate: link stories about the same event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.model import RELEASES, EventPrint, Publisher, Story
from pipelines.stages.context import RunContext
from pipelines.stories.event_links import relate_events
from pipelines.stories.event_print import event_print
from pipelines.text.folding import fold_for_search

#: All changes up to this sequence number are looked through for events.
EVENT_WATERMARK = "events"
#: Changes that are read at once.
CHUNK = 500
#: Stories that share a transaction. A transaction costs a third of relating a story.
AT_ONCE = 20


def relate_changed_stories(context: RunContext) -> int:
    """Link stories that changed since the last time to others about the same event.

    Returns how many stories were compared. Several workers may do this at once: what a link is depends on
    the two stories alone.
    """
    compared = 0
    while changes := context.ledger.changes_since(context.ledger.watermark(EVENT_WATERMARK), CHUNK):
        story_ids = dict.fromkeys(change.document.story_id for change in changes if change.document)
        stories = list(context.ledger.stories(story_ids).values())
        compared += len(stories)
        for start in range(0, len(stories), AT_ONCE):
            events = _events_of(context, stories[start : start + AT_ONCE])
            relate_events(context.ledger, *events)
        context.ledger.set_watermark(EVENT_WATERMARK, changes[-1].seq)
    return compared


def _voice_of(story: Story, publisher: Publisher) -> str | None:
    """Return whose report a story is: its text's origin, else its publisher."""
    if story.origin:
        return f"by:{fold_for_search(story.origin)}"
    return f"from:{publisher.id}" if publisher.id else None


def _channel_of(story: Story) -> str | None:
    """Return how a release came: its carrier, else its kind; None of a report."""
    if story.kind == "report":
        return None
    return story.carrier or story.kind


def _events_of(context: RunContext, stories: Sequence[Story]) -> list[EventPrint]:
    """Return what stories tell of, without those that have no article."""
    events = []
    for story in stories:
        event = _event_of(context, story)
        if event is not None:
            events.append(event)
    return events


def _event_of(context: RunContext, story: Story) -> EventPrint | None:
    lead = context.ledger.article(story.lead_id)
    if lead is None:
        return None
    article = lead.article
    event = event_print(
        story.id,
        article.title,
        article.body,
        article.lang,
        story.first_seen,
        context.beat.terms,
        context.beat.event_rules,
        story.origin,
    )
    return replace(
        event,
        voice=_voice_of(story, lead.publisher),
        channel=_channel_of(story),
        is_release=story.kind in RELEASES,
    )
