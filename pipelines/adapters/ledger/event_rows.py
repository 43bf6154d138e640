"""Rows of what stories tell of, and of the links between stories of one event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, or_, select

from pipelines.adapters.ledger.article_writer import number_changes
from pipelines.adapters.ledger.codec import EVENT_LINK, EVENT_PRINT, STORY
from pipelines.adapters.ledger.schema import event_keys, event_links, event_prints, stories
from pipelines.adapters.ledger.story_rows import former_ids
from pipelines.adapters.ledger.story_writer import write_story_facts
from pipelines.adapters.ledger.value_lists import text_table
from pipelines.model import EventDecision, EventLink, EventPrint, EventsEnded, EventVoice


def read_event_prints(connection: Connection, story_id: str) -> dict[str, EventPrint]:
    """Return the event of a story, and of those joined into it, by story id."""
    wanted = text_table(connection, [story_id, *former_ids(connection, [story_id])])
    query = select(event_prints.c.story_id, event_prints.c.facts)
    query = query.join(wanted, wanted.c.value == event_prints.c.story_id)
    found: dict[str, EventPrint] = {}
    for row in connection.execute(query):
        found[row.story_id] = EVENT_PRINT.load(row.facts)
    return found


def read_event_candidates(
    connection: Connection, keys: Collection[str], *, without: Collection[str], limit: int
) -> list[EventPrint]:
    """Return the events of stories that share a key, except those `without`."""
    wanted = text_table(connection, keys)
    sharing = (
        select(event_keys.c.story_id)
        .join(wanted, wanted.c.value == event_keys.c.key)
        .where(event_keys.c.story_id.not_in(list(without)))
        .group_by(event_keys.c.story_id)
        .order_by(func.count().desc(), event_keys.c.story_id)
        .limit(limit)
    )
    found = text_table(connection, connection.execute(sharing).scalars())
    query = (
        select(event_prints.c.facts)
        .join(found, found.c.value == event_prints.c.story_id)
        # A joined story keeps its print until its story is looked at again. It is nobody's candidate.
        .join(stories, stories.c.id == event_prints.c.story_id)
    )
    return list(map(EVENT_PRINT.load, connection.execute(query).scalars()))


def read_event_links(connection: Connection, story_ids: Collection[str]) -> list[EventLink]:
    """Return the links that have an end among these stories."""
    ids = select(text_table(connection, story_ids).c.value)
    has_end_here = or_(event_links.c.a.in_(ids), event_links.c.b.in_(ids))
    query = select(event_links.c.facts).where(has_end_here)
    return list(map(EVENT_LINK.load, connection.execute(query).scalars()))


def read_event_times(connection: Connection, story_ids: Collection[str]) -> dict[str, datetime]:
    """Return when these stories were first seen, by id, of those whose event is kept."""
    wanted = text_table(connection, story_ids)
    query = select(event_prints.c.story_id, event_prints.c.at)
    query = query.join(wanted, wanted.c.value == event_prints.c.story_id)
    found: dict[str, datetime] = {}
    for row in connection.execute(query):
        found[row.story_id] = row.at
    return found


def read_event_voices(connection: Connection, story_ids: Collection[str]) -> dict[str, EventVoice]:
    """Return who tells of these stories' events, by id, of those whose event is kept."""
    wanted = text_table(connection, story_ids)
    query = select(event_prints.c.facts).join(wanted, wanted.c.value == event_prints.c.story_id)
    found: dict[str, EventVoice] = {}
    for event in map(EVENT_PRINT.load, connection.execute(query).scalars()):
        found[event.story_id] = EventVoice(event.voice, event.is_release)
    return found


def write_event(connection: Connection, decision: EventDecision) -> None:
    """Write how a story stands to others about its event."""
    _delete_events(connection, [decision.print.story_id, *decision.joined])
    _insert_event(connection, decision)
    _write_independent(connection, decision.independent)


def write_ended_events(connection: Connection, ended: EventsEnded) -> None:
    """Delete what is kept of stories that are gone, and write the counts."""
    _delete_events(connection, ended.story_ids)
    _write_independent(connection, ended.independent)


def _delete_events(connection: Connection, story_ids: Collection[str]) -> None:
    ids = list(story_ids)
    for table in (event_prints, event_keys):
        connection.execute(delete(table).where(table.c.story_id.in_(ids)))
    has_end_here = or_(event_links.c.a.in_(ids), event_links.c.b.in_(ids))
    connection.execute(delete(event_links).where(has_end_here))


def _insert_event(connection: Connection, decision: EventDecision) -> None:
    event = decision.print
    row = {"story_id": event.story_id, "at": event.at, "facts": EVENT_PRINT.dump(event)}
    connection.execute(insert(event_prints).values(row))
    key_rows = []
    for key in decision.keys:
        key_rows.append({"key": key, "story_id": event.story_id})
    if key_rows:
        connection.execute(insert(event_keys), key_rows)
    link_rows = []
    for link in decision.links:
        link_rows.append({"a": link.a, "b": link.b, "facts": EVENT_LINK.dump(link)})
    if link_rows:
        connection.execute(insert(event_links), link_rows)


def _write_independent(connection: Connection, independent: Mapping[str, int]) -> None:
    """Write the counts that changed; number the originals for the index."""
    wanted = text_table(connection, independent)
    # A migration comes here, too: it finds no column that a later version added.
    query = select(stories.c.facts).join(wanted, wanted.c.value == stories.c.id)
    changed = []
    for row in connection.execute(query).all():
        story = STORY.load(row.facts)
        if story.independent != independent[story.id]:
            changed.append(replace(story, independent=independent[story.id]))
    write_story_facts(connection, changed)
    number_changes(connection, sorted(story.lead_id for story in changed))
