"""The steps from a page to an article, and provenance."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawlers.folding import read_references
from crawlers.model import Page, Source
from crawlers.scripts import BASIC_HAN, KANA
from crawlers.urls import without_tracking
from pipelines.beat.organisations import EVERYWHERE, Organisations
from pipelines.beat.site_rules import SiteRule
from pipelines.extract.authors import find_authors, own_names_of
from pipelines.extract.body import extract_body
from pipelines.extract.byline import split_names
from pipelines.extract.claims import Claims, read_claims
from pipelines.extract.credits import find_credits
from pipelines.extract.document import check_is_page, parse, remove_long_attributes
from pipelines.extract.encoding import decode
from pipelines.extract.found_date import stamp_of
from pipelines.extract.identity import identify
from pipelines.extract.json_ld import text_of
from pipelines.extract.language import detect_language
from pipelines.extract.no_article import check_is_article
from pipelines.extract.page_head import read_head
from pipelines.extract.page_marks import declared_paywall, find_page_flags
from pipelines.extract.site_rule import read_by_rule
from pipelines.extract.text import one_line
from pipelines.extract.times import find_published, find_updated
from pipelines.extract.titles import choose_title, list_titles
from pipelines.extract.tree_depth import flatten_depths
from pipelines.model import PAYWALL_FLAGS, Article, Paywall, Stamp, article_id
from pipelines.text.sentences import sentences_of

#: Characters of a summary, and of a title that is made from the text.
_LONGEST_SUMMARY = 2_000
_LONGEST_OPENING = 120

_HAN = re.compile(f"[{BASIC_HAN}]")
_KANA = re.compile(f"[{KANA}]")


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """A page whose bytes were read into a tree, before anything is looked for in it."""

    #: The markup, decoded.
    markup: str
    encoding: str
    tree: HtmlElement


def open_page(page: Page, decoded: tuple[str, str] | None = None) -> OpenedPage:
    """Return a page's tree; `decoded` are its markup and encoding, if known.

    Raises PermanentError, with a sentence on what the page is instead, for error answers, other files, empty
    pages, and pages made to harm.
    """
    content_type = page.headers.get("content-type")
    check_is_page(page.body, content_type, page.status)
    markup, encoding = decoded or decode(page.body, content_type)
    # To encode it again takes a twentieth of the time.
    is_as_sent = encoding == "utf-8" and not page.body.startswith(BOM_UTF8) and "\ufffd" not in markup
    tree = parse(markup, page.body if is_as_sent else None)
    return OpenedPage(markup, encoding, tree)


def extract(
    page: Page,
    source: Source | None,
    now: datetime,
    organisations: Organisations = EVERYWHERE,
    opened: OpenedPage | None = None,
    rule: SiteRule | None = None,
) -> Article:
    """Return the article that `page` shows.

    `source` gives the time zone of dates that come without one (UTC where it is None); `now` tells
    which dates lie in the future; `organisations` are those whose names a byline may give. `flags` are
    those of the publication time, or "no_date", and how the page asks for a payment. Raises PermanentError,
    with a sentence on what the page is instead, as `open_page` does, and for notices, lists, and pages
    without a text. Who has `opened` the page gives its tree, of which parts are taken away. What the `rule`
    of the page's site finds goes before all else.
    """
    opened = opened or open_page(page)
    tree = opened.tree
    flatten_depths(tree)
    remove_long_attributes(tree)
    by_rule = read_by_rule(tree, rule)
    # Kept, because lxml else makes the Python object of each element anew in each walk.
    _elements = list(tree.iter())
    claims = read_claims(tree, page.url)
    identity = identify(page.url, claims)
    title, title_from = by_rule.title or _find_title(tree, claims, page)
    # Dates come after the title: a Chinese one tells which clock the page means.
    zone = _choose_zone(source, title, claims)
    head = read_head(tree, title)
    own_names = own_names_of(claims, _host_of(page))
    authors, authors_from = by_rule.authors or _or_feed_authors(
        *find_authors(tree, claims, head, own_names, chinese=_is_chinese(title, claims)), page
    )
    feed_authors = page.entry.authors if page.entry else ()
    credited = find_credits(tree, claims, head, authors, own_names, organisations, feed_authors)
    published = stamp_of(by_rule.date, zone, now) if by_rule.date else None
    if published is None:
        published = find_published(tree, claims, page.url, page.entry, zone, now)
    updated = find_updated(tree, claims, page.entry, zone, now)
    summary, summary_from = _find_summary(claims, page)
    # The last step that reads the tree, because it takes parts of the tree away.
    titles = list_titles(tree)
    body = extract_body(tree, claims, title, by_rule)
    check_is_article(tree, opened.markup, claims, page.url, titles, body.text)
    if not title:
        title, title_from = _opening_of(body.text), "text"
    provenance = {
        "title": title_from,
        "body": body.provenance,
        "authors": authors_from,
        "credits": credited[0].where if credited else "",
        "summary": summary_from,
        "canonical_url": identity.provenance,
        "published": published.provenance if published else "",
        "updated": updated.provenance if updated else "",
        "lang": "text",
        "encoding": opened.encoding,
    }
    return Article(
        id=article_id(identity.canonical),
        url=without_tracking(page.url),
        canonical_url=identity.canonical,
        source_id=page.source_id,
        title=title,
        body=body.text,
        collected=page.fetched_at,
        summary=summary,
        authors=authors,
        credits=credited,
        published=published,
        updated=updated,
        lang=detect_language(f"{title}\n{body.text}", claims.lang),
        lang_claimed=claims.lang,
        site_name=next(iter(claims.site_names), None),
        cross_canonical=identity.cross,
        claimed_canonical=identity.claimed,
        provenance=_without_empty(provenance),
        flags=(
            *_flags_of(published, declared_paywall(claims, body.paywall, body.text)),
            *find_page_flags(claims),
        ),
    )


def _flags_of(published: Stamp | None, paywall: Paywall) -> tuple[str, ...]:
    flags = published.flags if published else ("no_date",)
    if paywall == "none":
        return flags
    return (*flags, PAYWALL_FLAGS[paywall])


def _find_title(tree: HtmlElement, claims: Claims, page: Page) -> tuple[str, str]:
    entry_title = page.entry.title if page.entry else None
    return choose_title(tree, claims, _host_of(page), entry_title)


def _or_feed_authors(authors: tuple[str, ...], where: str, page: Page) -> tuple[tuple[str, ...], str]:
    """Return the authors of the page, else those of its feed."""
    # Feeds often name the newsroom where the page names people.
    if authors or page.entry is None or not page.entry.authors:
        return authors, where
    names: list[str] = []
    for author in page.entry.authors:
        names += split_names(author)
    return tuple(names), "feed"


def _choose_zone(source: Source | None, title: str, claims: Claims) -> str:
    """Return the zone of dates without one: the source's, else that of Chinese pages.

    All Chinese-speaking places have one clock. A saved page without a source keeps the clock time
    that it shows.
    """
    if source is None:
        return "UTC"
    if source.timezone != "UTC":
        return source.timezone
    return "Asia/Shanghai" if _is_chinese(title, claims) else "UTC"


def _is_chinese(title: str, claims: Claims) -> bool:
    """Tell whether a page is in Chinese, by its title and what it claims."""
    if _HAN.search(title) is not None and _KANA.search(title) is None:
        return True
    return (claims.lang or "").lower().startswith("zh")


def _find_summary(claims: Claims, page: Page) -> tuple[str, str]:
    """Return the deck that the page declares, else the feed's, on one line."""
    candidates = (
        (claims.first("og:description"), "og:description"),
        (claims.first("description"), "description"),
        (text_of(claims.article.get("description")), "json-ld"),
        (page.entry.summary if page.entry else "", "feed"),
    )
    for text, where in candidates:
        # Many sites escape their descriptions twice.
        summary = one_line(read_references(text or ""))
        if summary:
            return summary[:_LONGEST_SUMMARY], where
    return "", ""


def _opening_of(body: str) -> str:
    """Return a text's first line, cut at a sentence if long, for a missing title."""
    line = body.split("\n", 1)[0]
    if len(line) <= _LONGEST_OPENING:
        return line
    return next(sentences_of(line, _LONGEST_OPENING), "")


def _host_of(page: Page) -> str:
    return urlsplit(page.url).hostname or ""


def _without_empty(provenance: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, where in provenance.items():
        if where:
            found[field] = where
    return found
