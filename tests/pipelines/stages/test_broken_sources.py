"""A beat of broken sources, each broken in its own way, crawled twice from real servers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawlers.crawl import CrawlSettings
from crawlers.model import Source
from pipelines.alerts.context import mail_context_of
from pipelines.alerts.receipt_facts import receipt_facts
from pipelines.alerts.source_record import read_source_health
from pipelines.beat.source_health import Health
from pipelines.stages.collect import collect_batch
from pipelines.stages.process import process_open_batches
from tests.builders import NOON, a_source
from tests.crawlers.web import Answer, Web, self_signed
from tests.pipelines.world import RELEASE, World, html

CONSENT = "<h1>Before you continue</h1><form>We use cookies <button>Accept all</button></form>"


class _Sites:
    """Servers, one a source, and the sources that lie on them."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.sources: list[Source] = []

    def site(self, **options: Any) -> Web:
        return self._stack.enter_context(Web(**options))

    def follow(self, id_: str, url: str, **fields: Any) -> None:
        self.sources.append(a_source(id_, url=url, **fields))

    def feed(self, id_: str, links: Sequence[str], *, ages: Sequence[float] = (), **fields: Any) -> Web:
        """Add a source whose feed lists some links; their ages are in days."""
        web = self.site(robots=fields.pop("robots", ""), tls=fields.pop("tls", None))
        titles = fields.pop("titles", [f"Canada and China {link}" for link in links])
        dates = [NOON - timedelta(days=age) for age in ages or range(len(links))]
        write_feed(web, links, titles, dates)
        self.follow(id_, web.url("/feed"), **fields)
        return web


def write_feed(web: Web, links: Sequence[str], titles: Sequence[str], dates: Sequence[datetime]) -> None:
    items = ""
    for link, title, date in zip(links, titles, dates, strict=True):
        items += (
            f"<item><title>{title}</title><link>{web.url(link)}</link>"
            f"<pubDate>{date:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        )
    body = f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()
    web.answer("/feed", Answer(200, body, {"Content-Type": "application/rss+xml"}))


def write_article(web: Web, path: str) -> None:
    text = [f"{paragraph} ({web.port}{path})" for paragraph in RELEASE]
    web.answer(path, Answer(200, html(f"Canola {path}", text).encode(), {"Content-Type": "text/html"}))


def _break_listings(sites: _Sites, folder: Path) -> None:
    sites.follow("dead-host", "http://no-such-host.invalid/feed")
    sites.follow("not-found", sites.site().url("/feed"))
    wall = sites.site()
    wall.answer("/feed", Answer(403, b"no"))
    sites.follow("wall", wall.url("/feed"))
    sites.feed("empty", [])
    section = sites.site()
    section.page("/news", "<p><a href=/a>A headline</a></p>")
    sites.follow("selector", section.url("/news"), kind="section", links="article h2 a")
    sites.feed("certificate", ["/a"], tls=self_signed(folder))
    consent = sites.site()
    consent.redirect("/feed", "/consent")
    consent.page("/consent", CONSENT)
    sites.follow("consent", consent.url("/feed"))
    web_page = sites.site()
    web_page.page("/feed", "<h1>Our new site</h1>")
    sites.follow("html", web_page.url("/feed"))
    sites.feed("robots", ["/a"], robots="User-agent: *\nDisallow: /\n")
    sites.feed("pattern", ["/a", "/b"], url_pattern="/news/")
    sites.feed("off-beat", ["/a", "/b"], titles=["Cricket results", "Bake sale"], scope="broad")
    moved = sites.site()
    write_article(moved, "/a")
    write_feed(moved, ["/a"], ["Canada and China"], [NOON])
    moved.redirect("/old", "/feed", 301)
    sites.follow("moved", moved.url("/old"))


def _break_pages(sites: _Sites) -> None:
    sites.feed("no-pages", ["/a", "/b", "/c"])
    sites.feed("no-robots", ["/a", "/b"], robots="User-agent: *\nDisallow: /a\nDisallow: /b\n")
    pdf = sites.feed("pdf", ["/a", "/b"])
    for path in ("/a", "/b"):
        pdf.answer(path, Answer(200, b"%PDF-1.4", {"Content-Type": "application/pdf"}))
    one_page = sites.feed("one-page", ["/a", "/b", "/c"])
    for path in ("/a", "/b", "/c"):
        one_page.redirect(path, "/front")
    one_page.page(
        "/front", "<h1>The front page</h1>" + "<p>All the news of our town and of the world.</p>" * 9
    )
    script = sites.feed("script", ["/a", "/b"])
    for path in ("/a", "/b"):
        script.page(path, "<div id=root></div><script>render()</script>")
    stale = sites.feed("stale", ["/a", "/b", "/c"], ages=[40, 41, 42])
    for path in ("/a", "/b", "/c"):
        write_article(stale, path)


#: The state of each, and what has to be told of it.
EXPECTED: Mapping[str, tuple[str, str]] = {
    "dead-host": ("failing", "the host name has no address"),
    "not-found": ("failing", "404"),
    "wall": ("failing", "403"),
    "empty": ("empty", "no entries"),
    "selector": ("failing", "article h2 a"),
    "certificate": ("failing", "no secure connection"),
    "consent": ("failing", "/consent"),
    "html": ("failing", "a web page"),
    "robots": ("failing", "robots.txt"),
    "pattern": ("left out", "/news/"),
    "off-beat": ("off beat", "about the beat"),
    "moved": ("moved", "/feed"),
    "no-pages": ("no pages", "404"),
    "no-robots": ("no pages", "robots.txt"),
    "pdf": ("no pages", "application/pdf"),
    "one-page": ("no pages", "/front"),
    "script": ("no pages", "shows an article"),
    "stale": ("stale", "40 days ago"),
    "well": ("ok", ""),
}


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[_Sites]:
    with ExitStack() as stack:
        made = _Sites(stack)
        _break_listings(made, tmp_path)
        _break_pages(made)
        well = made.feed("well", ["/a", "/b"])
        write_article(well, "/a")
        write_article(well, "/b")
        yield made


def _crawl(world: World) -> list[Health]:
    run_id = world.ledger.start_run(NOON)
    collect_batch(world.parts, run_id, due_only=False)
    process_open_batches(world.parts, run_id, world.findings)
    world.ledger.finish_run(run_id, NOON, 0)
    return read_source_health(world.ledger, world.parts.beat.sources, world.clock.now())


@pytest.mark.timeout(240)
def test_each_kind_of_broken_source_is_named_with_its_reason_within_two_polls(
    world: World, sites: _Sites, tmp_path: Path
) -> None:
    crawl = CrawlSettings(tmp_path / "batches", "test", private_hosts=("127.0.0.1",), delay_s=0.0)
    beat = replace(world.parts.beat, sources=tuple(sites.sources))
    world.parts = replace(world.parts, beat=beat, crawl=crawl)
    _crawl(world)
    found = {one.source.id: one for one in _crawl(world)}
    assert {id_: one.state for id_, one in found.items()} == {
        id_: state for id_, (state, _) in EXPECTED.items()
    }
    for id_, (state, told) in EXPECTED.items():
        assert told in found[id_].why, id_
        assert bool(found[id_].advice and found[id_].since) == (state != "ok"), id_
    facts = receipt_facts(mail_context_of(world.parts))
    named = {fault["name"]: fault["why"] for fault in [*facts["failing"], *facts["doubtful"]]}
    for id_, (state, told) in EXPECTED.items():
        if state not in ("ok", "moved"):
            assert told in named[id_.title()], id_
    assert not facts["is_complete"]
