"""RSS 0.9x to 2.0, RDF and Atom, made safe for feedparser.

Measured with feedparser 6.0.14, each with a test: its sanitizer is quadratic (off: all text is made
plain here); an element's attributes are quadratic (20,000 take 2.7 s: cut to 50); a reference to a
character that cannot be (`&#xD800;`) makes it raise (removed); dates without a zone are
read as UTC, and 2026年11月17日 as 1 November (the raw string is read here).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from xml.sax import SAXException

from lxml import etree

from crawlers.errors import FeedUnreadable
from crawlers.feeds.listing import Listing, as_seconds
from crawlers.feeds.markup import repair_characters
from crawlers.model import Feed

#: Of one element. The richest element in use (media:content) has a dozen.
MAX_ATTRIBUTES = 50

# Possessive, and no part crosses a "<": the time is linear whatever the quotes do.
_TAG = re.compile(r"<[A-Za-z_][\w:.-]*+(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+>")
_ATTRIBUTE = re.compile(r"\s[^\s=<>\"'/]++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'|[^\s\"'<>]++)")
#: Where the first start tag ends.
_START_TAG_END = re.compile(r"/?>")
#: Prefixes that generators use and forget to declare.
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}
#: What is a whole address, or one from the root of the site on.
_ADDRESS_STARTS = ("http://", "https://", "/")
_PERIOD_S = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_ADDRESS_AND_NAME = re.compile(r"\S+@\S+\s*\(([^()]+)\)")

# feedparser walks hostile text with asserts, lookups and recursion, and names no exceptions of its own.
_FEEDPARSER_RAISES = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
)


def read_syndication(document: str, listing: Listing) -> Feed:
    """Read an RSS, RDF or Atom document from its root on.

    Raises FeedUnreadable where it is damaged before its first entry.
    """
    parsed = _parse_or_repair(_defuse_markup(document), listing)
    is_broken = bool(parsed.get("bozo"))
    if is_broken:
        listing.add_problem(f"the XML is broken ({_reason_of_damage(parsed)}); what can be read was read")
    feed, entries = parsed.get("feed", {}), parsed.get("entries", [])
    if not entries and (is_broken or not parsed.get("version")):
        reason = _reason_of_damage(parsed)
        raise FeedUnreadable(f"the feed breaks off or is damaged before its first entry ({reason})")
    listing.set_base(feed.get("link"))
    for entry in entries:
        _add_entry(entry, listing)
    return listing.make_feed(title=feed.get("title"), language=feed.get("language"), ttl_s=_wished_ttl(feed))


# -- feedparser ----------------------------------------------------------------------------------


def _parse_or_repair(document: str, listing: Listing) -> dict[str, Any]:
    try:
        return _run_feedparser(document.encode())
    except _FEEDPARSER_RAISES as e:
        listing.add_problem(f"the XML is damaged ({type(e).__name__}: {e}); it was repaired first")
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(document.encode(), parser)
        repaired = b"" if root is None else etree.tostring(root, encoding="utf-8")
        return _run_feedparser(repaired)
    except (etree.LxmlError, *_FEEDPARSER_RAISES) as e:
        raise FeedUnreadable(f"the feed is damaged beyond repair ({type(e).__name__}: {e})") from e


def _run_feedparser(document: bytes) -> dict[str, Any]:
    # It takes 0.2 to 0.4 s to import, and most processes read no feed.
    import feedparser

    # A stream, never a string: feedparser fetches a string that looks like an address.
    return dict(
        feedparser.parse(
            io.BytesIO(b'<?xml version="1.0" encoding="utf-8"?>\n' + document),
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers={"content-type": "application/xml; charset=utf-8"},
        )
    )


def _reason_of_damage(parsed: dict[str, Any]) -> str:
    error = parsed.get("bozo_exception")
    if isinstance(error, SAXException):
        # Its own text begins with "<unknown>" and a position in what we made of the document.
        return str(error.getMessage())
    return str(error or "neither RSS nor Atom")


# -- hostile markup ------------------------------------------------------------------------------


def _defuse_markup(document: str) -> str:
    """Return a document that feedparser can read in time."""
    return _TAG.sub(_cut_attributes, _declare_prefixes(repair_characters(document)))


def _declare_prefixes(document: str) -> str:
    """Return a document that declares the usual prefixes it uses.

    Without the declaration a parser does not know the element, and its link or date is lost.
    """
    root_end = _START_TAG_END.search(document)
    if root_end is None:
        return document
    position = root_end.start()
    declarations = []
    for prefix, address in _NAMESPACES.items():
        if f"<{prefix}:" in document and f"xmlns:{prefix}" not in document:
            declarations.append(f' xmlns:{prefix}="{address}"')
    return document[:position] + "".join(declarations) + document[position:]


def _cut_attributes(found: re.Match[str]) -> str:
    tag = found[0]
    if tag.count("=") <= MAX_ATTRIBUTES:
        return tag
    attributes_seen = 0

    def keep_first_ones(attribute: re.Match[str]) -> str:
        nonlocal attributes_seen
        attributes_seen += 1
        if attributes_seen > MAX_ATTRIBUTES:
            return ""
        return attribute[0]

    return _ATTRIBUTE.sub(keep_first_ones, tag)


# -- entries -------------------------------------------------------------------------------------


def _add_entry(entry: Any, listing: Listing) -> None:
    # `dict.get`, for feedparser's own `get` answers `updated` with `published` and warns about it.
    published = dict.get(entry, "published") or dict.get(entry, "created")
    updated = dict.get(entry, "updated")
    content = entry.get("content")
    full_text = None
    if isinstance(content, list) and content:
        full_text = content[0].get("value")
    listing.add_entry(
        link=_page_link(entry),
        title=entry.get("title"),
        summary=entry.get("summary") or full_text,
        guid=entry.get("id"),
        published=published or updated,
        updated=updated,
        language=entry.get("language"),
        authors=_author_names(entry),
    )


def _page_link(entry: Any) -> object:
    """Return the address of an entry's page.

    It is never the enclosure, and the guid only if that is an address itself.
    """
    link = entry.get("feedburner_origlink") or entry.get("link")
    if not isinstance(link, str) or link != entry.get("id") or link.lower().startswith(_ADDRESS_STARTS):
        return link
    # feedparser puts the guid where no link is. A guid is a permalink unless it says otherwise, and many of
    # them ("12345") forget to say so; a link of that address is written out beside it.
    for written in entry.get("links") or []:
        if written.get("href") == link:
            return link
    return _own_address(entry)


def _own_address(entry: Any) -> object:
    """Return the address of an entry that has no link to a page but one to itself.

    Some Atom feeds write nothing else. It may be the entry as a document of its own, which is no page:
    feedparser names that type even where the feed names none, so only the fetch can tell.
    """
    for link in entry.get("links") or []:
        if link.get("rel") == "self":
            return link.get("href")
    return None


def _author_names(entry: Any) -> Iterator[object]:
    # feedparser cuts "ann@news.example (Ann Lee)" in the wrong place, but keeps the whole string.
    whole = entry.get("author")
    if isinstance(whole, str) and (found := _ADDRESS_AND_NAME.search(whole[:500])):
        yield found[1]
    for author in entry.get("authors") or []:
        name = author.get("name") if isinstance(author, dict) else None
        if isinstance(name, str) and "@" not in name and name.count("(") == name.count(")"):
            yield name


def _wished_ttl(feed: Any) -> int | None:
    """Return the longest pause that the feed asks for, or None.

    It may stand in `ttl` (minutes) and in `sy:updatePeriod` with `sy:updateFrequency`.
    """
    pauses = []
    if ttl_s := as_seconds(feed.get("ttl"), 60):
        pauses.append(ttl_s)
    period = str(feed.get("sy_updateperiod") or "").strip().lower()
    if period in _PERIOD_S:
        frequency = as_seconds(feed.get("sy_updatefrequency") or 1, 1) or 1
        # A frequency beyond the period's seconds asks for no pause at all.
        if pause_s := _PERIOD_S[period] // frequency:
            pauses.append(pause_s)
    return max(pauses, default=None)
