"""Sitemaps: news, plain ones, and index files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from crawlers.dates import is_plausible, read_date
from crawlers.errors import FeedUnreadable, PermanentError
from crawlers.feeds.listing import Listing
from crawlers.model import Feed

#: Addresses taken from one index: the largest papers keep one sitemap a month.
MAX_CHILDREN = 500

#: The sort key of what has no readable date: at the end.
_OLDEST = float("inf")


def read_sitemap(document: str, listing: Listing) -> Feed:
    """Read a sitemap or an index, forgiving broken XML.

    Raises FeedUnreadable for what is no XML at all.
    """
    root = _parse_document(document, listing)
    if _local_name(root) == "sitemapindex":
        return listing.make_feed(children=_find_children(root, listing))
    entries = []
    for element in root:
        if _local_name(element) == "url":
            entries.append(_read_entry_fields(element))
    if entries and not document.rstrip().endswith(">"):
        # The document breaks off inside a word: its last address may be cut.
        entries.pop()
    if len(entries) > listing.limit:
        # Newest first only if something must be left out: else the order of the listing is kept.
        entries.sort(key=lambda fields: _sort_key(fields.get("published") or fields.get("updated"), listing))
    for fields in entries:
        listing.add_entry(
            link=fields.get("link"),
            title=fields.get("title"),
            published=fields.get("published"),
            updated=fields.get("updated"),
            language=fields.get("language"),
        )
    return listing.make_feed()


def _parse_document(document: str, listing: Listing) -> Any:
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
        first = parser.error_log[0]
        listing.add_problem(
            f"the XML is broken in line {first.line} ({first.message}); what can be read was read"
        )
    return root


def _read_entry_fields(element: Any) -> dict[str, str]:
    fields: dict[str, str] = {}
    for child in element:
        match _local_name(child):
            case "loc":
                fields["link"] = _inner_text(child)
            case "lastmod":
                fields["updated"] = _inner_text(child)
            case "news":
                fields |= dict(_read_news_fields(child))
    return fields


def _read_news_fields(element: Any) -> Iterator[tuple[str, str]]:
    for child in element:
        match _local_name(child):
            case "title":
                yield "title", _inner_text(child)
            case "publication_date":
                yield "published", _inner_text(child)
            case "publication":
                # The specification puts the language here; some sites put it beside.
                for grandchild in child:
                    if _local_name(grandchild) == "language":
                        yield "language", _inner_text(grandchild)
            case "language":
                yield "language", _inner_text(child)


def _find_children(root: Any, listing: Listing) -> list[str]:
    """Return the sitemaps of an index, newest first, each once."""
    dated_addresses = []
    for element in root:
        if _local_name(element) != "sitemap":
            continue
        fields = {_local_name(child): _inner_text(child) for child in element}
        try:
            address = listing.resolve_address(fields.get("loc"))
        except PermanentError as e:
            listing.add_problem(f"a sitemap of this index was left out: {e}")
            continue
        dated_addresses.append((_sort_key(fields.get("lastmod"), listing), address))
    dated_addresses.sort(key=lambda pair: pair[0])
    if len(dated_addresses) > MAX_CHILDREN:
        listing.add_problem(f"only {MAX_CHILDREN} of {len(dated_addresses)} sitemaps of this index are taken")
    addresses = dict.fromkeys(address for _, address in dated_addresses)
    return list(addresses)[:MAX_CHILDREN]


def _sort_key(raw_date: object, listing: Listing) -> float:
    """Return a key that sorts the newest first, no date last."""
    if not isinstance(raw_date, str):
        return _OLDEST
    written = read_date(raw_date, now=listing.now)
    if written is None:
        return _OLDEST
    at = written.in_utc(listing.timezone).at
    if not is_plausible(at, listing.now):
        return _OLDEST
    return -at.timestamp()


def _local_name(element: Any) -> str:
    """Return a tag without its namespace or prefix."""
    if not isinstance(element.tag, str):
        # A comment or a processing instruction.
        return ""
    return element.tag.rpartition("}")[2].rpartition(":")[2].lower()


def _inner_text(element: Any) -> str:
    return "".join(element.itertext()).strip()
