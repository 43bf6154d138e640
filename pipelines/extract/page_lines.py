"""The lines of a whole page, as its blocks part them."""

from __future__ import annotations

from lxml import etree
from lxml.html import HtmlElement

from pipelines.extract.text import lines

#: Characters of a page that are looked through. Long pages have their walls near the cut text.
MOST_CHARS = 500_000
#: What is the same on every page of a site.
_FRAME_TAGS = frozenset(("header", "nav", "footer", "head"))
INLINE_TAGS = frozenset(
    ("a", "abbr", "b", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "sub",
     "sup", "time", "u")
)  # fmt: skip


def lines_of_page(tree: HtmlElement) -> list[str]:
    """Return the lines of a page without its header, menus and footer.

    Its article is among them, and so is what no reading of the article keeps.
    """
    parts: list[str] = []
    size = 0
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        is_tag = isinstance(element.tag, str)
        if event == "start":
            if not is_tag or element.tag in _FRAME_TAGS:
                walk.skip_subtree()
                continue
            text = element.text or ""
        else:
            text = element.tail or ""
        if element.tag not in INLINE_TAGS:
            parts.append("\n")
        parts.append(text)
        size += len(text)
        if size > MOST_CHARS:
            break
    return lines("".join(parts))
