"""Sitemaps: Google's news extension, plain ones, and index files (sitemaps.org)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from crawlers.dates import read_date
from crawlers.errors import FeedUnreadable, PermanentError
from crawlers.feeds.collect import Listing
from crawlers.model import Feed

MAX_CHILDREN = 500
"""Addresses taken from one index: the largest papers keep one sitemap a month."""


def read_sitemap(document: str, listing: Listing) -> Feed:
    """Read a document whose root is `urlset` or `sitemapindex`, forgiving broken XML."""
    # No entity, DTD or address of theirs is ever followed; huge_tree=False keeps libxml2's own limits.
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(document.encode("utf-8", "ignore"), parser)
    except etree.XMLSyntaxError as e:
        raise FeedUnreadable(f"the sitemap is no XML: {e}") from e
    if root is None:
        raise FeedUnreadable("the sitemap is no XML")
    if parser.error_log:
        worst = parser.error_log[0]
        listing.problem(
            f"the XML is broken in line {worst.line} ({worst.message}); what can be read was read"
        )
    if _local(root) == "sitemapindex":
        return listing.feed(children=_children(root, listing))
    # Newest first only if something must be left out: else the order of the listing is kept.
    urls = [_fields(element) for element in root if _local(element) == "url"]
    if urls and not document.rstrip().endswith(">"):
        urls.pop()  # the document breaks off inside a word: its last address may be cut
    if len(urls) > listing.limit:
        urls.sort(key=lambda f: _age(f.get("published") or f.get("updated"), listing))
    for fields in urls:
        listing.add(
            link=fields.get("link"),
            title=fields.get("title"),
            published=fields.get("published"),
            updated=fields.get("updated"),
            language=fields.get("language"),
        )
    return listing.feed()


def _fields(element: Any) -> dict[str, str]:
    fields: dict[str, str] = {}
    for child in element:
        match _local(child):
            case "loc":
                fields["link"] = _text(child)
            case "lastmod":
                fields["updated"] = _text(child)
            case "news":
                fields |= dict(_news(child))
    return fields


def _news(element: Any) -> Iterator[tuple[str, str]]:
    for child in element:
        match _local(child):
            case "title":
                yield "title", _text(child)
            case "publication_date":
                yield "published", _text(child)
            case "publication":
                yield from (("language", _text(g)) for g in child if _local(g) == "language")
            case "language":
                yield "language", _text(child)


def _children(root: Any, listing: Listing) -> list[str]:
    found = []
    for element in root:
        if _local(element) != "sitemap":
            continue
        parts = {_local(child): _text(child) for child in element}
        try:
            found.append((_age(parts.get("lastmod"), listing), listing.address(parts.get("loc"))))
        except PermanentError as e:
            listing.problem(f"a sitemap of this index was left out: {e}")
    found.sort(key=lambda pair: pair[0])
    if len(found) > MAX_CHILDREN:
        listing.problem(f"only {MAX_CHILDREN} of {len(found)} sitemaps of this index are taken")
    return list(dict.fromkeys(address for _, address in found))[:MAX_CHILDREN]


def _age(raw: object, listing: Listing) -> float:
    """Return a sort key: newest first, what has no readable date at the end."""
    written = read_date(raw, now=listing.now) if isinstance(raw, str) else None
    if written is None:
        return float("inf")
    return -written.in_utc(listing.timezone).at.timestamp()


def _local(element: Any) -> str:
    """Return a tag without its namespace, or without its prefix where nobody declared that."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _text(element: Any) -> str:
    return "".join(element.itertext()).strip()
