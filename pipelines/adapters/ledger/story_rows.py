"""Rows of stories, of their links, and of the ids that were joined into them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Connection, Select, Text, bindparam, func, select

from pipelines.adapters.ledger.codec import ARTICLE_FACTS, LINK, STORY
from pipelines.adapters.ledger.schema import articles, links, stories, story_redirects
from pipelines.adapters.ledger.statements import Statement
from pipelines.adapters.ledger.value_lists import listed_values, text_table, value_list
from pipelines.model import Link, Publisher, Story

_JOINED_INTO = select(story_redirects.c.story_id).where(story_redirects.c.old_id == bindparam("story_id"))
_STORY_BY_ANY_ID = Statement(
    lambda _: select(stories).where(
        stories.c.id == func.coalesce(_JOINED_INTO.scalar_subquery(), bindparam("story_id"))
    )
)

_STORY_BY_OWN_ID = Statement(lambda _: select(stories).where(stories.c.id == bindparam("story_id")))
_STORY_SIZE = Statement(
    lambda _: select(func.count()).select_from(links).where(links.c.story_id == bindparam("story_id"))
)
# Read from the index alone, and no farther than asked for.
_OF_PUBLISHER = Statement(
    lambda _: select(func.count()).select_from(
        select(links.c.story_id)
        .where(links.c.story_id == bindparam("story_id"), links.c.publisher_id == bindparam("publisher_id"))
        .limit(bindparam("most"))
        .subquery()
    )
)


@Statement
def _stories_by_id(dialect: str) -> Select[tuple[str, str]]:
    return select(stories).where(stories.c.id.in_(select(listed_values(dialect, Text).c.value)))


@Statement
def _links_by_story(dialect: str) -> Select[tuple[str, str]]:
    is_wanted = links.c.story_id.in_(select(listed_values(dialect, Text).c.value))
    query = select(links.c.story_id, links.c.facts).where(is_wanted)
    return query.order_by(links.c.story_id, links.c.position)


@Statement
def _redirects_by_old_id(dialect: str) -> Select[tuple[str, str]]:
    old_ids = select(listed_values(dialect, Text).c.value)
    return select(story_redirects).where(story_redirects.c.old_id.in_(old_ids))


def read_story(connection: Connection, story_id: str) -> Story | None:
    """Return a story by its id, or by the id of one that was joined into it."""
    row = _STORY_BY_ANY_ID.first_row(connection, {"story_id": story_id})
    if row is None:
        return None
    rows = _links_by_story.all_rows(connection, value_list(connection, [row.id]))
    story_links = tuple(LINK.load(link.facts) for link in rows)
    return replace(STORY.load(row.facts), links=story_links)


def read_story_head(connection: Connection, story_id: str) -> Story | None:
    """Return a story that has this id itself, without its links."""
    row = _STORY_BY_OWN_ID.first_row(connection, {"story_id": story_id})
    return STORY.load(row.facts) if row else None


def read_story_size(connection: Connection, story_id: str) -> int:
    """Return the number of a story's articles."""
    ((size,),) = _STORY_SIZE.all_rows(connection, {"story_id": story_id})
    return int(size)


def read_articles_of_publisher(connection: Connection, story_id: str, publisher_id: str, most: int) -> int:
    """Return how many articles of a publisher a story has, counted up to `most`."""
    values = {"story_id": story_id, "publisher_id": publisher_id, "most": most}
    ((count,),) = _OF_PUBLISHER.all_rows(connection, values)
    return int(count)


def read_stories(connection: Connection, story_ids: Collection[str]) -> dict[str, Story]:
    """Return these stories with their links, by id; former ids are left out."""
    if not story_ids:
        return {}
    wanted = value_list(connection, story_ids)
    heads = _stories_by_id.all_rows(connection, wanted)
    if not heads:
        return {}
    links_by_story: dict[str, list[Link]] = {}
    for row in _links_by_story.all_rows(connection, wanted):
        links_by_story.setdefault(row.story_id, []).append(LINK.load(row.facts))
    found = {}
    for row in heads:
        found[row.id] = replace(STORY.load(row.facts), links=tuple(links_by_story[row.id]))
    return found


def present_ids(connection: Connection, story_ids: Collection[str]) -> dict[str, str]:
    """Return for each id the story it stands for, itself or one it joined."""
    if not story_ids:
        return {}
    rows = _redirects_by_old_id.all_rows(connection, value_list(connection, story_ids))
    present = {}
    for story_id in story_ids:
        present[story_id] = story_id
    for row in rows:
        present[row.old_id] = row.story_id
    return present


def former_ids(connection: Connection, story_ids: Collection[str]) -> list[str]:
    """Return the ids of former stories that were joined into one of these."""
    wanted = text_table(connection, story_ids)
    query = select(story_redirects.c.old_id).join(wanted, wanted.c.value == story_redirects.c.story_id)
    return list(connection.execute(query.order_by(story_redirects.c.old_id)).scalars())


def read_pages(connection: Connection, story_ids: Collection[str]) -> dict[str, tuple[str, Publisher]]:
    """Return address and publisher of each article of these stories, by article id."""
    wanted = text_table(connection, story_ids)
    query = (
        select(articles.c.id, articles.c.facts)
        .join(links, links.c.article_id == articles.c.id)
        .join(wanted, wanted.c.value == links.c.story_id)
    )
    pages = {}
    for row in connection.execute(query):
        facts = ARTICLE_FACTS.load(row.facts)
        pages[row.id] = (facts.article.url, facts.publisher)
    return pages
