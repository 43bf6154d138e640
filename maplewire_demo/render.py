"""Pages -> what each site answers: article pages, feeds, sitemaps, section pages, robots.txt and some trouble.

Everything is rendered once, before the first request.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from maplewire_demo.content import DemoPage, Site
from maplewire_demo.words import LABELS, visible_time

LISTING_PATHS: Mapping[str, str] = {
    "rss": "/feed.xml",
    "atom": "/atom.xml",
    "rdf": "/index.rdf",
    "json": "/feed.json",
    "sitemap": "/sitemap-index.xml",
    "section": "/news/",
    "broken": "/feed.xml",
    "gone": "/feed.xml",
}
_SITEMAP_SIZE = 5
"""Pages in one sitemap file: small, so that the index names several."""

# A page of no text may not fetch anything either: one pixel, inline.
_PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


@dataclass(frozen=True)
class Answer:
    """What a site answers for one path. `delay_s` comes before the first byte."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0


def render_site(site: Site, home: str, pages: Sequence[DemoPage], now: datetime) -> Mapping[str, Answer]:
    """Return every path of a site with its answer; `home` is the site's address without a slash at the end.

    Pages are listed newest first. The dates of a listing never lie after `now`.
    """
    newest_first = sorted(pages, key=lambda p: (p.listed_at, p.item.id), reverse=True)
    answers = dict(_listing(site, home, newest_first))
    for page in newest_first:
        answers |= _article(page, home, newest_first)
    answers["/"] = _html("home.html.j2", site, entries=[_entry(p, home) for p in newest_first])
    answers["/robots.txt"] = _robots(site)
    first = LISTING_PATHS[site.listing]
    answers[first] = _conditional(answers[first], site, newest_first, now)
    return answers


def _conditional(answer: Answer, site: Site, pages: Sequence[DemoPage], now: datetime) -> Answer:
    """Return the listing with its delay and with the validator that a crawler may send back."""
    headers = dict(answer.headers)
    if site.conditional == "etag":
        headers["ETag"] = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
    if site.conditional == "modified":
        newest = max((p.listed_at for p in pages), default=now)
        headers["Last-Modified"] = format_datetime(newest.astimezone(UTC), usegmt=True)
    return Answer(answer.body, answer.content_type, answer.status, headers, site.delay_s)


# -- article pages -----------------------------------------------------------------------------------


def _article(page: DemoPage, home: str, others: Sequence[DemoPage]) -> Mapping[str, Answer]:
    kind = page.item.answer
    if kind == "missing":
        return {page.path: _html("home.html.j2", page.site, status=404, entries=[])}
    if kind == "not-html":
        return {page.path: Answer(b"%PDF-1.4\n%%EOF\n", "application/pdf")}
    if kind == "no-text":
        images = "".join(f'<figure><img src="{_PIXEL}" alt=""></figure>' for _ in range(6))
        return {page.path: Answer(f"<!doctype html><title></title><body>{images}</body>".encode())}
    answers = {page.path: _article_page(page, home, others)}
    if page.listed_path != page.path:
        answers[page.listed_path] = Answer(b"", status=301, headers={"Location": home + page.path})
    return answers


def _article_page(page: DemoPage, home: str, others: Sequence[DemoPage]) -> Answer:
    links = [p for p in others if p is not page and p.lang == page.lang][:4]
    return _html(
        f"{page.site.template}.html.j2",
        page.site,
        lang=page.lang,
        page=page,
        url=home + page.path,
        visible=visible_time(page.published, page.lang),
        links=links,
        json_ld=_json_ld(page, home),
    )


