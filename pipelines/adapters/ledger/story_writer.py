"""The stories of a decision: heads, links, and ids that are no story any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select, update

from pipelines.adapters.ledger.codec import LINK, STORY
from pipelines.adapters.ledger.schema import links, stories, story_redirects
from pipelines.adapters.ledger.statements import Statement, upsert_rows
from pipelines.model import Link, StoredArticle, Story

_OF_STORY = links.c.story_id == bindparam("story_id")
_OWN_PLACE = select(links.c.position).where(_OF_STORY, links.c.article_id == bindparam("article_id"))
_PLACES = Statement(
    lambda _: select(
        _OWN_PLACE.scalar_subquery().label("own"),
        select(func.max(links.c.position)).where(_OF_STORY).scalar_subquery().label("last"),
    )
)
_PUBLISHER_OF_LINK = Statement(
    lambda _: (
        update(links)
        .where(links.c.article_id == bindparam("of_article"))
        .values(publisher_id=bindparam("of_publisher"))
    )
)
_SET_FACTS = update(stories).where(stories.c.id == bindparam("of_story")).values(facts=bindparam("new_facts"))
_DELETE_LINK = delete(links).where(links.c.article_id == bindparam("of_article"))


class _PlacedLink(NamedTuple):
    """A link with its place among the links of its story."""

    story_id: str
    position: int
    link: Link


def write_stories(
    connection: Connection, before: Mapping[str, Story], after: Mapping[str, Story], new_ids: Collection[str]
) -> None:
    """Write how stories differ from `before`.

    A copy that joins a story of five hundred is two rows, not five hundred. `new_ids` are known
    to stand for no story yet, not for one that they were joined into either.
    """
    changed = []
    revived = []
    for story_id, story in after.items():
        if before.get(story_id) == story:
            continue
        changed.append(story)
        # An id that led to another story may become a story again, by a person's correction.
        if story.id not in before and story.id not in new_ids:
            revived.append(story.id)
    write_story_heads(connection, changed)
    _write_links(connection, _links_by_article(before), _links_by_article(after))
    if revived:
        connection.execute(delete(story_redirects).where(story_redirects.c.old_id.in_(revived)))


def write_appended_link(connection: Connection, head: Story, link: Link) -> None:
    """Write a copy behind all others of its story, or where it stands in it."""
    write_story_heads(connection, [head])
    places = _PLACES.all_rows(connection, {"story_id": head.id, "article_id": link.article_id})
    ((own, last),) = places
    position = last + 1 if own is None else own
    row = {"article_id": link.article_id, "story_id": head.id, "position": position}
    upsert_rows(connection, links, [{**row, "facts": LINK.dump(link)}], "article_id")


def write_publisher_of_link(connection: Connection, stored: StoredArticle) -> None:
    """Write whose article a link is of.

    It stays with the link when that is arranged anew.
    """
    row = {"of_article": stored.article.id, "of_publisher": stored.publisher.id}
    _PUBLISHER_OF_LINK.run(connection, row)


def write_story_heads(connection: Connection, changed: Collection[Story]) -> None:
    """Write stories without their links."""
    rows = []
    for story in changed:
        kept_out = story.kept_out.value if story.kept_out else None
        rows.append({"id": story.id, "facts": _facts_of(story), "kept_out": kept_out})
    upsert_rows(connection, stories, rows, "id")


def write_story_facts(connection: Connection, changed: Collection[Story]) -> None:
    """Write the facts of stories that are stored, and nothing beside them."""
    rows = []
    for story in changed:
        rows.append({"of_story": story.id, "new_facts": _facts_of(story)})
    if rows:
        connection.execute(_SET_FACTS, rows)


def _facts_of(story: Story) -> str:
    # Links have rows of their own.
    return STORY.dump(replace(story, links=()))


def _write_links(
    connection: Connection, before: Mapping[str, _PlacedLink], after: Mapping[str, _PlacedLink]
) -> None:
    left = [{"of_article": article_id} for article_id in before if article_id not in after]
    if left:
        connection.execute(_DELETE_LINK, left)
    rows = []
    for article_id, placed in after.items():
        if before.get(article_id) != placed:
            row = {"article_id": article_id, "story_id": placed.story_id, "position": placed.position}
            rows.append({**row, "facts": LINK.dump(placed.link)})
    upsert_rows(connection, links, rows, "article_id")


def _links_by_article(stories_by_id: Mapping[str, Story]) -> dict[str, _PlacedLink]:
    found = {}
    for story in stories_by_id.values():
        for position, link in enumerate(story.links):
            found[link.article_id] = _PlacedLink(story.id, position, link)
    return found


def delete_stories(connection: Connection, gone: Mapping[str, str | None]) -> None:
    """Delete stories; each id goes on resolving to the story given with it, if any."""
    for old_id, new_id in gone.items():
        led_here = story_redirects.c.story_id == old_id
        if new_id is None:
            connection.execute(delete(story_redirects).where(led_here))
        else:
            connection.execute(update(story_redirects).where(led_here).values(story_id=new_id))
            redirect = {"old_id": old_id, "story_id": new_id}
            upsert_rows(connection, story_redirects, [redirect], "old_id")
        connection.execute(delete(stories).where(stories.c.id == old_id))
