"""Stories of one event: their prints, keys and links, on the connection that a writer holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, or_, select

from pipelines.adapters.ledger.article_writer import number_changes
from pipelines.adapters.ledger.codec import EVENT_LINK, EVENT_PRINT, STORY, from_json, to_json
from pipelines.adapters.ledger.schema import event_keys, event_links, event_prints, stories
from pipelines.adapters.ledger.story_rows import former_ids
from pipelines.adapters.ledger.story_writer import write_story_heads
from pipelines.adapters.ledger.value_lists import text_table
from pipelines.model import EventLink, EventPrint, RelatedStory
from pipelines.stories.events import around, keys_of, same_event

CANDIDATES = 50
"""Stories that are compared with a new one, those that share most keys first; a busy day has some hundred."""


def is_known(connection: Connection, print_: EventPrint) -> bool:
    """Tell whether there is nothing to do: most changes of a story change nothing of what it tells."""
    id_ = print_.story_id
    if connection.scalar(select(stories.c.id).where(stories.c.id == id_)) is None:
        return True
    if _kept_of(connection, former_ids(connection, [id_])):
        return False
    known = connection.scalar(select(event_prints.c.facts).where(event_prints.c.story_id == id_))
    return known is not None and from_json(EVENT_PRINT, known) == print_


def relate(connection: Connection, print_: EventPrint) -> bool:
    """Do what the port's `relate` says."""
    if is_known(connection, print_):
        return False
    id_ = print_.story_id
    gone = _kept_of(connection, former_ids(connection, [id_]))
    before = links_of(connection, [id_, *gone])
    _forget(connection, [id_, *gone])
    keys = keys_of(print_)
    found = [link for other in _candidates(connection, id_, keys) if (link := same_event(print_, other))]
    _keep(connection, print_, keys, found)
    touched = {id_, *(end for link in (*before, *found) for end in (link.a, link.b))} - set(gone)
    touched |= {end for link in links_of(connection, touched) for end in (link.a, link.b)}
    _count_again(connection, touched)
    return True


def related(connection: Connection, story_id: str) -> list[RelatedStory]:
    links, times = _neighbourhood(connection, [story_id])
    return around(story_id, links, times)


def links_of(connection: Connection, story_ids: Collection[str]) -> list[EventLink]:
    ids = select(text_table(connection, story_ids).c.value)
    query = select(event_links.c.facts).where(or_(event_links.c.a.in_(ids), event_links.c.b.in_(ids)))
    return [from_json(EVENT_LINK, facts) for facts in connection.execute(query).scalars()]


def _kept_of(connection: Connection, story_ids: Collection[str]) -> list[str]:
    wanted = text_table(connection, story_ids)
    query = select(event_prints.c.story_id).join(wanted, wanted.c.value == event_prints.c.story_id)
    return list(connection.execute(query).scalars())


def _forget(connection: Connection, story_ids: Collection[str]) -> None:
    for table in (event_prints, event_keys):
        connection.execute(delete(table).where(table.c.story_id.in_(list(story_ids))))
    ends = or_(event_links.c.a.in_(list(story_ids)), event_links.c.b.in_(list(story_ids)))
    connection.execute(delete(event_links).where(ends))


def _candidates(connection: Connection, story_id: str, keys: Sequence[str]) -> list[EventPrint]:
    """Return the prints of stories that share a key, most in common first, ties by id."""
    wanted = text_table(connection, keys)
    common = func.count()
    sharing = (
        select(event_keys.c.story_id)
        .join(wanted, wanted.c.value == event_keys.c.key)
        .where(event_keys.c.story_id != story_id)
        .group_by(event_keys.c.story_id)
        .order_by(common.desc(), event_keys.c.story_id)
        .limit(CANDIDATES)
    )
    ids = list(connection.execute(sharing).scalars())
    present = text_table(connection, ids)
    query = (
        select(event_prints.c.facts)
        .join(present, present.c.value == event_prints.c.story_id)
        .join(stories, stories.c.id == event_prints.c.story_id)
    )
    return [from_json(EVENT_PRINT, facts) for facts in connection.execute(query).scalars()]


def _keep(
    connection: Connection, print_: EventPrint, keys: Sequence[str], found: Sequence[EventLink]
) -> None:
    row = {"story_id": print_.story_id, "at": print_.at, "facts": to_json(EVENT_PRINT, print_)}
    connection.execute(insert(event_prints).values(row))
    if keys:
        connection.execute(
            insert(event_keys), [{"key": k, "story_id": print_.story_id} for k in dict.fromkeys(keys)]
        )
    if found:
        rows = [{"a": link.a, "b": link.b, "facts": to_json(EVENT_LINK, link)} for link in found]
        connection.execute(insert(event_links), rows)


def _neighbourhood(
    connection: Connection, story_ids: Collection[str]
) -> tuple[list[EventLink], dict[str, datetime]]:
    """Return the links within two steps of these stories, and when each story in them was first seen."""
    first = links_of(connection, story_ids)
    ends = {end for link in first for end in (link.a, link.b)} | set(story_ids)
    links = links_of(connection, ends)
    known = text_table(connection, {end for link in links for end in (link.a, link.b)} | ends)
    query = select(event_prints.c.story_id, event_prints.c.at).join(
        known, known.c.value == event_prints.c.story_id
    )
    return links, {row.story_id: row.at for row in connection.execute(query)}


def _count_again(connection: Connection, story_ids: Collection[str]) -> None:
    """Write `independent` where it changed, and let the index know through the original's article."""
    links, times = _neighbourhood(connection, story_ids)
    wanted = text_table(connection, story_ids)
    rows = connection.execute(select(stories).join(wanted, wanted.c.value == stories.c.id)).all()
    changed = []
    for row in rows:
        story = from_json(STORY, row.facts)
        count = 1 + len(around(story.id, links, times))
        if count != story.independent:
            changed.append(replace(story, independent=count))
    write_story_heads(connection, changed)
    number_changes(connection, sorted(s.lead_id for s in changed))
