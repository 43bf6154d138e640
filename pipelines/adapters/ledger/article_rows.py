"""Rows of articles, and what is made of them.

stored articles   all that the ledger keeps of a page
members           an article as dedup compares it
documents         an article with its story's facts, as the search index holds it
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, Select, Text, bindparam, select

from pipelines.adapters.ledger.codec import ARTICLE_FACTS, LINK, ROUTE, STORY
from pipelines.adapters.ledger.print_codec import unpack_print
from pipelines.adapters.ledger.schema import articles, links, prints, stories, versions
from pipelines.adapters.ledger.statements import Statement
from pipelines.adapters.ledger.value_lists import listed_values, value_list
from pipelines.adapters.projection import document_of
from pipelines.model import ArticleVersion, Document, Member, Outcome, StoredArticle, Story

#: All columns of an article but its body, which is long and seldom asked for.
_ALL_BUT_BODY = (
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


# -- stored articles ----------------------------------------------------------------------------------


def select_articles(*more: Any) -> Select[Any]:
    """Select articles with print and story id, and `more` columns."""
    joined = articles.outerjoin(prints, prints.c.article == articles.c.number)
    joined = joined.outerjoin(links, links.c.article_id == articles.c.id)
    return select(*_ALL_BUT_BODY, *more).select_from(joined)


def stored_article(row: Any, body: str = "") -> StoredArticle:
    """Return the article of a row of `select_articles`."""
    facts = ARTICLE_FACTS.load(row.facts)
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


_ARTICLE_BY_ID = Statement(
    lambda _: select_articles(articles.c.body).where(articles.c.id == bindparam("article_id"))
)


def read_article_row(connection: Connection, article_id: str) -> Any | None:
    """Return an article's row, with its body."""
    return _ARTICLE_BY_ID.first_row(connection, {"article_id": article_id})


def read_article(connection: Connection, article_id: str) -> StoredArticle | None:
    """Return an article with its body, or None."""
    row = read_article_row(connection, article_id)
    return stored_article(row, row.body) if row else None


def read_versions(connection: Connection, article_id: str) -> list[ArticleVersion]:
    """Return the states of a page that its article does not show, by number."""
    query = select(versions).where(versions.c.article_id == article_id).order_by(versions.c.number)
    found: list[ArticleVersion] = []
    for row in connection.execute(query):
        found.append(
            ArticleVersion(row.number, row.content_hash, row.title, row.body, row.collected, row.held)
        )
    return found


# -- members ------------------------------------------------------------------------------------------


@Statement
def _articles_by_number(dialect: str) -> Select[Any]:
    # IN and not a join: beside outer joins SQLite would read every article to find a few.
    return select_articles().where(articles.c.number.in_(select(listed_values(dialect, Integer).c.value)))


@Statement
def _articles_by_story(dialect: str) -> Select[Any]:
    story_ids = select(listed_values(dialect, Text).c.value)
    article_ids = select(links.c.article_id).where(links.c.story_id.in_(story_ids))
    return select_articles().where(articles.c.id.in_(article_ids)).order_by(articles.c.arrival)


_FIRST_OF_STORY = Statement(
    lambda _: (
        select_articles()
        .where(links.c.story_id == bindparam("story_id"))
        .order_by(links.c.position)
        .limit(bindparam("limit"))
    )
)


def read_members_by_number(connection: Connection, numbers: Collection[int]) -> dict[int, Member]:
    """Return the on-beat articles with these numbers, as dedup sees them."""
    rows = _articles_by_number.all_rows(connection, value_list(connection, numbers))
    found: dict[int, Member] = {}
    for row in rows:
        found[row.number] = _member(row)
    return found


def read_members_by_story(
    connection: Connection, story_ids: Iterable[str], known: Mapping[int, Member]
) -> dict[int, Member]:
    """Return all articles of these stories by number, in order of arrival.

    Those that are `known` already are taken from there and not made anew.
    """
    rows = _articles_by_story.all_rows(connection, value_list(connection, story_ids))
    found: dict[int, Member] = {}
    for row in rows:
        found[row.number] = known.get(row.number) or _member(row)
    return found


