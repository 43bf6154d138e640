"""What the history of a story tells of a decision on one of its pages (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from pipelines.ingest.judged_article import JudgedArticle
from pipelines.model import Link, RecheckState, StoredArticle, Story, StoryChange, StoryEvent
from pipelines.ports import Decisions
from pipelines.revisions import edit_between, page_text

#: Reasons of an edit that a line of the history holds.
_REASONS_SHOWN = 4
_NOBODY = "nobody known"
#: Edits that are kept: those of the pages that wait for one transaction (`batch.AT_ONCE`), and as many again.
_EDITS_KEPT = 256


def gone_event(stored: StoredArticle, at: datetime, why: str) -> StoryEvent:
    """Return the line that says an article's page was deleted."""
    assert stored.story_id is not None
    text = f"{stored.publisher.name} took the page away: {why}; what it said is kept"
    return _event_of_article(stored, stored.story_id, at, StoryChange.GONE, text, material=True)


def back_events(
    stored: StoredArticle, state: RecheckState | None, at: datetime, *, shows: str = "with the text it had"
) -> list[StoryEvent]:
    """Return the line that says a page is there again.

    There is none for a page that was not gone. `state` is how it was before.
    """
    if state is None or state.gone is None or stored.story_id is None:
        return []
    text = f"the page is back, {shows}; it had been gone since {state.gone:%Y-%m-%d %H:%M} UTC"
    return [_event_of_article(stored, stored.story_id, at, StoryChange.BACK, text, material=True)]


def _event_of_article(
    stored: StoredArticle, story_id: str, at: datetime, change: StoryChange, text: str, *, material: bool
) -> StoryEvent:
    return StoryEvent(story_id, at, change, text, stored.article.id, stored.version, material)


def compare_ahead(known: StoredArticle | None, judged: JudgedArticle) -> None:
    """Compare a page with what it said before, ahead of its decision.

    A comparison may take a second, and decisions are made while the ledger is held. Each finds its edit
    ready, unless another worker stored a new state in between.
    """
    if known is None or known.text is None or known.content_hash == judged.content_hash:
        return
    _edit_between(page_text(known), judged.page_text())


#: Two texts → how they differ; kept from when a page is read to its decision.
_edit_between = lru_cache(maxsize=_EDITS_KEPT)(edit_between)


def update_events(
    known: StoredArticle | None, stored: StoredArticle, story_id: str, at: datetime
) -> list[StoryEvent]:
    """Return the line that says how a page was edited.

    There is none for a page that was not known.
    """
    if known is None or known.text is None:
        return []
    edit = _edit_between(page_text(known), page_text(stored))
    text = f"{stored.publisher.name}: {'; '.join(edit.why[:_REASONS_SHOWN])}"
    return [_event_of_article(stored, story_id, at, StoryChange.UPDATE, text, material=edit.material)]


def joining_events(
    story: Story,
    joined_story_ids: Sequence[str],
    judged: JudgedArticle,
    link: Link,
    at: datetime,
    decisions: Decisions,
) -> list[StoryEvent]:
    """Return a line for each story that an article joins to its own."""
    what_it_shows = link.why[0] if link.why else str(link.relation)
    events: list[StoryEvent] = []
    for story_id in joined_story_ids:
        joined = decisions.story(story_id)
        name = story_id
        if joined is not None:
            name = f"“{joined.headline}” ({story_id})"
        text = f"{name} joined this story: {judged.publisher.name} shows them to be one text: {what_it_shows}"
        events.append(StoryEvent(story.id, at, StoryChange.JOINED, text, judged.article.id))
    return events


def origin_events(
    before: Story | None, story: Story, judged: JudgedArticle, at: datetime, decisions: Decisions
) -> list[StoryEvent]:
    """Return the line that says whose text a story is now, or what comes first.

    There is none where both stayed.
    """
    if before is None:
        return []
    change = origin_change(before, story)
    if not change:
        return []
    why = _reason_of_origin_change(before, story, judged, decisions)
    # Whose text it is matters to readers. That a second carrier has it too is one more copy.
    material = (before.origin, before.kind) != (story.origin, story.kind)
    text = f"{change}, {why}"
    return [StoryEvent(story.id, at, StoryChange.ORIGIN, text, story.lead_id, material=material)]


def _reason_of_origin_change(before: Story, story: Story, judged: JudgedArticle, decisions: Decisions) -> str:
    if before.lead_id == story.lead_id:
        return f"because of what the page of {judged.publisher.name} says"
    source = judged.publisher.name
    if story.lead_id != judged.article.id:
        lead = decisions.article(story.lead_id)
        if lead is not None:
            source = lead.publisher.name
    return f"because of {source}: {story.links[0].why[0]}"


def origin_change(before: Story, after: Story) -> str:
    """Say how origin, carrier or first report of a story changed, or ""."""
    changes: list[str] = []
    if before.origin != after.origin:
        changes.append(f"origin changed from {before.origin or _NOBODY} to {after.origin or _NOBODY}")
    if before.carrier != after.carrier:
        changes.append(f"carrier changed from {before.carrier or _NOBODY} to {after.carrier or _NOBODY}")
    if before.lead_id != after.lead_id:
        if before.headline == after.headline:
            changes.append("another page comes first, under the same headline")
        else:
            changes.append(f"the first report changed from “{before.headline}” to “{after.headline}”")
    return "; ".join(changes)


def leaving_events(stored: StoredArticle, left: Story | None, why: str, at: datetime) -> list[StoryEvent]:
    """Return a line for the story that a page left, and one for its new story.

    `left` is the story without the page, None where it left none.
    """
    if left is None or stored.story_id is None:
        return []
    outlet = stored.publisher.name
    departure = f"{outlet} left for {stored.story_id}: {why}"
    arrival = f"{outlet} came from “{left.headline}” ({left.id}): {why}"
    return [
        _event_of_article(stored, left.id, at, StoryChange.LEFT, departure, material=False),
        _event_of_article(stored, stored.story_id, at, StoryChange.LEFT, arrival, material=False),
    ]
