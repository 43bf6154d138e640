"""What each site answers: pages, listings, some trouble.

Everything is rendered once, before the first request.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from maplewire_demo.content import DemoPage, Site
from maplewire_demo.words import labels, visible_time

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
# Pages in one sitemap file: few, so that the index names several.
_SITEMAP_SIZE = 5

# Links under an article to others in its language.
_RELATED_LINKS = 4

# A page as the templates of listings take it.
Entry = dict[str, str]

# A page of no text may not fetch anything either: one pixel, inline.
_PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
_FIGURE = f'<figure><img src="{_PIXEL}" alt=""></figure>'
_FIGURES = 6


@dataclass(frozen=True)
class Answer:
    """What a site answers for one path.

    `delay_s` comes before the first byte.
    """

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0


def render_site(site: Site, home: str, pages: Sequence[DemoPage], now: datetime) -> Mapping[str, Answer]:
    """Return every path of a site with its answer.

    `home` is the site's address without a slash at the end. Pages are listed newest first. The dates
    of a listing never lie after `now`.
    """
    newest_first = sorted(pages, key=lambda page: (page.listed_at, page.item.id), reverse=True)
    entries = [_entry(page, home) for page in newest_first]
    answers = dict(_render_listing(site, home, entries))
    for page in newest_first:
        answers |= _render_article(page, home, newest_first)
    answers["/"] = _render_html("home.html.j2", site, entries=entries)
    answers["/robots.txt"] = _render_robots(site)
    listing = LISTING_PATHS[site.listing]
    answers[listing] = _with_validator(answers[listing], site, newest_first, now)
    return answers


def _with_validator(answer: Answer, site: Site, pages: Sequence[DemoPage], now: datetime) -> Answer:
    """Return a listing with its delay and its validator.

    A crawler may send the validator back.
    """
    headers = dict(answer.headers)
    if site.conditional == "etag":
        headers["ETag"] = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
    if site.conditional == "modified":
        newest = max((page.listed_at for page in pages), default=now)
        headers["Last-Modified"] = format_datetime(newest.astimezone(UTC), usegmt=True)
    return Answer(answer.body, answer.content_type, answer.status, headers, site.delay_s)


# -- article pages -----------------------------------------------------------------------------------


def _render_article(page: DemoPage, home: str, others: Sequence[DemoPage]) -> Mapping[str, Answer]:
    """Return the answers for a page.

    The article, or the trouble that its item asks for.
    """
    match page.item.answer:
        case "missing":
            return {page.path: _render_html("home.html.j2", page.site, status=404, entries=[])}
        case "not-html":
            return {page.path: Answer(b"%PDF-1.4\n%%EOF\n", "application/pdf")}
        case "no-text":
            images = _FIGURE * _FIGURES
            return {page.path: Answer(f"<!doctype html><title></title><body>{images}</body>".encode())}
    answers = {page.path: _render_article_page(page, home, others)}
    if page.listed_path != page.path:
        answers[page.listed_path] = Answer(b"", status=301, headers={"Location": home + page.path})
    return answers


def _render_article_page(page: DemoPage, home: str, others: Sequence[DemoPage]) -> Answer:
    related = []
    for other in others:
        # A reader of one language gets no links to another.
        if other is not page and other.lang == page.lang:
            related.append(other)
    return _render_html(
        f"{page.site.template}.html.j2",
        page.site,
        lang=page.lang,
        page=page,
        url=home + page.path,
        visible=visible_time(page.published, page.lang),
        links=related[:_RELATED_LINKS],
        json_ld=_json_ld(page, home),
    )


def _json_ld(page: DemoPage, home: str) -> Markup:
    """Return the article's facts for machines."""
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


def _entry(page: DemoPage, home: str) -> Entry:
    """Return a page as the templates of listings take it."""
    listed = page.listed_at
    rss_date = format_datetime(listed)
    # Some real feeds give no zone either: a reader has to know the site's.
    if page.site.dates == "naive":
        rss_date = f"{listed:%Y-%m-%d %H:%M:%S}"
    summary = ""
    # A page that answers with trouble has no text.
    if page.paragraphs:
        summary = page.summary
    return {
        "id": page.item.update_of or page.item.id,
        "title": page.title,
        "path": page.listed_path,
        "url": home + page.listed_path,
        "summary": summary,
        "published": page.published.isoformat(),
        "changed": listed.isoformat(),
        "day": f"{listed:%Y-%m-%d}",
        "rss_date": rss_date,
    }