def read_first_members(connection: Connection, story_id: str, limit: int) -> list[Member]:
    """Return the first articles of a story, by their place in it."""
    rows = _FIRST_OF_STORY.all_rows(connection, {"story_id": story_id, "limit": limit})
    return list(map(_member, rows))


def _member(row: Any) -> Member:
    """Return a row's article as dedup sees it.

    The same as `member_of(stored_article(row))`, without what dedup does not look at: a decision
    reads up to 50.
    """
    facts = json.loads(row.facts)
    article, publisher, published = facts["article"], facts["publisher"], facts["article"]["published"]
    return Member(
        article_id=row.id,
        publisher_id=publisher["id"],
        title=article["title"],
        lang=article["lang"],
        text=unpack_print(row.exact, row.packed),
        route=ROUTE.load_plain(facts["route"]),
        published=datetime.fromisoformat(published["at"]) if published else None,
        collected=datetime.fromisoformat(article["collected"]),
        # Rows of the first version lack what a publisher gained later.
        owner=publisher.get("owner", "private"),
        tier=publisher.get("tier", 2),
        story_id=row.story_id,
        precision=published["precision"] if published else "second",
    )


# -- documents ----------------------------------------------------------------------------------------


def select_documents() -> Select[Any]:
    """Select all that a document is made of; off-beat articles come without a story."""
    joined = articles.outerjoin(links, links.c.article_id == articles.c.id)
    joined = joined.outerjoin(stories, stories.c.id == links.c.story_id)
    return select(
        articles.c.id,
        articles.c.outcome,
        articles.c.content_hash,
        articles.c.version,
        articles.c.facts,
        articles.c.seq,
        articles.c.arrival,
        articles.c.body,
        links.c.facts.label("link"),
        links.c.story_id,
        stories.c.facts.label("story"),
        stories.c.kept_out,
    ).select_from(joined)


def documents_from(connection: Connection, rows: Sequence[Row[Any]]) -> list[Document | None]:
    """Return the documents of rows; None for an article that left the beat.

    None too where a mark keeps its story out.
    """
    found: dict[str, Story] = {}  # article id -> its story, with its own link alone
    for row in rows:
        if row.story is not None and row.kept_out is None:
            found[row.id] = replace(STORY.load(row.story), links=(LINK.load(row.link),))
    leads = _read_leads(connection, found)
    documents: list[Document | None] = []
    for row in rows:
        story = found.get(row.id)
        if story is None:
            documents.append(None)
        else:
            documents.append(document_of(_stored_of(row, row.body), story, row.seq, leads.get(row.id)))
    return documents


def _read_leads(connection: Connection, stories_of: Mapping[str, Story]) -> dict[str, StoredArticle]:
    """Return article id -> the original of its story, for copies alone."""
    lead_ids: dict[str, str] = {}
    for article_id, story in stories_of.items():
        if article_id != story.lead_id:
            lead_ids[article_id] = story.lead_id
    if not lead_ids:
        return {}
    columns = (articles.c.id, articles.c.facts, articles.c.outcome, articles.c.content_hash)
    query = select(*columns).where(articles.c.id.in_(set(lead_ids.values())))
    leads = {row.id: _stored_of(row, "") for row in connection.execute(query)}
    found: dict[str, StoredArticle] = {}
    for article_id, lead_id in lead_ids.items():
        if lead_id in leads:
            found[article_id] = leads[lead_id]
    return found


def _stored_of(row: Any, body: str) -> StoredArticle:
    """Return an article without what only dedup looks at."""
    facts = ARTICLE_FACTS.load(row.facts)
    return StoredArticle(
        replace(facts.article, body=body),
        facts.publisher,
        facts.route,
        facts.relevance,
        Outcome(row.outcome),
        row.content_hash,
    )
