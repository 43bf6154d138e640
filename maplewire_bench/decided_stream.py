"""Decide on a whole made-up stream, as a run does."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
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


class StreamInLedger:
    """A made-up stream on its way into one ledger."""

    def __init__(self, ledger: SqlLedger, made: Sequence[Made], batch: str = "bench") -> None:
        self._ledger = ledger
        self._made = made
        self._batch = batch
        self._boilerplate = BoilerplateLearner(ledger)
        begun = made[0].at
        self._run_id = ledger.start_run(begun)
        result = CrawlResult(batch, begun, begun, (), (), pages=len(made))
        ledger.adopt(result, f"{batch}.warc.gz", self._run_id)

    def decide(self, part: Sequence[Made]) -> float:
        """Decide on the next articles in one transaction; return the CPU seconds."""
        pages = [_page(article, self._batch) for article in part]
        started = time.process_time()
        judged = []
        for article, account in pages:
            judged.append((_judge(article, self._boilerplate), account))
        _decide_part(self._ledger, judged, self._run_id)
        return time.process_time() - started

    def clusters(self) -> dict[int, str]:
        """Return the story of each article that was decided on, by number."""
        return _clusters(self._ledger, self._made)


def decide_stream(ledger: SqlLedger, made: Sequence[Made], stored: int, batch: str = "bench") -> Decided:
    """Decide on a whole stream, as a run does.

    The articles after the first `stored` are measured.
    """
    return decide_in_turns([ledger], made, stored, batch)[0]


def decide_in_turns(
    ledgers: Sequence[SqlLedger], made: Sequence[Made], stored: int, batch: str = "bench"
) -> list[Decided]:
    """Decide on one stream in several ledgers.

    The articles after the first `stored` are measured, some in each ledger in turns, so that a busy machine
    slows all alike.
    """
    streams = [StreamInLedger(ledger, made, batch) for ledger in ledgers]
    # Cut at `stored`, so that no transaction holds articles of both parts.
    for one in streams:
        for part in in_parts(made[:stored], AT_ONCE):
            one.decide(part)
    spent_s = [0.0] * len(streams)
    for part in in_parts(made[stored:], AT_ONCE):
        for position, one in enumerate(streams):
            spent_s[position] += one.decide(part)
    counted = len(made) - stored
    decided = []
    for one, seconds in zip(streams, spent_s, strict=True):
        decided.append(Decided(one.clusters(), seconds / counted))
    return decided


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
