"""The lines of a whole page, as its blocks part them."""

from __future__ import annotations

from lxml.html import HtmlElement

from pipelines.extract.text import lines

#: Characters of a page that are looked through. Long pages have their walls near the cut text.
MOST_CHARS = 500_000
#: What is the same on every page of a site, and what is no text.
_UNREAD_TAGS = frozenset(("header", "nav", "footer", "head", "script", "style"))
INLINE_TAGS = frozenset(
    ("a", "abbr", "b", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "sub",
     "sup", "time", "u")
)  # fmt: skip


def lines_of_page(tree: HtmlElement) -> list[str]:
    """Return the lines of a page without its header, menus and footer.

    Its article is among them, and so is what no reading of the article keeps.
    """
    parts: list[str] = []
    _add_text(tree, parts)
    return lines("".join(parts)[:MOST_CHARS])


def _add_text(element: HtmlElement, parts: list[str]) -> None:
    """Add the text of an element, in lines.

    `tree_depth` bounds how deep it goes.
    """
    text = element.text
    if text:
        parts.append(text)
    for child in element:
        tag = child.tag
        is_block = tag not in INLINE_TAGS
        if is_block:
            parts.append("\n")
        if tag not in _UNREAD_TAGS and isinstance(tag, str):
            _add_text(child, parts)
            if is_block:
                parts.append("\n")
        tail = child.tail
        if tail:
            parts.append(tail)
