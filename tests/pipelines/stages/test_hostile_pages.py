"""A source whose pages, feed and headers are made to harm, in whole runs beside honest ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipelines.adapters.page_worker import WorkerPageReader
from pipelines.model import Outcome
from tests.builders import a_source
from tests.crawlers.web import Answer, Web
from tests.pipelines.hostile_pages import PAGES
from tests.pipelines.polled_site import Item, PolledSite, story_html, story_title
from tests.pipelines.world import World

#: They take a second and more each, and are read in `tests/pipelines/extract/test_hostile.py`.
SLOW = {
    "breaks",
    "links in a paragraph",
    "paragraphs",
    "headings",
    "sections",
    "bylines",
    "bold words",
    "titles",
    "links in many boxes",
    "text between many boxes",
}
NAMES = [name for name in PAGES if name not in SLOW]
HTML = "text/html; charset=utf-8"
HONEST = 5


@pytest.fixture
def honest(world: World) -> Iterator[PolledSite]:
    """Return a site that is polled beside a hostile one, all pages read in a worker."""
    with Web() as honest_web, Web() as hostile_web:
        site = PolledSite(world, honest_web)
        hostile = a_source("hostile", url=hostile_web.url("/feed.xml"))
        beat = replace(world.parts.beat, sources=(hostile, site.source))
        reader = WorkerPageReader(beat)
        world.parts = replace(world.parts, beat=beat, page_reader=reader)
        _serve_hostile(hostile_web)
        yield site
        reader.close()


def _serve_hostile(web: Web) -> None:
    listed = ""
    for number, name in enumerate(NAMES):
        body = PAGES[name].html(f"Canada and China talk of seed, part {number}").encode()
        link = web.answer(f"/{number}", Answer(200, body, {"Content-Type": HTML}))
        listed += (
            f"<item><title>{'A title ' * 500}</title><link>{link}</link><pubDate>9999-12-31</pubDate></item>"
        )
    odd = web.answer(
        "/odd", Answer(200, b"\x1f\x8b" + b"x" * 1_000, {"Content-Type": "text/html;charset=idna"})
    )
    listed += f"<item><title>&#{'1' * 5_000};</title><link>{odd}</link></item>"
    feed = f"<rss version='2.0'><channel><title>News</title>{listed}</channel></rss>".encode()
    web.answer("/feed.xml", Answer(200, feed, {"Content-Type": "application/rss+xml; charset=undefined"}))


def _offer(site: PolledSite, numbers: range) -> None:
    items = []
    for number in numbers:
        items.append(Item(site.page(f"/{number}", story_html(number)), story_title(number)))
    site.feed(items)


def _honest_titles(site: PolledSite) -> set[str]:
    titles = set()
    for stored in site.articles():
        if stored.article.source_id == "site":
            titles.add(stored.article.title)
    return titles


@pytest.mark.timeout(600)  # an idle machine needs some 30 s
def test_hostile_pages_keep_no_honest_article_and_no_mail_back(honest: PolledSite) -> None:
    _offer(honest, range(HONEST))
    honest.poll()
    assert _honest_titles(honest) == set(map(story_title, range(HONEST)))
    outcomes = {}
    for kept in honest.world.ledger._accounts.values():
        if kept.page.source_id == "hostile":
            outcomes[kept.page.url.rpartition("/")[2]] = kept.page.outcome
    assert outcomes.pop("odd") in (Outcome.QUARANTINED, Outcome.FAILED)
    assert set(outcomes) == set(map(str, range(len(NAMES))))
    assert Outcome.QUARANTINED not in outcomes.values()
    mails = len(honest.world.mailbox.sent)
    assert mails
    _offer(honest, range(HONEST, HONEST + 1))
    honest.poll()
    assert story_title(HONEST) in _honest_titles(honest)
    assert len(honest.world.mailbox.sent) > mails
