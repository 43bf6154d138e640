"""One article of a decision: row, print, last version, and numbers.

`arrival` numbers articles in the order in which they came on the beat, and stays. `seq` numbers
changes of documents: each change gives the article the next one. Nobody else numbers while a
decision is open, so no number is skipped or comes late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update

from pipelines.adapters.ledger.codec import ARTICLE_FACTS, ArticleFacts
from pipelines.adapters.ledger.schema import articles, versions
from pipelines.adapters.ledger.statements import Statement, upsert_rows
from pipelines.model import ArticleVersion, StoredArticle

if TYPE_CHECKING:
    # It brings all that compares texts, which who writes something else does not need.
    from pipelines.adapters.ledger.print_index import PrintIndex

# Statements are made once: making one costs several times what running it does.
_NEW_ARTICLE = insert(articles).returning(articles.c.number)
_COLUMNS: dict[str, Any] = {
    name: bindparam(name)
    for name in ("id", "outcome", "content_hash", "version", "facts", "body", "collected")
}
_INSERT_ON_BEAT = Statement(
    lambda _: _NEW_ARTICLE.values(
        **_COLUMNS,
        arrival=select(func.coalesce(func.max(articles.c.arrival), 0) + 1).scalar_subquery(),
        seq=select(func.coalesce(func.max(articles.c.seq), 0) + 1).scalar_subquery(),
    )
)
_INSERT_OFF_BEAT = Statement(lambda _: _NEW_ARTICLE.values(**_COLUMNS))
_LAST_NUMBERS = select(
    select(func.max(articles.c.arrival)).scalar_subquery().label("arrival"),
    select(func.max(articles.c.seq)).scalar_subquery().label("seq"),
)
_SET_ARRIVAL = (
    update(articles)
    .where(articles.c.number == bindparam("of_number"))
    .values(arrival=bindparam("new_arrival"), seq=bindparam("new_seq"))
)
_SET_SEQ = update(articles).where(articles.c.id == bindparam("of_article")).values(seq=bindparam("new_seq"))


class KnownArticle(NamedTuple):
    """An article as it stands before a decision, with the ledger's numbers for it."""

    number: int
    arrival: int | None
    stored: StoredArticle


def write_article(
    connection: Connection,
    prints: PrintIndex,
    stored: StoredArticle,
    known: KnownArticle | None,
    *,
    is_on_beat: bool,
) -> None:
    """Write an article in place of the `known` one, None for a page never seen.

    One that comes on the beat gets its arrival number, and the next seq.
    """
    if known is None:
        number = _insert_article(connection, stored, is_on_beat=is_on_beat)
        prints.write(number, None, stored.text)
        return
    changes = _article_columns(stored)
    connection.execute(update(articles).where(articles.c.number == known.number).values(changes))
    if is_on_beat and known.arrival is None:
        _number_arrival(connection, known.number)
    if known.stored.content_hash != stored.content_hash:
        _write_last_version(connection, known.stored)
    prints.write(known.number, known.stored.text, stored.text)


def _insert_article(connection: Connection, stored: StoredArticle, *, is_on_beat: bool) -> int:
    statement = _INSERT_ON_BEAT if is_on_beat else _INSERT_OFF_BEAT
    values = {"id": stored.article.id, **_article_columns(stored)}
    ((number,),) = statement.all_rows(connection, values)
    return int(number)


def _article_columns(stored: StoredArticle) -> dict[str, Any]:
    article = replace(stored.article, body="")
    facts = ArticleFacts(article, stored.publisher, stored.route, stored.relevance)
    return {
        "outcome": stored.outcome.value,
        "content_hash": stored.content_hash,
        "version": stored.version,
        "facts": ARTICLE_FACTS.dump(facts),
        "body": stored.article.body,
        "collected": article.collected,
    }


def _number_arrival(connection: Connection, number: int) -> None:
    last = connection.execute(_LAST_NUMBERS).one()
    numbers = {"new_arrival": (last.arrival or 0) + 1, "new_seq": (last.seq or 0) + 1}
    connection.execute(_SET_ARRIVAL, {"of_number": number, **numbers})


def number_changes(connection: Connection, article_ids: Sequence[str]) -> None:
    """Give each of these articles the next seq, in this order."""
    if not article_ids:
        return
    seq = connection.execute(_LAST_NUMBERS).one().seq or 0
    parameters = []
    for article_id in article_ids:
        seq += 1
        parameters.append({"of_article": article_id, "new_seq": seq})
    connection.execute(_SET_SEQ, parameters)


def _write_last_version(connection: Connection, before: StoredArticle) -> None:
    """Keep the state of a page that is being replaced."""
    article = before.article
    version = ArticleVersion(
        before.version, before.content_hash, article.title, article.body, article.collected
    )
    write_version(connection, article.id, version)


def write_version(connection: Connection, article_id: str, version: ArticleVersion) -> None:
    """Write a state of a page, in place of one with the same number."""
    row = {
        "article_id": article_id,
        "number": version.number,
        "content_hash": version.content_hash,
        "title": version.title,
        "body": version.body,
        "collected": version.collected,
        "held": version.held,
    }
    upsert_rows(connection, versions, [row], "article_id", "number")
