"""Rows of pages that carry texts of other stories."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import Connection, Delete, bindparam, delete, or_, select

from pipelines.adapters.ledger.codec import CARRYING
from pipelines.adapters.ledger.schema import carried_texts, links
from pipelines.adapters.ledger.statements import Statement, upsert_rows
from pipelines.adapters.ledger.value_lists import text_table
from pipelines.adapters.projection import order_on_pages
from pipelines.model import Carrying

_IS_OF_ARTICLE = or_(
    carried_texts.c.page_id == bindparam("of_article"), carried_texts.c.article_id == bindparam("of_article")
)
# Made once: it is asked for each page.
_OF_ARTICLE = Statement(lambda _: select(carried_texts.c.article_id).where(_IS_OF_ARTICLE))


def write_carried_texts(
    connection: Connection, article_id: str, carries: Sequence[Carrying], *, is_new: bool
) -> list[str]:
    """Write what an article carries, and what carries it.

    It takes the place of what was kept.

    Returns the articles whose texts are carried from now on, or no more.
    """
    before: set[str] = set()
    if not is_new:
        rows = _OF_ARTICLE.all_rows(connection, {"of_article": article_id})
        before = {row.article_id for row in rows}
    if before:
        connection.execute(_delete_of_article(), {"of_article": article_id})
    if carries:
        upsert_rows(connection, carried_texts, list(map(_row_of, carries)), "page_id", "article_id")
    return sorted(before | {carrying.article_id for carrying in carries})


def _delete_of_article() -> Delete:
    return delete(carried_texts).where(_IS_OF_ARTICLE)


def _row_of(carrying: Carrying) -> dict[str, str]:
    return {
        "page_id": carrying.page_id,
        "article_id": carrying.article_id,
        "facts": CARRYING.dump(carrying),
    }


def read_carryings(connection: Connection, story_ids: Collection[str]) -> list[Carrying]:
    """Return what pages of these stories carry, and which pages carry their texts."""
    if not story_ids:
        return []
    ids = select(text_table(connection, story_ids).c.value)
    of_page, of_text = links.alias(), links.alias()
    query = (
        select(carried_texts.c.facts, of_page.c.story_id.label("page_story_id"), of_text.c.story_id)
        .join(of_page, of_page.c.article_id == carried_texts.c.page_id)
        .join(of_text, of_text.c.article_id == carried_texts.c.article_id)
        .where(or_(of_page.c.story_id.in_(ids), of_text.c.story_id.in_(ids)))
        .where(of_page.c.story_id != of_text.c.story_id)
    )
    found = []
    for row in connection.execute(query):
        carrying = CARRYING.load(row.facts)
        found.append(replace(carrying, page_story_id=row.page_story_id, story_id=row.story_id))
    return sorted(found, key=order_on_pages)
