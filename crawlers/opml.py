"""Lists of feeds as OPML, which feed readers exchange (pure).

OPML has no schema of its own that programs keep to: attributes come in any case, outlines in any depth. What
has an `xmlUrl` is a feed. Nothing of the outside is ever loaded, whatever a file declares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from crawlers.errors import CatalogueError
from crawlers.model import Source

#: Bytes. Ten thousand feeds take two millions.
MAX_BYTES = 10 * 1024 * 1024
#: Some readers write addresses so; the page itself comes over https.
_FEED_SCHEME = "feed://"


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """A feed of an OPML file. Its values are as written."""

    url: str
    title: str = ""
    language: str | None = None


def read_opml(content: bytes, name: str) -> list[ListedFeed]:
    """Return the feeds of an OPML file, each address once, in their order.

    `name` is for the messages. Raises CatalogueError for what is no OPML.
    """
    if len(content) > MAX_BYTES:
        limit = f"at most {MAX_BYTES:,} are read"
        raise CatalogueError([f"{name}: the file has {len(content):,} bytes; {limit}; split it"])
    # No entity, DTD or address of theirs is ever followed; huge_tree=False keeps libxml2's own limits.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise CatalogueError([f"{name}: is no OPML: {e}; export it once more from your feed reader"]) from e
    if root.tag.lower() != "opml":
        raise CatalogueError([f"{name}: is no OPML but <{root.tag[:40]}>; export it from your feed reader"])
    feeds: dict[str, ListedFeed] = {}
    for element in root.iter("outline", "OUTLINE", "Outline"):
        feed = _read_outline(element)
        if feed is not None:
            feeds.setdefault(feed.url, feed)
    return list(feeds.values())


def _read_outline(element: Any) -> ListedFeed | None:
    values = {}
    for attribute, value in element.attrib.items():
        values[attribute.lower()] = value.strip()
    url = values.get("xmlurl", "")
    if not url:
        # A folder, or a link.
        return None
    if url.startswith(_FEED_SCHEME):
        url = f"https://{url.removeprefix(_FEED_SCHEME)}"
    title = values.get("text") or values.get("title") or ""
    return ListedFeed(url, title, values.get("language") or None)


def write_opml(sources: Sequence[Source], title: str) -> str:
    """Return feeds as OPML 2.0."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for source in sources:
        outline = etree.SubElement(body, "outline", text=source.name, type="rss", xmlUrl=source.url)
        if source.language is not None:
            outline.set("language", source.language)
    text: str = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8").decode()
    return text
