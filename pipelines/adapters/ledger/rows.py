"""Queries that the ledger and an open decision share, each on the connection it is given."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    FromClause,
    Insert,
    Integer,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    column,
    func,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from pipelines.adapters.ledger.codec import FACTS, LINK, LOOK, ROUTE, STORY, from_json, unpack_print
from pipelines.adapters.ledger.schema import (
    articles,
    links,
    looks,
    prints,
    said,
    stories,
    story_redirects,
    versions,
)
from pipelines.adapters.ledger.statements import Statement
from pipelines.adapters.projection import document_of
from pipelines.model import (
    ArticleVersion,
    Correction,
    Document,
    Member,
    Outcome,
    Publisher,
    RecheckState,
    StoredArticle,
    Story,
)

_LIGHT = (
    articles.c.number,
    articles.c.id,
    articles.c.outcome,
    articles.c.content_hash,
    articles.c.version,
    articles.c.seq,
    articles.c.arrival,
    articles.c.facts,
    prints.c.exact,
    prints.c.packed,
    links.c.story_id,
)


def given(connection: Connection, values: Iterable[int] | Iterable[str], of: BigInteger | Text) -> FromClause:
    """Return any number of values as a table with the column `value`.

    One parameter holds them all: no limit on their number, and one prepared statement for any number.
    """
    data = list(values)
    if connection.dialect.name == "sqlite":
        return func.json_each(json.dumps(data)).table_valued(column("value", of), name="given")
    array = bindparam("given", data, type_=ARRAY(of), unique=True)
    return func.unnest(array).table_valued(column("value", of), name="given").render_derived()


def texts(connection: Connection, values: Iterable[str]) -> FromClause:
    return given(connection, dict.fromkeys(values), Text())


def listed(dialect: str, of: type[Integer] | type[Text]) -> FromClause:
    """Return as a table with the column `value` what the parameter of `listing` holds: for statements made once."""
    if dialect == "sqlite":
        return func.json_each(bindparam("listed", type_=Text())).table_valued(
            column("value", of()), name="listed"
        )
    array = bindparam("listed", type_=ARRAY(BigInteger() if of is Integer else of()))
    return func.unnest(array).table_valued(column("value", of()), name="listed").render_derived()


def listing(connection: Connection, values: Iterable[int] | Iterable[str]) -> dict[str, Any]:
    """Return the parameter that a statement made with `listed` is executed with."""
    data = list(dict.fromkeys(values))
    return {"listed": json.dumps(data) if connection.dialect.name == "sqlite" else data}


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *key: str) -> None:
    """Insert these rows, or give the row of the same key their other values."""
    if rows:
        _upserting(table, tuple(rows[0]), key).run(connection, *rows)


@cache
def _upserting(table: Table, names: tuple[str, ...], key: tuple[str, ...]) -> Statement:
    def make(dialect: str) -> Insert:
        insert: Any = (sqlite if dialect == "sqlite" else postgresql).insert(table)
        insert = insert.values({name: bindparam(name) for name in names})
        others = {name: insert.excluded[name] for name in names if name not in key}
        upserting: Insert = insert.on_conflict_do_update(index_elements=key, set_=others)
        return upserting

    return Statement(make)


# -- articles -----------------------------------------------------------------------------------------


def article_rows(*more: Any) -> Select[Any]:
    """Select articles with print and story id, and `more` columns; bodies only if asked for."""
    return select(*_LIGHT, *more).select_from(
        articles.outerjoin(prints, prints.c.article == articles.c.number).outerjoin(
            links, links.c.article_id == articles.c.id
        )
    )


def stored_of(row: Any, body: str = "") -> StoredArticle:
    facts = from_json(FACTS, row.facts)
    return StoredArticle(
        article=replace(facts.article, body=body),
        publisher=facts.publisher,
        route=facts.route,
        relevance=facts.relevance,
        outcome=Outcome(row.outcome),
        content_hash=row.content_hash,
        text=None if row.packed is None else unpack_print(row.exact, row.packed),
        story_id=row.story_id,
        version=row.version,
    )


_ONE_ARTICLE = Statement(
    lambda _: article_rows(articles.c.body).where(articles.c.id == bindparam("article_id"))
)


def article_row(connection: Connection, article_id: str) -> Any | None:
    return _ONE_ARTICLE.first(connection, {"article_id": article_id})


@Statement
def _rows_by_number(dialect: str) -> Select[Any]:
    # IN and not a join: beside outer joins SQLite would read every article to find a few.
    return article_rows().where(articles.c.number.in_(select(listed(dialect, Integer).c.value)))


@Statement
def _rows_by_story(dialect: str) -> Select[Any]:
    ids = select(links.c.article_id).where(links.c.story_id.in_(select(listed(dialect, Text).c.value)))
    return article_rows().where(articles.c.id.in_(ids)).order_by(articles.c.arrival)


def members_by_number(connection: Connection, numbers: Collection[int]) -> dict[int, Member]:
    """Return the articles on the beat with these numbers as dedup sees them."""
    rows = _rows_by_number.all(connection, listing(connection, numbers))
    return {row.number: member_of_row(row) for row in rows}


def members_by_story(
    connection: Connection, story_ids: Iterable[str], known: Mapping[int, Member]
) -> dict[int, Member]:
    """Return all articles of these stories as dedup sees them, by number, in order of arrival; those `known` as they are there."""
    rows = _rows_by_story.all(connection, listing(connection, story_ids))
    return {row.number: known.get(row.number) or member_of_row(row) for row in rows}


def member_of_row(row: Any) -> Member:
    """Return what `member_of(stored_of(row))` returns, without making all that dedup does not look at."""
    facts = json.loads(row.facts)
    article, publisher, published = facts["article"], facts["publisher"], facts["article"]["published"]
    return Member(
        article_id=row.id,
        source_id=article["source_id"],
        title=article["title"],
        lang=article["lang"],
        text=unpack_print(row.exact, row.packed),
        route=ROUTE.validate_python(facts["route"]),
        published=datetime.fromisoformat(published["at"]) if published else None,
        collected=datetime.fromisoformat(article["collected"]),
        owner=publisher.get("owner", "private"),
        tier=publisher.get("tier", 2),
        story_id=row.story_id,
        precision=published["precision"] if published else "second",
    )


def read_article(connection: Connection, article_id: str) -> StoredArticle | None:
    row = article_row(connection, article_id)
    return stored_of(row, row.body) if row else None


def documents(*more: Any) -> Select[Any]:
    """Select all that a document is made of; articles that are off the beat come without a story."""
    own = (articles.c.id, articles.c.outcome, articles.c.content_hash, articles.c.version, articles.c.facts)
    link = (links.c.facts.label("link"), links.c.story_id, stories.c.facts.label("story"))
    return select(*own, articles.c.seq, articles.c.arrival, articles.c.body, *link, *more).select_from(
        articles.outerjoin(links, links.c.article_id == articles.c.id).outerjoin(
            stories, stories.c.id == links.c.story_id
        )
    )


def document_from(row: Row[Any]) -> Document | None:
    """Return a row's document; None for an article that left the beat."""
    if row.story is None:
        return None
    facts = from_json(FACTS, row.facts)
    stored = StoredArticle(
        replace(facts.article, body=row.body),
        facts.publisher,
        facts.route,
        facts.relevance,
        Outcome(row.outcome),
        row.content_hash,
    )
    story = replace(from_json(STORY, row.story), links=(from_json(LINK, row.link),))
    return document_of(stored, story, row.seq)


