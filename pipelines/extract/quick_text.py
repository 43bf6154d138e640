"""All of a page that may be text of its article, without looking for the article.

    head: titles, decks        body: lines, without menus and footers
    JSON-LD: texts             page state: the longest text

It costs half a millisecond, a tenth of what finding the article does. Whatever `extract` may give as title or
body is in it, with much that is none. On 380 pages it held every name of all their articles.
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
_META_ATTRIBUTES = ("property", "name", "itemprop")
_MOST_HEADINGS = 10
_LONGEST_TITLE = 500


def quick_text(tree: HtmlElement) -> str:
    """Return all of a page that may be text of its article, a line for each block.

    Spaces and invisible characters are as the page has them.
    """
    pieces = list(_head_texts(tree))
    # The whole tree, since a broken page has no body, or its text in the head.
    _add_text(tree, pieces)
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


def _add_text(element: HtmlElement, pieces: list[str]) -> None:
    """Add the text of an element in its order.

    `tree_depth` bounds how deep it goes.
    """
    if element.text:
        pieces.append(element.text)
    for child in element:
        tag = child.tag
        if tag in _INLINE_TAGS:
            _add_text(child, pieces)
        elif isinstance(tag, str):
            pieces.append("\n")
            if tag not in _UNREAD_TAGS:
                _add_text(child, pieces)
                pieces.append("\n")
        # Of comments the tail alone is text.
        if child.tail:
            pieces.append(child.tail)


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
