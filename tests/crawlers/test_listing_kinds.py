"""One law for every kind of source: a listing in the real shape of each form, crawled as a source is.

A kind of source, or a form of one, that has no example here cannot land.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from itertools import chain
from typing import get_args

import pytest

from crawlers.batch import read_pages
from crawlers.crawl import CrawlSettings, crawl
from crawlers.model import CrawlResult, Kind, Source
from tests.builders import NOON, a_source
from tests.crawlers.web import Answer, Web

Example = Callable[[str], tuple[str | bytes, str]]

_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
_IMAGE = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


def _rss_2(page: str) -> tuple[str, str]:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="/feed.xsl"?>'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour Post</title>'
        "<link>/</link><atom:link href='/feed' rel='self'/><language>en-CA</language>"
        f"<item><title><![CDATA[Ports & tariffs]]></title><link>{page}</link>"
        f'<guid isPermaLink="false">post-77</guid><dc:creator>Ann Lee</dc:creator>'
        "<pubDate>Sat, 17 Jan 2026 10:00:00 +0000</pubDate></item></channel></rss>",
        "application/rss+xml",
    )


def _rss_1(page: str) -> tuple[str, str]:
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="/"><title>Harbour Post</title>'
        f'<link>/</link></channel><item rdf:about="{page}"><title>Ports</title><link>{page}</link>'
        "<dc:date>2026-01-17T10:00:00Z</dc:date></item></rdf:RDF>",
        "application/rdf+xml",
    )


def _atom(page: str) -> tuple[str, str]:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour Post</title><id>urn:harbour</id>'
        f'<entry><title type="html">Ports &amp;amp; tariffs</title><link rel="alternate" href="{page}"/>'
        f"<id>{page}</id><updated>2026-01-17T10:00:00Z</updated></entry></feed>",
        "application/atom+xml",
    )


def _json_feed(page: str) -> tuple[str, str]:
    item = {"id": "77", "url": page, "title": "Ports", "date_published": "2026-01-17T10:00:00Z"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Harbour Post", "items": [item]}
    return json.dumps(feed), "application/feed+json"


def _news_sitemap(page: str) -> tuple[str, str]:
    return (
        f"<urlset {_SITEMAP} {_NEWS} {_IMAGE}><!-- made at noon --><url><loc>{page}</loc>"
        "<image:image><image:loc>/picture.jpg</image:loc></image:image><news:news><news:publication>"
        "<news:name>Harbour Post</news:name><news:language>en</news:language></news:publication>"
        "<news:publication_date>2026-01-17T10:00:00Z</news:publication_date>"
        "<news:title>Ports &amp; tariffs &#55357;&#56832;</news:title></news:news></url></urlset>",
        "application/xml",
    )


def _plain_sitemap(page: str) -> tuple[bytes, str]:
    text = f"<urlset {_SITEMAP}><url><loc>{page}</loc><lastmod>2026-01-17</lastmod></url></urlset>"
    return gzip.compress(text.encode()), "application/x-gzip"


def _text_sitemap(page: str) -> tuple[str, str]:
    return f"{page}\n", "text/plain"


def _index_sitemap(page: str) -> tuple[str, str]:
    site = page.rpartition("/")[0]
    parts = "".join(f"<sitemap><loc>{site}/part-{number}.txt</loc></sitemap>" for number in range(1, 16))
    return f"<sitemapindex {_SITEMAP}>{parts}</sitemapindex>", "application/xml"


def _section(page: str) -> tuple[str, str]:
    menu = '<nav><a href="/about">About us</a></nav>'
    return (
        f'<html><title>Releases</title><body>{menu}<ul class="list"><li><a href="{page}">Ports</a></li></ul>'
        "</body></html>",
        "text/html; charset=utf-8",
    )


EXAMPLES: dict[Kind, dict[str, Example]] = {
    "feed": {"rss-2": _rss_2, "rss-1": _rss_1, "atom": _atom, "json": _json_feed},
    "sitemap": {
        "news": _news_sitemap,
        "plain": _plain_sitemap,
        "text": _text_sitemap,
        "index": _index_sitemap,
    },
    "section": {"section": _section},
}


def _list_sources(web: Web) -> list[Source]:
    sources = []
    for kind, examples in EXAMPLES.items():
        for name, example in examples.items():
            body, content_type = example(web.page(f"/{name}-article"))
            raw = body.encode() if isinstance(body, str) else body
            url = web.answer(f"/{name}", Answer(200, raw, {"Content-Type": content_type}))
            links = "ul.list a" if kind == "section" else None
            sources.append(a_source(name, kind=kind, url=url, links=links))
    for number in range(1, 15):
        older = web.page(f"/older-{number}")
        web.answer(f"/part-{number}.txt", Answer(200, f"{older}\n".encode(), {"Content-Type": "text/plain"}))
    newest = f"{web.url('/index-article')}\n".encode()
    web.answer("/part-15.txt", Answer(200, newest, {"Content-Type": "text/plain"}))
    return sources


Crawled = tuple[CrawlResult, dict[str, list[str]]]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    folder = tmp_path_factory.mktemp("kinds")
    with Web() as web:
        settings = CrawlSettings(
            batch_dir=folder / "batches",
            host_dir=folder / "hosts",
            user_agent="TestBot/1.0 (+https://bot.example)",
            private_hosts=("127.0.0.1",),
            delay_s=0.0,
            timeout_s=60.0,
        )
        done = crawl(_list_sources(web), {}, (), words={}, now=NOON, settings=settings)
    assert done is not None
    path, result = done
    paths_by_source: dict[str, list[str]] = {}
    for _, page in read_pages(path):
        paths_by_source.setdefault(page.source_id, []).append(page.url.rpartition("/")[2])
    return result, paths_by_source


def test_every_kind_of_source_has_an_example() -> None:
    assert set(EXAMPLES) == set(get_args(Kind))


@pytest.mark.parametrize("name", list(chain.from_iterable(EXAMPLES.values())))
def test_the_article_of_each_form_is_fetched(crawled: Crawled, name: str) -> None:
    result, paths_by_source = crawled
    (report,) = [report for report in result.reports if report.source_id == name]
    assert report.result == "ok", report
    assert f"{name}-article" in paths_by_source[name]


def test_of_an_index_without_dates_the_newest_is_read_and_what_is_not_read_is_told(crawled: Crawled) -> None:
    (report,) = [report for report in crawled[0].reports if report.source_id == "index"]
    assert report.fetched == 10
    assert any(
        problem.startswith("the index names 15 listings, and 5 of those without a date were not read")
        for problem in report.problems
    ), report.problems