def read_versions(connection: Connection, article_id: str) -> list[ArticleVersion]:
    query = select(versions).where(versions.c.article_id == article_id).order_by(versions.c.number)
    return [
        ArticleVersion(row.number, row.content_hash, row.title, row.body, row.collected, row.held)
        for row in connection.execute(query)
    ]


def read_looks(connection: Connection, article_ids: Collection[str]) -> dict[str, RecheckState]:
    rows = _looks.all(connection, listing(connection, article_ids))
    return {row.article_id: from_json(LOOK, row.facts) for row in rows}


@Statement
def _looks(dialect: str) -> Select[Any]:
    return select(looks).where(looks.c.article_id.in_(select(listed(dialect, Text).c.value)))


def read_said(connection: Connection, article_ids: Collection[str]) -> list[Correction]:
    """Return what a person said of these articles and did not take back, oldest first."""
    return [Correction(**row._asdict()) for row in _said.all(connection, listing(connection, article_ids))]


@Statement
def _said(dialect: str) -> Select[Any]:
    ids = select(listed(dialect, Text).c.value)
    mine = or_(said.c.a.in_(ids), said.c.b.in_(ids))
    return select(said).where(mine, said.c.undone.is_(None)).order_by(said.c.number)


# -- stories ------------------------------------------------------------------------------------------


