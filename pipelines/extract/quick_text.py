"""All of a page that may be text of its article, without looking for the article.

    head: titles, decks        body: lines, without menus, footers and lists of links
    JSON-LD: texts             page state: the longest text

It costs a millisecond, a thirtieth of what finding the article does. What `extract` may give as title or body
is in it, with much that is none. On 380 pages it held all but one of the 624 names in their articles: what it
leaves out beside menus are lines that are nothing but a link, such as the headlines of other articles.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from pipelines.extract.page_state import find_state_texts, list_state_texts
from pipelines.extract.text import one_line, read_references

#: Parts of a page that are no text of its article, whatever stands in them: extraction leaves them out too.
_UNREAD_TAGS = frozenset(
    ("script", "style", "svg", "template", "iframe", "object", "noembed", "nav", "footer", "menu",
     "dialog", "select", "textarea", "button")
)  # fmt: skip
#: What makes no line of its own: a name may begin inside it and end behind it.
_INLINE_TAGS = frozenset(
    ("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd",
     "mark", "q", "rb", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "tt", "u", "var", "wbr")
)  # fmt: skip
#: Values of JSON that hold texts. Possessive, so that a text without its closing quote is read once.
_JSON_TEXT = re.compile(
    r'"(?:headline|alternativeHeadline|name|description|articleBody|text|@value)"\s*+:[\s\[]*+'
    r'("(?:[^"\\]|\\.)*+")'
)
#: Share of its characters in links from which a line is a link; one with more characters is text.
_LINKED_SHARE = 0.9
_LONGEST_LINK = 200
_META_ATTRIBUTES = ("property", "name", "itemprop")
_MOST_HEADINGS = 10
_LONGEST_TITLE = 500


def quick_text(tree: HtmlElement) -> str:
    """Return all of a page that may be text of its article, a line for each block.

    Spaces and invisible characters are as the page has them.
    """
    pieces = list(_head_texts(tree))
    lines = _Lines()
    # The whole tree, since a broken page has no body, or its text in the head.
    _add_text(tree, lines, is_linked=False)
    lines.end()
    pieces.append("\n".join(lines.kept))
    pieces.append("\n")
    pieces += _declared_texts(tree)
    state = find_state_texts(list_state_texts(tree))
    if state:
        pieces.append(read_references(max(state, key=len)))
    return "".join(pieces)


def quick_title(tree: HtmlElement) -> str:
    """Return the title that a page has in its head, "" for none."""
    titles = tree.xpath("//meta[@property='og:title' or @name='og:title']/@content")
    for title in tree.iter("title"):
        titles.append(title.text_content())
    for text in titles:
        title = one_line(read_references(text[:_LONGEST_TITLE]))
        if title:
            return title
    return ""


def _head_texts(tree: HtmlElement) -> Iterator[str]:
    """Yield the titles and decks that a page gives itself, and its first headings."""
    for meta in tree.iter("meta"):
        name = " ".join(meta.get(attribute) or "" for attribute in _META_ATTRIBUTES).lower()
        if "title" in name or "description" in name or "headline" in name:
            yield f"{read_references(meta.get('content') or '')}\n"
    # A heading may stand in a part that is not read.
    for heading in islice(tree.iter("title", "h1"), _MOST_HEADINGS):
        yield f"{heading.text_content()}\n"


class _Lines:
    """The lines of a page, without those that are nothing but a link."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self._pieces: list[str] = []
        self._length = 0
        self._linked = 0

    def add(self, text: str | None, *, is_linked: bool) -> None:
        """Add a piece of the line."""
        if not text:
            return
        self._pieces.append(text)
        length = len(text.strip())
        self._length += length
        if is_linked:
            self._linked += length

    def end(self) -> None:
        """Begin a new line."""
        if not self._length:
            self._pieces.clear()
            return
        is_link = self._linked >= _LINKED_SHARE * self._length and self._length <= _LONGEST_LINK
        if not is_link:
            self.kept.append("".join(self._pieces))
        self._pieces.clear()
        self._length = self._linked = 0


def _add_text(element: HtmlElement, lines: _Lines, *, is_linked: bool) -> None:
    """Add the text of an element in its order.

    `tree_depth` bounds how deep it goes.
    """
    lines.add(element.text, is_linked=is_linked)
    for child in element:
        tag = child.tag
        if tag in _INLINE_TAGS:
            _add_text(child, lines, is_linked=is_linked or tag == "a")
        elif isinstance(tag, str):
            lines.end()
            if tag not in _UNREAD_TAGS:
                _add_text(child, lines, is_linked=is_linked)
                lines.end()
        # Of comments the tail alone is text.
        lines.add(child.tail, is_linked=is_linked)


def _declared_texts(tree: HtmlElement) -> Iterator[str]:
    """Yield the texts of JSON-LD, of whatever object, each as one line or more."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        json_text = script.text
        if "&quot;" in json_text:
            json_text = read_references(json_text)
        for value in _JSON_TEXT.findall(json_text):
            yield f"{read_references(_text_of_json(value))}\n"


def _text_of_json(value: str) -> str:
    """Return a quoted JSON text as it reads; as it stands where it is no good JSON."""
    try:
        return str(json.loads(value, strict=False))
    except ValueError:
        return value
