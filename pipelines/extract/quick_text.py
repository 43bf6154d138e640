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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from lxml.etree import XML, XSLT
from lxml.html import HtmlElement

from crawlers.folding import read_references
from pipelines.extract.page_state import find_state_texts, list_state_texts
from pipelines.extract.text import one_line

#: Parts of a page that are no text of its article, whatever stands in them: extraction leaves them out too.
_UNREAD_TAGS = frozenset(
    ("script", "style", "svg", "template", "iframe", "object", "noembed", "nav", "footer", "menu",
     "dialog", "select", "textarea", "button")
)  # fmt: skip
#: What makes no line of its own, as links do not: a name may begin inside it and end behind it.
_INLINE_TAGS = frozenset(
    ("abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd",
     "mark", "q", "rb", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "tt", "u", "var", "wbr")
)  # fmt: skip
# Signs that stand for no character, so that no page has them: a line ends, a link begins, a link ends.
_BREAK, _LINK, _LINK_END = "\ufdd0", "\ufdd1", "\ufdd2"
_LINK_MARKS = re.compile(f"([{_LINK}{_LINK_END}])")
# Written in XSLT, because libxslt walks a tree three times as fast as a loop of Python.
_AS_MARKED_TEXT = XSLT(XML(f"""
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text"/>
  <xsl:template match="*">{_BREAK}<xsl:apply-templates/>{_BREAK}</xsl:template>
  <xsl:template match="{" | ".join(sorted(_UNREAD_TAGS))}">{_BREAK}</xsl:template>
  <xsl:template match="{" | ".join(sorted(_INLINE_TAGS))}"><xsl:apply-templates/></xsl:template>
  <xsl:template match="a">{_LINK}<xsl:apply-templates/>{_LINK_END}</xsl:template>
</xsl:stylesheet>"""))  # fmt: skip
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
    # All in one walk: each goes through the whole tree.
    parts: dict[str, list[HtmlElement]] = {"meta": [], "title": [], "h1": [], "script": []}
    for element in tree.iter(*parts):
        parts[element.tag].append(element)
    pieces = list(_head_texts(parts))
    # The whole tree, since a broken page has no body, or its text in the head.
    pieces.append("\n".join(_text_lines(tree)))
    pieces.append("\n")
    pieces += _declared_texts(parts["script"])
    state = find_state_texts(list_state_texts(parts["script"]))
    if state:
        pieces.append(read_references(max(state, key=len)))
    return "".join(pieces)


def quick_title(tree: HtmlElement) -> str:
    """Return the title that a page has in its head, "" for none."""
    for text in _titles_in_head(tree):
        title = one_line(read_references(text[:_LONGEST_TITLE]))
        if title:
            return title
    return ""


def _titles_in_head(tree: HtmlElement) -> Iterator[str]:
    # The first one is enough for nearly all pages, and each look goes through the whole tree.
    for meta in tree.iter("meta"):
        if "og:title" in (meta.get("property"), meta.get("name")):
            yield meta.get("content") or ""
    for title in tree.iter("title"):
        yield title.text_content()


def _head_texts(parts: Mapping[str, Sequence[HtmlElement]]) -> Iterator[str]:
    """Yield the titles and decks that a page gives itself, and its first headings."""
    for meta in parts["meta"]:
        if any(map(_names_text, map(meta.get, _META_ATTRIBUTES))):
            yield f"{read_references(meta.get('content') or '')}\n"
    # A heading may stand in a part that is not read.
    for heading in (*parts["title"][:_MOST_HEADINGS], *parts["h1"][:_MOST_HEADINGS]):
        yield f"{heading.text_content()}\n"


def _names_text(name: str | None) -> bool:
    """Tell whether what a page calls a claim is the name of a title or a deck."""
    if name is None:
        return False
    lowered = name.lower()
    return "title" in lowered or "description" in lowered or "headline" in lowered


def _text_lines(tree: HtmlElement) -> Iterator[str]:
    """Yield the lines of a page, without those that are nothing but a link."""
    # The link that is open at the end of a line: it may have lines in it.
    is_linked = False
    # Nine lines in ten are empty.
    for line in filter(str.strip, str(_AS_MARKED_TEXT(tree)).split(_BREAK)):
        if not is_linked and _LINK not in line and _LINK_END not in line:
            yield line
            continue
        if _is_short_link(line.strip()):
            is_linked = False
            continue
        text, linked, is_linked = _read_line(line, is_linked=is_linked)
        length = len(text.strip())
        is_link = linked >= _LINKED_SHARE * length and length <= _LONGEST_LINK
        if length and not is_link:
            yield text


def _is_short_link(line: str) -> bool:
    """Tell whether a line is one whole link.

    Every second line is, and this is quicker than to read it.
    """
    if line[0] != _LINK or len(line) > _LONGEST_LINK:
        return False
    return line.find(_LINK_END) == len(line) - 1 and line.find(_LINK, 1) < 0


def _read_line(line: str, *, is_linked: bool) -> tuple[str, int, bool]:
    """Return a line without marks, and what of it is linked.

    That is its characters in links, and whether a link is open at its end.
    """
    if _LINK not in line and _LINK_END not in line:
        linked = len(line.strip()) if is_linked else 0
        return line, linked, is_linked
    linked = 0
    pieces = _LINK_MARKS.split(line)
    # Texts and marks by turns.
    for text, mark in zip_longest(pieces[::2], pieces[1::2]):
        if is_linked:
            linked += len(text.strip())
        if mark is not None:
            is_linked = mark == _LINK
    return "".join(pieces[::2]), linked, is_linked


def _declared_texts(scripts: Iterable[HtmlElement]) -> Iterator[str]:
    """Yield the texts of JSON-LD, of whatever object, each as one line or more."""
    for script in scripts:
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        json_text = script.text or ""
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