def resolve(connection: Connection, story_ids: Collection[str]) -> dict[str, str]:
    """Return for each id the id of the story that it means today: its own, or the one it was joined into."""
    if not story_ids:
        return {}
    rows = _redirects.all(connection, listing(connection, story_ids))
    moved = {row.old_id: row.story_id for row in rows}
    return {id_: moved.get(id_, id_) for id_ in story_ids}


@Statement
def _redirects(dialect: str) -> Select[Any]:
    return select(story_redirects).where(story_redirects.c.old_id.in_(select(listed(dialect, Text).c.value)))


def read_stories(connection: Connection, story_ids: Collection[str]) -> dict[str, Story]:
    """Return these stories with all their links, by id; an id that is none is left out."""
    if not story_ids:
        return {}
    wanted = listing(connection, story_ids)
    found = {row.id: from_json(STORY, row.facts) for row in _heads.all(connection, wanted)}
    rows = _links_of.all(connection, wanted) if found else ()
    members: dict[str, list[Any]] = {}
    for row in rows:
        members.setdefault(row.story_id, []).append(from_json(LINK, row.facts))
    return {id_: replace(story, links=tuple(members[id_])) for id_, story in found.items()}


@Statement
def _heads(dialect: str) -> Select[Any]:
    return select(stories).where(stories.c.id.in_(select(listed(dialect, Text).c.value)))


@Statement
def _links_of(dialect: str) -> Select[Any]:
    inside = links.c.story_id.in_(select(listed(dialect, Text).c.value))
    return select(links.c.story_id, links.c.facts).where(inside).order_by(links.c.story_id, links.c.position)


def joined_into(connection: Connection, story_ids: Collection[str]) -> list[str]:
    """Return the ids of former stories that mean one of these today."""
    wanted = texts(connection, story_ids)
    query = select(story_redirects.c.old_id).join(wanted, wanted.c.value == story_redirects.c.story_id)
    return list(connection.execute(query.order_by(story_redirects.c.old_id)).scalars())


def read_pages(connection: Connection, story_ids: Collection[str]) -> dict[str, tuple[str, Publisher]]:
    """Return the address and the publisher of every article of these stories, by article id."""
    wanted = texts(connection, story_ids)
    query = (
        select(articles.c.id, articles.c.facts)
        .join(links, links.c.article_id == articles.c.id)
        .join(wanted, wanted.c.value == links.c.story_id)
    )
    found = ((row.id, from_json(FACTS, row.facts)) for row in connection.execute(query))
    return {id_: (facts.article.url, facts.publisher) for id_, facts in found}


def read_story(connection: Connection, story_id: str) -> Story | None:
    """Return a story by its id, or by the id of one that was joined into it."""
    row = _ONE_STORY.first(connection, {"story_id": story_id})
    if row is None:
        return None
    rows = _links_of.all(connection, listing(connection, [row.id]))
    return replace(from_json(STORY, row.facts), links=tuple(from_json(LINK, link.facts) for link in rows))


_JOINED_INTO = select(story_redirects.c.story_id).where(story_redirects.c.old_id == bindparam("story_id"))
_ONE_STORY = Statement(
    lambda _: select(stories).where(
        stories.c.id == func.coalesce(_JOINED_INTO.scalar_subquery(), bindparam("story_id"))
    )
)
