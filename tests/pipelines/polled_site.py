"""A real site on loopback that a whole Maplewire polls, with its clock set ahead between two polls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Any

from crawlers.model import Source
from pipelines.model import RunReport, StoredArticle
from pipelines.stages.run import run_once
from tests.builders import NOON, a_source
from tests.crawlers.web import Answer, Web
from tests.pipelines.world import World

_PLACES = (
    *("Halifax", "Regina", "Nansha", "Tianjin", "Hamilton", "Chengdu", "Moncton", "Harbin", "Kelowna"),
    *("Gander", "Dalian", "Sudbury", "Wuhan", "Lethbridge", "Ningbo", "Brandon", "Suzhou", "Kingston"),
    *("Xiamen", "Lanzhou"),
)


@dataclass(frozen=True)
class Item:
    """An item of a feed."""

    link: str
    title: str
    guid: str | None = None
    published: datetime | None = None

    def rss(self) -> str:
        guid = date = ""
        if self.guid is not None:
            guid = f'<guid isPermaLink="false">{escape(self.guid)}</guid>'
        if self.published is not None:
            date = f"<pubDate>{format_datetime(self.published)}</pubDate>"
        return f"<item><title>{escape(self.title)}</title><link>{escape(self.link)}</link>{guid}{date}</item>"


def story_html(number: int, *, title: str = "", head: str = "", more: str = "") -> str:
    """Return a page on the beat, whose text is like that of no other number."""
    place, other = _PLACES[number % 20], _PLACES[(number * 7 + 3) % 20]
    title = title or story_title(number)
    tons = 1000 + 137 * number
    paragraphs = (
        f"Canada and China agreed in {place} on {tons} tons of canola seed that the port of {other} had "
        f"turned away, officials of both countries told reporter number {number} in the lobby.",
        f"The mayor of {place} counted {number + 11} trucks at the gate and asked the embassy for "
        f"{tons // 7} permits, of which {other} has seen {number + 2} so far and expects as many again.",
        f"A grower near {other} keeps bin {number} closed until inspectors come, since seed of lot {tons} "
        f"cost her {number * 3 + 40} dollars a ton when {place} changed its rule overnight.{more}",
    )
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html lang=en><head><title>{escape(title)}</title>{head}</head><body>"
        f"<main><article><h1>{escape(title)}</h1>{body}</article></main></body></html>"
    )


def story_title(number: int) -> str:
    """Return the headline of a numbered page."""
    return f"Canada and China settle canola lot {number} in {_PLACES[number % 20]}"


def dated(at: datetime) -> str:
    """Return what a page declares as the time of its publication."""
    return f'<meta property="article:published_time" content="{at.isoformat()}">'


class PolledSite:
    """One source on loopback, and the Maplewire that polls it."""

    def __init__(self, world: World, web: Web, **fields: Any) -> None:
        self.world = world
        self.web = web
        self.source: Source = a_source("site", **{"url": web.url("/feed.xml")} | fields)
        beat = replace(world.parts.beat, sources=(self.source,))
        crawl = replace(world.parts.crawl, private_hosts=("127.0.0.1",), delay_s=0.0, answer_timeout_s=10.0)
        # What is asked for is what its listing brings.
        unchecked = replace(world.parts.rechecks, limit=0)
        world.parts = replace(world.parts, beat=beat, crawl=crawl, rechecks=unchecked)

    def page(self, path: str, html: str) -> str:
        return self.web.answer(path, Answer(200, html.encode(), {"Content-Type": "text/html; charset=utf-8"}))

    def feed(self, items: Sequence[Item]) -> None:
        listed = "".join(item.rss() for item in items)
        body = f"<rss version='2.0'><channel><title>News</title>{listed}</channel></rss>".encode()
        self.web.answer("/feed.xml", Answer(200, body, {"Content-Type": "application/rss+xml"}))

    def sitemap(self, entries: Sequence[tuple[str, datetime | None]]) -> None:
        urls = ""
        for link, changed in entries:
            lastmod = f"<lastmod>{changed.isoformat()}</lastmod>" if changed else ""
            urls += f"<url><loc>{escape(link)}</loc>{lastmod}</url>"
        body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()
        self.web.answer("/feed.xml", Answer(200, body, {"Content-Type": "application/xml"}))

    def poll(self, after: timedelta = timedelta(hours=1)) -> RunReport:
        """Run once, later than the last time; raise what went wrong."""
        self.world.clock.at += after
        report, problems = run_once(self.world.parts)
        assert not problems.bugs, problems.bugs
        return report

    def articles(self) -> list[StoredArticle]:
        """Return all articles on the beat."""
        found = []
        for change in self.world.ledger.changes_since(0, 10_000):
            stored = self.world.ledger.article(change.article_id)
            if change.document is not None and stored is not None:
                found.append(stored)
        return found

    def mailed(self) -> str:
        """Return the subjects of all mails so far."""
        return "\n".join(mail.subject for mail in self.world.mailbox.sent)

    def pages_asked(self) -> int:
        """Return how many requests for pages came so far."""
        asked = 0
        for request in self.web.requests:
            if request.path not in ("/feed.xml", "/robots.txt"):
                asked += 1
        return asked


def hours_before(hours: float, now: datetime = NOON) -> datetime:
    return now - timedelta(hours=hours)
