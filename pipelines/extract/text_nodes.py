"""The texts of a page where they stand in its tree, as many as asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement

# Not "//body//text()[…]": libxml2 then looks through all children of an element for each of them, and
# 48,000 lines parted by <br> take it minutes.
_TEXT_NODES = "(//body)[1]/descendant::text()[not(parent::script or parent::style or parent::noscript)]"
_find_nodes = XPath(_TEXT_NODES)
_find_texts = XPath(_TEXT_NODES, smart_strings=False)


def text_nodes(tree: HtmlElement, most: int) -> list[Any]:
    """Return the first text nodes of a page that readers see, in their order.

    Each is a string that knows its element (`getparent`).
    """
    return list(_find_nodes(tree)[:most])


def texts_of_page(tree: HtmlElement, most: int) -> list[str]:
    """Return the same texts in half the time. They know no element."""
    return list(_find_texts(tree)[:most])


def beginning_of(element: HtmlElement, most_chars: int, between: str = "") -> str:
    """Return the text of an element up to a number of characters."""
    return between.join(_first_texts(element, most_chars))[:most_chars]


def _first_texts(element: HtmlElement, most_chars: int) -> Iterator[str]:
    length = 0
    for text in element.itertext():
        yield text[:most_chars]
        length += len(text)
        if length >= most_chars:
            return
