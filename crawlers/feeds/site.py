"""What a page of a site tells of its listings: feeds, sitemaps, its links (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from typing import NamedTuple

import yaml
from parsel import Selector

from crawlers.errors import PermanentError
from crawlers.feeds.page_links import find_link_groups
from crawlers.feeds.section import base_address
from crawlers.feeds.text import decode_page, plain_line
from crawlers.model import Feed
from crawlers.urls import canonical_url, join

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
#: Addresses of links on a page that are most likely feeds.
_FEED_ADDRESS = re.compile(r"(?i)(?:/|\b)(?:rss|atom|feeds?)(?:[/.?]|$)|\.(?:rss|atom|rdf)(?:\?|$)")
_SITEMAP_LINE = re.compile(r"(?im)^[ \t]*sitemap[ \t]*:[ \t]*(\S+)")
_TITLE_CHARS = 200
_MAX_FEEDS = 20
_MAX_SITEMAPS = 20


class _SiteWords(NamedTuple):
    """The words of `site_words.yaml`, where each is explained."""

    comments: Sequence[str]
    news: Sequence[str]


_WORDS = _SiteWords(**yaml.safe_load((files("crawlers.feeds") / "site_words.yaml").read_text("utf-8")))


def parse_site(body: bytes, *, url: str, content_type: str | None) -> Feed:
    """Return a page's feeds (`children`), links, title and language.

    The main feeds come first.
    """
    page = Selector(decode_page(body, content_type), type="html")
    base = base_address(page, url)
    return Feed(
        (),
        title=_title_of(page),
        language=page.css("html::attr(lang)").get(),
        children=tuple(_find_feeds(page, base)[:_MAX_FEEDS]),
        link_groups=find_link_groups(page, base, url),
    )


def parse_robots(body: bytes, *, url: str) -> Feed:
    """Return the sitemaps that a robots.txt names (`children`), those of news first."""
    sitemaps: dict[str, str] = {}
    for written in _SITEMAP_LINE.findall(body.decode("utf-8", "replace")):
        _add_address(sitemaps, url, written)
    addresses = sorted(sitemaps.values(), key=lambda address: not _has_word(address, _WORDS.news))
    return Feed((), children=tuple(addresses[:_MAX_SITEMAPS]))


def _find_feeds(page: Selector, base: str) -> list[str]:
    """Return the feeds that a page names in its head, then those that it links to."""
    declared: dict[str, str] = {}
    comments: dict[str, str] = {}
    for link in page.css("link[href]"):
        kinds = link.attrib.get("rel", "").lower().split()
        media_type = link.attrib.get("type", "").partition(";")[0].strip().lower()
        if "alternate" not in kinds or media_type not in _FEED_TYPES:
            continue
        words = f"{link.attrib.get('title', '')} {link.attrib['href']}"
        _add_address(comments if _has_word(words, _WORDS.comments) else declared, base, link.attrib["href"])
    for anchor in page.css("a[href]"):
        href = anchor.attrib["href"]
        if _FEED_ADDRESS.search(href):
            _add_address(comments if _has_word(href, _WORDS.comments) else declared, base, href)
    return list({**declared, **comments}.values())


def _has_word(text: str, words: Sequence[str]) -> bool:
    small = text.lower()
    return any(word in small for word in words)


def _add_address(found: dict[str, str], base: str, href: str) -> None:
    """Add an address unless it is known; leave out what is none."""
    try:
        address = join(base, href)
        found.setdefault(canonical_url(address), address)
    except PermanentError:
        # A link that leads nowhere is no trouble: others do.
        return


def _title_of(page: Selector) -> str:
    name = page.css("meta[property='og:site_name']::attr(content)").get()
    title = name or page.css("title::text").get() or ""
    return plain_line(title, _TITLE_CHARS)
