"""Elements that show dates: what they say, and mean."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from pipelines.extract.text import one_line
from pipelines.extract.text_nodes import beginning_of
from pipelines.extract.words import TIME_WORDS
from pipelines.text.vocabulary import any_of

SAYS_UPDATED = re.compile(any_of(TIME_WORDS.says_updated), re.IGNORECASE)
SAYS_PUBLISHED = re.compile(any_of(TIME_WORDS.says_published), re.IGNORECASE)

_OTHER_ARTICLES = re.compile(any_of(TIME_WORDS.other_articles), re.IGNORECASE)
_ASIDE_TAGS = frozenset({"aside", "footer", "nav", "script", "style", "noscript"})
_ROOT_TAGS = frozenset({"html", "body"})
#: Characters before an element, and at its beginning, that may say what its date means.
_LABEL_CHARS = 40
_FIRST_CHARS = 20
#: Characters of an element's class and id, and of its text, that are read.
_NAME_CHARS = 400
_VALUE_CHARS = 2_000


def is_aside(element: HtmlElement) -> bool:
    """Tell whether an element belongs to other articles or to the page's frame."""
    for ancestor in (element, *element.iterancestors()):
        if ancestor.tag in _ROOT_TAGS:
            continue
        names = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"[:_NAME_CHARS]
        if ancestor.tag in _ASIDE_TAGS or _OTHER_ARTICLES.search(names):
            return True
    return False


def value_of(element: HtmlElement) -> str:
    """Return the date of an element, as written for machines or else as shown."""
    return str(
        element.get("datetime") or element.get("content") or one_line(beginning_of(element, _VALUE_CHARS))
    )


def label_of(element: HtmlElement) -> str:
    """Return the words that tell what a time element means.

    They are its class, its itemprop and id, the text before it, and its first words.
    """
    words = (
        element.get("class"),
        element.get("itemprop"),
        element.get("id"),
        _text_before(element)[-_LABEL_CHARS:],
        (element.text or "")[:_FIRST_CHARS],
    )
    return " ".join(filter(None, words))


def _text_before(element: HtmlElement) -> str:
    previous, parent = element.getprevious(), element.getparent()
    if previous is None:
        return "" if parent is None else parent.text or ""
    text = previous.tail or ""
    # <span>Published</span> <time>…
    if isinstance(previous.tag, str) and len(text.strip()) < 2:
        return "".join(previous.itertext())
    return text


def elements_after(element: HtmlElement, count: int) -> Iterator[HtmlElement]:
    """Yield what follows an element, and then its parents; `count` nodes at most."""
    seen = 0
    node: HtmlElement | None = element
    while node is not None and seen < count:
        for sibling in node.itersiblings():
            seen += 1
            # Comments and processing instructions have no name.
            if isinstance(sibling.tag, str) and not is_aside(sibling):
                yield sibling
            if seen >= count:
                return
        node = node.getparent()
