"""What is counted of articles and stories, read without their texts."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, Text, bindparam, func, or_, select

from pipelines.adapters.ledger.json_fields import json_field
from pipelines.adapters.ledger.schema import articles, links, stories
from pipelines.adapters.ledger.statements import Statement
from pipelines.adapters.ledger.value_lists import listed_values, value_list
from pipelines.model import COPY_RELATIONS, Arrival, CountedChange, StoryRank


def _counted_columns(dialect: str) -> list[Any]:
    """Return what is counted of an article and of its story, as columns."""

    def of_article(*path: str) -> Any:
        return json_field(dialect, articles.c.facts, *path).label("_".join(path))

    return [
        articles.c.arrival,
        links.c.story_id,
        of_article("publisher", "id"),
        of_article("publisher", "name"),
        of_article("publisher", "country"),
        of_article("article", "lang"),
        of_article("article", "collected"),
        of_article("article", "published", "at"),
        of_article("relevance", "topics"),
        json_field(dialect, stories.c.facts, "kind").label("kind"),
        json_field(dialect, stories.c.facts, "first_seen").label("first_seen"),
    ]


@Statement
def _arrivals_after(dialect: str) -> Select[Any]:
    query = (
        select(*_counted_columns(dialect))
        .join(links, links.c.article_id == articles.c.id)
        .join(stories, stories.c.id == links.c.story_id)
    )
    is_later = articles.c.arrival > bindparam("arrival")
    # As an expression, so that SQLite does not begin with all stories that nobody keeps out.
    is_on_beat = func.coalesce(stories.c.kept_out, "") == ""
    query = query.where(is_later, is_on_beat)
    return query.order_by(articles.c.arrival).limit(bindparam("limit"))


@Statement
def _changes_after(dialect: str) -> Select[Any]:
    query = (
        select(articles.c.seq, stories.c.kept_out, *_counted_columns(dialect))
        .outerjoin(links, links.c.article_id == articles.c.id)
        .outerjoin(stories, stories.c.id == links.c.story_id)
    )
    return (
        query.where(articles.c.seq > bindparam("seq"), articles.c.arrival.is_not(None))
        .order_by(articles.c.seq)
        .limit(bindparam("limit"))
    )


@Statement
def _ranks_by_id(dialect: str) -> Select[Any]:
    ids = select(listed_values(dialect, Text).c.value)
    relation = json_field(dialect, links.c.facts, "relation")
    copies = (
        select(func.count())
        .select_from(links)
        .where(links.c.story_id == stories.c.id, or_(*[relation == kind for kind in sorted(COPY_RELATIONS)]))
    )
    return select(
        stories.c.id,
        json_field(dialect, stories.c.facts, "independent").label("independent"),
        copies.scalar_subquery().label("copies"),
        json_field(dialect, stories.c.facts, "last_seen").label("last_seen"),
    ).where(stories.c.id.in_(ids))


def read_arrivals(connection: Connection, arrival: int, limit: int) -> list[Arrival]:
    """Return what is counted of articles that came on beat after an arrival, in order."""
    rows = _arrivals_after.all_rows(connection, {"arrival": arrival, "limit": limit})
    return list(map(_arrival_of, rows))


def read_counted_changes(connection: Connection, seq: int, limit: int) -> list[CountedChange]:
    """Return what is counted of articles that changed after `seq`, in order."""
    changes = []
    for row in _changes_after.all_rows(connection, {"seq": seq, "limit": limit}):
        is_on_beat = row.story_id is not None and row.kept_out is None
        arrival = _arrival_of(row) if is_on_beat else None
        changes.append(CountedChange(row.seq, row.arrival, arrival))
    return changes


def read_ranks(connection: Connection, story_ids: Collection[str]) -> dict[str, StoryRank]:
    """Return what orders these stories, by id; former ids are left out."""
    ranks = {}
    for row in _ranks_by_id.all_rows(connection, value_list(connection, story_ids)):
        # Rows of before it was counted lack the number; such a story is itself the only report.
        independent = 1 if row.independent is None else int(row.independent)
        ranks[row.id] = StoryRank(row.id, independent, row.copies, datetime.fromisoformat(row.last_seen))
    return ranks


def _arrival_of(row: Any) -> Arrival:
    published = None
    if row.article_published_at is not None:
        published = datetime.fromisoformat(row.article_published_at)
    return Arrival(
        row.arrival,
        row.story_id,
        row.publisher_id,
        row.publisher_name,
        row.article_lang,
        row.publisher_country,
        row.kind,
        _topics_of(row.relevance_topics),
        datetime.fromisoformat(row.article_collected),
        published,
        datetime.fromisoformat(row.first_seen),
    )


@lru_cache(maxsize=1000)
def _topics_of(written: str | None) -> tuple[str, ...]:
    """Return topics from JSON. Few lists are those of many articles."""
    return tuple(json.loads(written or "[]"))
