"""Decide on a whole made-up stream, as a run does."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeVar

from sqlalchemy import select

from crawlers.model import CrawlResult
from crawlers.urls import canonical_url
from maplewire_bench.stream import Made
from pipelines.adapters.ledger import SqlLedger
from pipelines.adapters.ledger.schema import links
from pipelines.dedup import print_of
from pipelines.ingest.batch import AT_ONCE
from pipelines.ingest.held_back import Fetch
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.page_decision import decide_page
from pipelines.ingest.site_boilerplate import BoilerplateLearner
from pipelines.model import Article, Outcome, PageAccount, Publisher, Relevance, Route, Stamp, article_id

T = TypeVar("T")


@dataclass(frozen=True)
class Decided:
    """What deciding on a stream gave, and its cost."""

    #: Story ids by the number of the article.
    clusters: dict[int, str]
    #: CPU seconds.
    cost_s: float


def decide_stream(ledger: SqlLedger, made: Sequence[Made], stored: int, batch: str = "bench") -> Decided:
    """Decide on a whole stream, as a run does.

    The articles after the first `stored` are measured.
    """
    begun = made[0].at
    run_id = ledger.start_run(begun)
    ledger.adopt(CrawlResult(batch, begun, begun, (), (), pages=len(made)), f"{batch}.warc.gz", run_id)
    boilerplate = BoilerplateLearner(ledger)
    spent_s = 0.0
    # Cut at `stored`, so that no transaction holds articles of both parts.
    for part in chain(in_parts(made[:stored], AT_ONCE), in_parts(made[stored:], AT_ONCE)):
        pages = [_page(article, batch) for article in part]
        started = time.process_time()
        judged = []
        for article, account in pages:
            judged.append((_judge(article, boilerplate), account))
        _decide_part(ledger, judged, run_id)
        if part[0].number >= made[stored].number:
            spent_s += time.process_time() - started
    return Decided(_clusters(ledger, made), spent_s / (len(made) - stored))


def _clusters(ledger: SqlLedger, made: Sequence[Made]) -> dict[int, str]:
    """Return the story of each article of the stream, by number."""
    numbers = {article_id(_url(article)): article.number for article in made}
    with ledger.database.engine.connect() as connection:
        homes = connection.execute(select(links.c.article_id, links.c.story_id)).all()
    clusters = {}
    for id_, story_id in homes:
        if id_ in numbers:
            clusters[numbers[id_]] = story_id
    return clusters


def _url(made: Made) -> str:
    return canonical_url(f"https://{made.outlet}.example/{made.number}")


def _page(made: Made, batch: str) -> tuple[Article, PageAccount]:
    """Return an article, and the account of its page."""
    url = _url(made)
    article = Article(
        article_id(url),
        url,
        url,
        made.outlet,
        made.title,
        made.body,
        made.at,
        published=Stamp(made.at, "second", "UTC", "json-ld"),
        lang=made.lang,
    )
    return article, PageAccount(batch, made.number, made.outlet, url, Outcome.NEW, "")


def _judge(article: Article, boilerplate: BoilerplateLearner) -> JudgedArticle:
    """Return an article as if it was judged to be on the beat.

    Only its print is made.
    """
    text = print_of(article.title, article.body, repeated=boilerplate.repeated_around(article))
    relevance = Relevance(True, 0.9, ("names both sides",), ("canola",))
    publisher = Publisher(article.source_id, article.source_id.title(), country="CA")
    return JudgedArticle(article, publisher, Route(), relevance, text, article.id)


def _decide_part(ledger: SqlLedger, judged: Sequence[tuple[JudgedArticle, PageAccount]], run_id: int) -> None:
    """Decide on each in turn, in one transaction."""
    with ledger.deciding() as deciding:
        for article, account in judged:
            fetch = Fetch(article.article.collected)
            deciding.take(decide_page(article, account, deciding, fetch), run_id)


def in_parts(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of up to `size` rows."""
    remaining = iter(rows)
    while part := list(islice(remaining, size)):
        yield part
