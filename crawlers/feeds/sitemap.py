"""Sitemaps: news, plain ones, and index files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from crawlers.dates import is_plausible, read_date
from crawlers.errors import FeedUnreadable, PermanentError
from crawlers.feeds.index_order import newest_at_an_end
from crawlers.feeds.listing import Listing
from crawlers.feeds.markup import escape_bare_ampersands, repair_characters
from crawlers.model import Feed

#: Addresses taken from one index: the largest papers keep one sitemap a month.
MAX_CHILDREN = 500

#: The sort key of what has no readable date: at the end.
_OLDEST = float("inf")


@dataclass(frozen=True, slots=True)
class _Children:
    """The sitemaps of an index."""

    addresses: tuple[str, ...]
    #: How many of them, at the end, have no date.
    undated: int


def read_sitemap(document: str, listing: Listing) -> Feed:
    """Read a sitemap or an index, forgiving broken XML.

    Raises FeedUnreadable for what is no XML at all.
    """
    root = _parse_document(document, listing)
    if _local_name(root) == "sitemapindex":
        children = _find_children(root, listing)
        return listing.make_feed(children=children.addresses, undated_children=children.undated)
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
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding="utf-8",
    )
    document = escape_bare_ampersands(repair_characters(document))
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
        if _local_name(child) == "news":
            fields |= dict(_read_news_fields(child))
    own_fields = _read_own_fields(element)
    if "loc" in own_fields:
        fields["link"] = own_fields["loc"]
    if "lastmod" in own_fields:
        fields["updated"] = own_fields["lastmod"]
    return fields


def _read_own_fields(element: Any) -> dict[str, str]:
    """Return what an element says of itself, by name; the first of each name counts.

    `image:loc` is the address of a picture: what has another prefix than the element speaks of something
    else. Some generators write the address without `loc`.
    """
    fields: dict[str, str] = {}
    for child in element:
        if _prefix(child) == _prefix(element):
            fields.setdefault(_local_name(child), _inner_text(child))
    own_text = (element.text or "").strip()
    if "loc" not in fields and own_text:
        fields["loc"] = own_text
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


def _find_children(root: Any, listing: Listing) -> _Children:
    """Return the sitemaps of an index, each once.

    Those with a date come first, the newest before the others.
    """
    dated: list[tuple[float, str]] = []
    undated: list[str] = []
    for element in root:
        if _local_name(element) != "sitemap":
            continue
        fields = _read_own_fields(element)
        try:
            address = listing.resolve_address(fields.get("loc"))
        except PermanentError as e:
            listing.add_problem(f"a sitemap of this index was left out: {e}")
            continue
        age = _sort_key(fields.get("lastmod"), listing)
        if age < _OLDEST:
            dated.append((age, address))
        else:
            undated.append(address)
    dated.sort(key=lambda pair: pair[0])
    addresses = dict.fromkeys(address for _, address in dated)
    dated_count = len(addresses)
    addresses |= dict.fromkeys(newest_at_an_end(undated))
    if len(addresses) > MAX_CHILDREN:
        listing.add_problem(f"only {MAX_CHILDREN} of {len(addresses)} sitemaps of this index are taken")
    taken = tuple(addresses)[:MAX_CHILDREN]
    return _Children(taken, max(0, len(taken) - dated_count))


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
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _prefix(element: Any) -> str:
    """Return what stands before a tag's own name.

    It is the namespace, or a prefix that was not declared.
    """
    return str(element.tag)[: -len(_local_name(element))]


def _inner_text(element: Any) -> str:
    return "".join(element.itertext()).strip()
