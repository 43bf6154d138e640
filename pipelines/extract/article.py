"""Page -> Article: the order of the steps, and the provenance of each field."""

from __future__ import annotations

import html
import re
from datetime import datetime
from urllib.parse import urlsplit

from crawlers.model import Page, Source
from crawlers.urls import without_tracking
from pipelines.extract.authors import find_authors
from pipelines.extract.body import extract_body
from pipelines.extract.byline import split_names
from pipelines.extract.claims import Claims, read_claims, text_of
from pipelines.extract.document import check_is_page, decode, parse
from pipelines.extract.identity import identify
from pipelines.extract.language import detect_language
from pipelines.extract.text import one_line
from pipelines.extract.times import find_published, find_updated
from pipelines.extract.titles import choose_title
from pipelines.model import Article, article_id

_HAN = re.compile("[\u4e00-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff]")


def extract(page: Page, source: Source | None, now: datetime) -> Article:
    """Return the article that `page` shows.

    `source` gives the time zone of dates that come without one (UTC where it is None); `now` tells
    which dates lie in the future. `flags` are those of the publication time, or "no_date". Raises PermanentError, with a sentence on what the page is instead,
    for error answers, other files, empty pages, notices, and pages made to harm.
    """
    content_type = page.headers.get("content-type")
    check_is_page(page.body, content_type, page.status)
    text, encoding = decode(page.body, content_type)
    tree = parse(text)
    claims = read_claims(tree, page.url)
    identity = identify(page.url, claims)
    title, title_from = choose_title(
        tree, claims, urlsplit(page.url).hostname or "", page.entry.title if page.entry else None
    )
    zone = _zone(source, title, claims)
    authors, authors_from = find_authors(tree, claims, urlsplit(page.url).hostname or "")
    if not authors and page.entry and page.entry.authors:
        authors, authors_from = tuple(name for a in page.entry.authors for name in split_names(a)), "feed"
    published = find_published(tree, claims, page.url, page.entry, zone, now)
    updated = find_updated(tree, claims, page.entry, zone, now)
    summary, summary_from = _summary(claims, page)
    body, body_from = extract_body(tree, claims, title)
    if not title:
        title, title_from = _opening(body), "text"
    provenance = {
        "title": title_from,
        "body": body_from,
        "authors": authors_from,
        "summary": summary_from,
        "canonical_url": identity.provenance,
        "published": published.provenance if published else "",
        "updated": updated.provenance if updated else "",
        "lang": "text",
        "encoding": encoding,
    }
    return Article(
        id=article_id(identity.canonical),
        url=without_tracking(page.url),
        canonical_url=identity.canonical,
        source_id=page.source_id,
        title=title,
        body=body,
        collected=page.fetched_at,
        summary=summary,
        authors=authors,
        published=published,
        updated=updated,
        lang=detect_language(f"{title}\n{body}", claims.lang),
        lang_claimed=claims.lang,
        site_name=next(iter(claims.site_names), None),
        cross_canonical=identity.cross,
        provenance={field: where for field, where in provenance.items() if where},
        flags=published.flags if published else ("no_date",),
    )


def _zone(source: Source | None, title: str, claims: Claims) -> str:
    """Return the zone of dates without one: the source's, else that of all Chinese-speaking places for a Chinese page.

    A saved page without a source keeps the clock time that it shows.
    """
    if source is None or source.timezone != "UTC":
        return source.timezone if source else "UTC"
    is_chinese = _HAN.search(title) is not None and _KANA.search(title) is None
    return "Asia/Shanghai" if is_chinese or (claims.lang or "").lower().startswith("zh") else "UTC"


def _opening(body: str) -> str:
    """Return a text's first line, cut at a sentence or at 120 characters, to stand for a missing title."""
    line = body.split("\n", 1)[0]
    return line if len(line) <= 120 else re.split(r"(?<=[.!?])\s|(?<=[。！？])", line)[0][:120].strip()


def _summary(claims: Claims, page: Page) -> tuple[str, str]:
    """Return the deck that the page declares, else the feed's, on one line."""
    for text, where in (
        (claims.first("og:description"), "og:description"),
        (claims.first("description"), "description"),
        (text_of(claims.article.get("description")), "json-ld"),
        (page.entry.summary if page.entry else "", "feed"),
    ):
        if text and (summary := one_line(html.unescape(text))):
            return summary[:2000], where
    return "", ""
