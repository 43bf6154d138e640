"""RSS 0.9x to 2.0, RDF and Atom: feedparser reads the XML, this module makes it safe to do so.

Measured with feedparser 6.0.14, each with a test: its sanitizer is quadratic (off: all text is made
plain here); an element's attributes are quadratic (20,000 take 2.7 s: cut to 50); a reference to a
character that cannot be (`&#xD800;`) makes it raise (removed); dates without a zone are
read as UTC, and 2026年11月17日 as 1 November (the raw string is read here).
"""

from __future__ import annotations

import html.entities
import io
import re
from collections.abc import Iterator
from typing import Any
from xml.sax import SAXException

from lxml import etree

from crawlers.errors import FeedUnreadable
from crawlers.feeds.collect import Listing, as_seconds
from crawlers.model import Feed

MAX_ATTRIBUTES = 50
"""Of one element. The richest element in use (media:content) has a dozen."""

# Possessive, and no part crosses a "<": the time is linear whatever the quotes do.
_TAG = re.compile(r"<[A-Za-z_][\w:.-]*+(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+>")
_ATTRIBUTE = re.compile(r"\s[^\s=<>\"'/]++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'|[^\s\"'<>]++)")
_REFERENCE = re.compile(r"&(?:#(\d{1,20}+|[xX][0-9A-Fa-f]{1,20}+)|([A-Za-z][A-Za-z0-9]{1,31}+));?")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_XML_NAMES = {"amp", "lt", "gt", "quot", "apos"}
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
    """Read an RSS, RDF or Atom document that has neither XML declaration nor DOCTYPE."""
    parsed = _parsed(_defused(document), listing)
    if parsed.get("bozo"):
        listing.problem(f"the XML is broken ({_reason(parsed)}); what can be read was read")
    feed, entries = parsed.get("feed", {}), parsed.get("entries", [])
    if not entries and (parsed.get("bozo") or not parsed.get("version")):
        raise FeedUnreadable(f"the feed breaks off or is damaged before its first entry ({_reason(parsed)})")
    listing.rest_on(feed.get("link"))
    for entry in entries:
        _add(entry, listing)
    return listing.feed(title=feed.get("title"), language=feed.get("language"), ttl_s=_ttl_s(feed))


def _parsed(document: str, listing: Listing) -> dict[str, Any]:
    try:
        return _feedparsed(document.encode())
    except _FEEDPARSER_RAISES as e:
        listing.problem(f"the XML is damaged ({type(e).__name__}: {e}); it was repaired first")
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(document.encode(), parser)
        return _feedparsed(etree.tostring(root, encoding="utf-8") if root is not None else b"")
    except (etree.LxmlError, *_FEEDPARSER_RAISES) as e:
        raise FeedUnreadable(f"the feed is damaged beyond repair ({type(e).__name__}: {e})") from e


def _reason(parsed: dict[str, Any]) -> str:
    error = parsed.get("bozo_exception")
    return str(error.getMessage() if isinstance(error, SAXException) else error or "neither RSS nor Atom")


def _feedparsed(document: bytes) -> dict[str, Any]:
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


def _defused(document: str) -> str:
    document = _NOT_XML.sub(" ", document)
    document = _REFERENCE.sub(_reference, document)
    return _TAG.sub(_fewer_attributes, document)


def _reference(found: re.Match[str]) -> str:
    """Return a character reference as it may stand in XML: HTML's names are resolved, impossible ones removed."""
    number, name = found[1], found[2]
    if number:
        code = int(number[1:], 16) if number[0] in "xX" else int(number)
        possible = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF
        return f"&#{code};" if possible and code not in (0xFFFE, 0xFFFF) else ""
    if not found[0].endswith(";") or name in _XML_NAMES:
        return found[0]
    character = html.entities.html5.get(f"{name};")
    return "".join(f"&#{ord(c)};" for c in character) if character else found[0]


def _fewer_attributes(found: re.Match[str]) -> str:
    tag = found[0]
    if tag.count("=") <= MAX_ATTRIBUTES:
        return tag
    kept = 0

    def keep(attribute: re.Match[str]) -> str:
        nonlocal kept
        kept += 1
        return attribute[0] if kept <= MAX_ATTRIBUTES else ""

    return _ATTRIBUTE.sub(keep, tag)


def _add(entry: Any, listing: Listing) -> None:
    # `dict.get`, for feedparser's own `get` answers `updated` with `published` and warns about it.
    published = dict.get(entry, "published") or dict.get(entry, "created")
    updated = dict.get(entry, "updated")
    content = entry.get("content")
    full_text = content[0].get("value") if isinstance(content, list) and content else None
    listing.add(
        link=_link(entry),
        title=entry.get("title"),
        summary=entry.get("summary") or full_text,
        guid=entry.get("id"),
        published=published or updated,
        updated=updated,
        language=entry.get("language"),
        authors=_authors(entry),
    )


def _link(entry: Any) -> object:
    """Return an entry's page: never its enclosure, and its guid only if that is an address itself."""
    link = entry.get("feedburner_origlink") or entry.get("link")
    if (
        isinstance(link, str)
        and link == entry.get("id")
        and not link.lower().startswith(("http://", "https://"))
    ):
        # A guid is a permalink unless it says otherwise, and many of them ("12345") forget to say so.
        return None
    return link


def _authors(entry: Any) -> Iterator[object]:
    # feedparser cuts "ann@news.example (Ann Lee)" in the wrong place, but keeps the whole string.
    whole = entry.get("author")
    if isinstance(whole, str) and (found := _ADDRESS_AND_NAME.search(whole[:500])):
        yield found[1]
    for author in entry.get("authors") or []:
        name = author.get("name") if isinstance(author, dict) else None
        if isinstance(name, str) and "@" not in name and name.count("(") == name.count(")"):
            yield name


def _ttl_s(feed: Any) -> int | None:
    """Return the longest pause that the feed asks for, from `ttl` (minutes) and `sy:updatePeriod/Frequency`."""
    period = str(feed.get("sy_updateperiod") or "").strip().lower()
    frequency = as_seconds(feed.get("sy_updatefrequency") or 1, 1) or 1
    wishes = [as_seconds(feed.get("ttl"), 60)]
    if period in _PERIOD_S:
        wishes.append(_PERIOD_S[period] // frequency or None)
    return max((w for w in wishes if w), default=None)
