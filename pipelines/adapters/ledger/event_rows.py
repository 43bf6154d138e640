"""Rows of what stories tell of, and of the links between stories of one event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Select, Text, bindparam, delete, func, insert, or_, select

from pipelines.adapters.ledger.article_writer import number_changes
from pipelines.adapters.ledger.codec import EVENT_LINK, EVENT_PRINT, STORY
from pipelines.adapters.ledger.schema import event_keys, event_links, event_prints, stories, story_redirects
from pipelines.adapters.ledger.statements import Statement
from pipelines.adapters.ledger.story_writer import write_story_facts
from pipelines.adapters.ledger.value_lists import listed_values, text_table, value_list
from pipelines.adapters.stored_text import clean_text
from pipelines.model import EventDecision, EventLink, EventPrint, EventsEnded, EventVoice

#: Compiled once each: a story that is related to others runs a dozen of them.
_EVENTS_OF_STORY = Statement(
    lambda _: select(event_prints.c.story_id, event_prints.c.facts).where(
        or_(
            event_prints.c.story_id == bindparam("story"),
            event_prints.c.story_id.in_(
                select(story_redirects.c.old_id).where(story_redirects.c.story_id == bindparam("story"))
            ),
        )
    )
)


def _events_sharing(dialect: str) -> Select[Any]:
    """Return the query for events that share listed keys, the most first."""
    wanted = listed_values(dialect, Text)
    sharing = (
        select(event_keys.c.story_id, func.count().label("shared"))
        .join(wanted, wanted.c.value == event_keys.c.key)
        .group_by(event_keys.c.story_id)
        .order_by(func.count().desc(), event_keys.c.story_id)
        .limit(bindparam("most", type_=Integer()))
        .subquery()
    )
    return (
        select(event_prints.c.story_id, event_prints.c.facts, stories.c.id.label("present_id"))
        .join(sharing, sharing.c.story_id == event_prints.c.story_id)
        .outerjoin(stories, stories.c.id == event_prints.c.story_id)
        .order_by(sharing.c.shared.desc(), event_prints.c.story_id)
    )


_EVENTS_SHARING = Statement(_events_sharing)


def _links_with_ends(dialect: str) -> Select[Any]:
    """Return the query for links that have an end among the listed stories."""
    ids = select(listed_values(dialect, Text).c.value)
    return select(event_links.c.facts).where(or_(event_links.c.a.in_(ids), event_links.c.b.in_(ids)))


_LINKS_WITH_ENDS = Statement(_links_with_ends)


def _events_listed(dialect: str) -> Select[Any]:
    """Return the query for the events of the listed stories."""
    wanted = listed_values(dialect, Text)
    query = select(event_prints.c.story_id, event_prints.c.at, event_prints.c.facts)
    return query.join(wanted, wanted.c.value == event_prints.c.story_id)


_EVENTS_LISTED = Statement(_events_listed)


def read_event_prints(connection: Connection, story_id: str) -> dict[str, EventPrint]:
    """Return the event of a story, and of those joined into it, by story id."""
    found: dict[str, EventPrint] = {}
    for row in _EVENTS_OF_STORY.all_rows(connection, {"story": story_id}):
        found[row.story_id] = EVENT_PRINT.load(row.facts)
    return found


def read_event_candidates(
    connection: Connection, keys: Collection[str], *, without: Collection[str], limit: int
) -> list[EventPrint]:
    """Return the events of stories that share a key, except those `without`."""
    values = value_list(connection, map(clean_text, keys)) | {"most": limit + len(without)}
    others = []
    for row in _EVENTS_SHARING.all_rows(connection, values):
        if row.story_id not in without:
            others.append(row)
    found: list[EventPrint] = []
    for row in others[:limit]:
        # A joined story keeps its print until its story is looked at again. It is nobody's candidate.
        if row.present_id is not None:
            found.append(EVENT_PRINT.load(row.facts))
    return found


def read_event_links(connection: Connection, story_ids: Collection[str]) -> list[EventLink]:
    """Return the links that have an end among these stories."""
    rows = _LINKS_WITH_ENDS.all_rows(connection, value_list(connection, story_ids))
    return [EVENT_LINK.load(row.facts) for row in rows]


def read_event_times(connection: Connection, story_ids: Collection[str]) -> dict[str, datetime]:
    """Return when these stories were first seen, by id, of those whose event is kept."""
    rows = _EVENTS_LISTED.all_rows(connection, value_list(connection, story_ids))
    return {row.story_id: row.at for row in rows}


def read_event_voices(connection: Connection, story_ids: Collection[str]) -> dict[str, EventVoice]:
    """Return who tells of these stories' events, by id, of those whose event is kept."""
    found: dict[str, EventVoice] = {}
    for row in _EVENTS_LISTED.all_rows(connection, value_list(connection, story_ids)):
        event = EVENT_PRINT.load(row.facts)
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