def _json_ld(page: DemoPage, home: str) -> Markup:
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": page.title,
        "datePublished": page.published.isoformat(),
        "dateModified": page.listed_at.isoformat(),
        "inLanguage": page.lang,
        "mainEntityOfPage": home + page.path,
        "publisher": {"@type": "Organization", "name": page.site.name},
    }
    if page.author:
        facts["author"] = [{"@type": "Person", "name": page.author}]
    # Inside <script> only "<" is dangerous; our own texts, but a habit worth keeping.
    return Markup(json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704


# -- listings ----------------------------------------------------------------------------------------


def _entry(page: DemoPage, home: str) -> dict[str, str]:
    naive = page.site.dates == "naive"
    listed = page.listed_at
    return {
        "id": page.item.update_of or page.item.id,
        "title": page.title,
        "path": page.listed_path,
        "url": home + page.listed_path,
        "summary": page.summary if page.paragraphs else "",
        "published": page.published.isoformat(),
        "changed": listed.isoformat(),
        "day": f"{listed:%Y-%m-%d}",
        "rss_date": f"{listed:%Y-%m-%d %H:%M:%S}" if naive else format_datetime(listed),
    }


def _listing(site: Site, home: str, pages: Sequence[DemoPage]) -> Iterator[tuple[str, Answer]]:
    path = LISTING_PATHS[site.listing]
    entries = [_entry(p, home) for p in pages]
    newest = max((e["changed"] for e in entries), default="")
    if site.listing == "broken":
        yield path, _html("home.html.j2", site, entries=entries)
    elif site.listing == "gone":
        yield path, _html("home.html.j2", site, status=410, entries=[])
    elif site.listing == "json":
        yield path, _json_feed(site, home, entries)
    elif site.listing == "sitemap":
        yield from _sitemaps(path, site, home, entries, newest)
    elif site.listing == "section":
        yield from _section_pages(path, site, entries)
    else:
        kind = {"rss": "rss", "atom": "atom", "rdf": "rdf"}[site.listing]
        body = _text(f"{kind}.xml.j2", site, home=home, entries=entries, newest=newest).encode(site.charset)
        yield path, Answer(body, "application/xml")


def _json_feed(site: Site, home: str, entries: Sequence[Mapping[str, str]]) -> Answer:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.name,
        "home_page_url": f"{home}/",
        "language": site.language,
        "items": [
            {
                "id": e["url"],
                "url": e["url"],
                "title": e["title"],
                "summary": e["summary"],
                "date_published": e["published"],
            }
            for e in entries
        ],
    }
    return Answer(json.dumps(feed, ensure_ascii=False).encode(), "application/feed+json")


def _sitemaps(
    path: str, site: Site, home: str, entries: Sequence[Mapping[str, str]], newest: str
) -> Iterator[tuple[str, Answer]]:
    children = []
    for start in range(0, len(entries), _SITEMAP_SIZE):
        child = f"/sitemap-news-{start // _SITEMAP_SIZE + 1}.xml.gz"
        children.append(child)
        text = _text("sitemap.xml.j2", site, entries=entries[start : start + _SITEMAP_SIZE])
        # mtime=0: the same pages give the same bytes.
        yield child, Answer(gzip.compress(text.encode(), mtime=0), "application/gzip")
    index = _text("sitemap-index.xml.j2", site, home=home, children=children, newest=newest)
    yield path, Answer(index.encode(), "application/xml")


def _section_pages(
    path: str, site: Site, entries: Sequence[Mapping[str, str]]
) -> Iterator[tuple[str, Answer]]:
    count = max(1, -(-len(entries) // site.per_page))
    for number in range(count):
        here = path if number == 0 else f"{path}page/{number + 1}"
        older = f"{path}page/{number + 2}" if number + 1 < count else None
        part = entries[number * site.per_page : (number + 1) * site.per_page]
        yield here, _html("section.html.j2", site, entries=part, older=older)


def _robots(site: Site) -> Answer:
    lines = ["User-agent: *", f"Disallow: {site.disallow or ''}".rstrip()]
    return Answer(("\n".join(lines) + "\n").encode(), "text/plain; charset=utf-8")


# -- templates ---------------------------------------------------------------------------------------


@cache
def _templates() -> Environment:
    folder = Path(__file__).parent / "templates"
    return Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=False
    )


def _text(template: str, site: Site, *, lang: str | None = None, **values: Any) -> str:
    label = LABELS[lang or site.language]
    return _templates().get_template(template).render(site=site, charset=site.charset, label=label, **values)


def _html(template: str, site: Site, *, status: int = 200, **values: Any) -> Answer:
    body = _text(template, site, **values).encode(site.charset)
    # The old Chinese portal leaves the character set to the page itself, as such sites do.
    content_type = "text/html; charset=utf-8" if site.charset == "utf-8" else "text/html"
    return Answer(body, content_type, status)
