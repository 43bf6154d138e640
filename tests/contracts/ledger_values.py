"""Values for the ledger's tests, by number.

Article 3 is the page https://daily.example/3, and its print has the keys 30, 31 and 32.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from crawlers.model import CrawlResult
from pipelines.dedup.lookup import BEGINNING
from pipelines.dedup.text_print import LONG, WIDE_WINDOW, WINDOW
from pipelines.model import (
    Answer,
    LedgerDecision,
    Link,
    OutboxMail,
    Outcome,
    PageAccount,
    PageOffBeat,
    PagePlaced,
    Relation,
    Relevance,
    Route,
    StoredArticle,
    Story,
    TextPrint,
    article_id,
)
from pipelines.ports import Ledger
from tests.builders import NOON, a_publisher, an_article

MINUTE = timedelta(minutes=1)


def page(n: int) -> str:
    return f"https://daily.example/{n}"


def ident(n: int) -> str:
    return article_id(page(n))


def a_print(*keys: int, exact: str | None = None) -> TextPrint:
    """A text with just these lookup keys.

    They stand a window apart, with the greatest hash between them: a window's least hash is its key. The
    first one fills the beginning, of which more is kept.
    """
    width = WINDOW if len(keys) * WINDOW <= LONG else WIDE_WINDOW
    between = [2**32 - 1] * (width - 1)
    shingles: list[int] = []
    for key in keys:
        if shingles:
            shingles.extend(between)
            shingles.append(key)
        else:
            shingles.extend([key] * BEGINNING)
    return TextPrint(exact or f"{hash(keys):x}", shingles=tuple(shingles), words=len(shingles))


def a_stored(n: int, *, outcome: Outcome = Outcome.NEW, version: int = 1, **fields: Any) -> StoredArticle:
    """Article `n` on the beat.

    `keys` are those of its print, `title` and the like belong to its article, the rest is its own.
    """
    text = a_print(*fields.pop("keys", (n * 10, n * 10 + 1, n * 10 + 2)))
    own = {name: fields.pop(name) for name in ("title", "body", "collected", "published") if name in fields}
    article = an_article(page(n), **own)
    values = {
        "article": article,
        "publisher": a_publisher(),
        "route": Route(),
        "relevance": Relevance(True, 0.9, ("names both sides",), ("canola",)),
        "content_hash": f"{article.title}/{article.body}",
        "text": text,
    }
    return StoredArticle(**values | fields, outcome=outcome, version=version)


def off_beat(n: int, **fields: Any) -> StoredArticle:
    relevance = Relevance(False, 0.1, ("names one side",))
    return a_stored(n, outcome=Outcome.OFF_BEAT, text=None, relevance=relevance, **fields)


def a_story(
    id: str,  # noqa: A002
    *numbers: int,
    relation: Relation = Relation.VERBATIM,
    **fields: Any,
) -> Story:
    """A story of these articles: the first is the original, the others are copies of it."""
    first, *others = map(ident, numbers)
    links = [Link(first, Relation.ORIGINAL, None, 1.0, 0.0, ("came first",))]
    links += [Link(other, relation, first, 1.0, 0.125, ("shares 40 words",)) for other in others]
    values: dict[str, Any] = {
        "headline": f"Story {id}",
        "lead_id": first,
        "first_seen": NOON,
        "last_seen": NOON,
        "origin": None,
        "carrier": None,
        "kind": "report",
        "links": tuple(links),
    }
    return Story(**{"id": id} | values | fields)


def a_page_placed(
    stored: StoredArticle,
    story: Story,
    *,
    batch: str = "b",
    record: int | None = None,
    **fields: Any,
) -> PagePlaced:
    """The decision that an article is on the beat, in this story, which holds it already."""
    return PagePlaced(_account_of(stored, batch, record), stored, story, **fields)


def a_page_off_beat(stored: StoredArticle, *, batch: str = "b", record: int | None = None) -> PageOffBeat:
    return PageOffBeat(_account_of(stored, batch, record), stored)


def _account_of(stored: StoredArticle, batch: str, record: int | None) -> PageAccount:
    article = stored.article
    if record is None:
        record = int(article.url.rsplit("/", 1)[1])
    return PageAccount(batch, record, article.source_id, article.url, stored.outcome, "because", article.id)


def take(ledger: Ledger, decision: LedgerDecision, run_id: int = 1) -> None:
    with ledger.deciding() as deciding:
        deciding.take(decision, run_id)


def take_story(ledger: Ledger, id: str, *numbers: int, **fields: Any) -> None:  # noqa: A002
    """Take the articles of a story one after the other, as they would come in."""
    for count in range(1, len(numbers) + 1):
        outcome = Outcome.NEW if count == 1 else Outcome.COPY
        newest = a_stored(numbers[count - 1], outcome=outcome)
        take(ledger, a_page_placed(newest, a_story(id, *numbers[:count], **fields)))


def due_mails(ledger: Ledger, now: datetime, limit: int = 100) -> Sequence[OutboxMail]:
    """Return the mails that may be sent now, leased to nobody afterwards."""
    return ledger.lease_mails(now, "a test", now, limit)


def mark_sent(ledger: Ledger, key: str, at: datetime) -> None:
    """Note that every recipient of a mail took it."""
    mail = ledger.mail(key)
    assert mail is not None
    ledger.mark_answers(key, dict.fromkeys(mail.to, Answer("sent", "250 ok", at)), at, at)


def a_result(batch: str = "b", **fields: Any) -> CrawlResult:
    return CrawlResult(
        **{"batch_id": batch, "started": NOON, "finished": NOON, "states": (), "reports": ()} | fields
    )


def changes(ledger: Ledger, since: int = 0) -> list[str]:
    return [change.article_id for change in ledger.changes_since(since)]


def last_seq(ledger: Ledger) -> int:
    return max((change.seq for change in ledger.changes_since(0)), default=0)


def a_mail(key: str = "k", **fields: Any) -> OutboxMail:
    values = {
        "to": ("a@desk.example", "b@desk.example"),
        "subject": "News",
        "message": b"To: desk\r\n\r\n\x00\xff",
        "created": NOON,
    }
    return OutboxMail(**{"key": key} | values | fields)


def candidates(ledger: Ledger, text: TextPrint, limit: int = 50) -> list[str]:
    with ledger.deciding() as deciding:
        return [member.article_id for member in deciding.candidates(text, limit)]


def engine_of(url: str) -> str:
    """Return a ledger's URL as SQLAlchemy wants it, with the driver's name."""
    return url.replace("postgresql://", "postgresql+psycopg://")