def _render_listing(site: Site, home: str, entries: Sequence[Entry]) -> Mapping[str, Answer]:
    """Return the files of a site's listing by path."""
    path = LISTING_PATHS[site.listing]
    newest = max((entry["changed"] for entry in entries), default="")
    match site.listing:
        case "broken":
            return {path: _render_html("home.html.j2", site, entries=entries)}
        case "gone":
            return {path: _render_html("home.html.j2", site, status=410, entries=[])}
        case "json":
            return {path: _render_json_feed(site, home, entries)}
        case "sitemap":
            return _render_sitemaps(path, site, home, entries, newest)
        case "section":
            return _render_section_pages(path, site, entries)
        case "rss" | "atom" | "rdf":
            text = _render_text(f"{site.listing}.xml.j2", site, home=home, entries=entries, newest=newest)
            return {path: Answer(text.encode(site.charset), "application/xml")}


def _render_json_feed(site: Site, home: str, entries: Sequence[Entry]) -> Answer:
    items = []
    for entry in entries:
        items.append({
            "id": entry["url"],
            "url": entry["url"],
            "title": entry["title"],
            "summary": entry["summary"],
            "date_published": entry["published"],
        })  # fmt: skip
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.name,
        "home_page_url": f"{home}/",
        "language": site.language,
        "items": items,
    }
    return Answer(json.dumps(feed, ensure_ascii=False).encode(), "application/feed+json")


def _render_sitemaps(
    path: str, site: Site, home: str, entries: Sequence[Entry], newest: str
) -> Mapping[str, Answer]:
    """Return compressed sitemaps, and their index."""
    answers = {}
    for start in range(0, len(entries), _SITEMAP_SIZE):
        number = start // _SITEMAP_SIZE + 1
        text = _render_text("sitemap.xml.j2", site, entries=entries[start : start + _SITEMAP_SIZE])
        # mtime=0: the same pages give the same bytes.
        packed = gzip.compress(text.encode(), mtime=0)
        answers[f"/sitemap-news-{number}.xml.gz"] = Answer(packed, "application/gzip")
    index = _render_text("sitemap-index.xml.j2", site, home=home, children=list(answers), newest=newest)
    answers[path] = Answer(index.encode(), "application/xml")
    return answers


def _render_section_pages(path: str, site: Site, entries: Sequence[Entry]) -> Mapping[str, Answer]:
    """Return the pages of a section, each linked to the next."""
    count = max(1, math.ceil(len(entries) / site.per_page))
    paths = [path]
    for number in range(2, count + 1):
        paths.append(f"{path}page/{number}")
    answers = {}
    for page, (here, older) in enumerate(zip(paths, [*paths[1:], None], strict=True)):
        part = entries[page * site.per_page : (page + 1) * site.per_page]
        answers[here] = _render_html("section.html.j2", site, entries=part, older=older)
    return answers


def _render_robots(site: Site) -> Answer:
    # An empty rule forbids nothing (RFC 9309).
    rule = "Disallow:"
    if site.disallow:
        rule += f" {site.disallow}"
    return Answer(f"User-agent: *\n{rule}\n".encode(), "text/plain; charset=utf-8")


# -- templates ---------------------------------------------------------------------------------------


@cache
def _templates() -> Environment:
    """Return the templates, read once."""
    folder = Path(__file__).parent / "templates"
    return Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=False
    )


def _render_text(template: str, site: Site, *, lang: str | None = None, **values: Any) -> str:
    label = labels()[lang or site.language]
    return _templates().get_template(template).render(site=site, charset=site.charset, label=label, **values)


def _render_html(template: str, site: Site, *, status: int = 200, **values: Any) -> Answer:
    body = _render_text(template, site, **values).encode(site.charset)
    # The old Chinese portal leaves the character set to the page itself, as such sites do.
    content_type = "text/html"
    if site.charset == "utf-8":
        content_type = "text/html; charset=utf-8"
    return Answer(body, content_type, status)
