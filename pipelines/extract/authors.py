"""Who signed an article, as the page declares or shows it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from pipelines.extract.byline import has_bad_characters, reads_as_name, split_names
from pipelines.extract.chinese_credits import find_chinese_credits
from pipelines.extract.claims import Claims, resolve
from pipelines.extract.json_ld import as_list, text_of
from pipelines.extract.text import one_line
from pipelines.extract.text_nodes import beginning_of
from pipelines.extract.words import AUTHOR_WORDS
from pipelines.text.vocabulary import any_of

MAX_AUTHORS = 20

#: Meta tags with an author, the ones that newsrooms fill by hand first.
_META_NAMES = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor",
    "citation_author",
    "byl",
    "og:article:author",
    "creator",
    "article:author_name",
    "cxenseparse:author",
    "twitter:creator_name",
)

#: Elements of one kind that are looked at. Longer lists are lists of other articles.
_MOST_ELEMENTS = 10
_MOST_BYLINES = 8
#: Elements with a class or an id whose names are read. Front pages have two thousand.
_MOST_NAMED = 10_000
_MOST_SHORT_LINES = 1_500
#: Characters. A longer byline is a biography, and a longer line a paragraph.
_LONGEST_BYLINE = 120
_LONGEST_SIGNED_LINE = 60
#: Characters of an element that are read. A page's menu may be called "author".
_READ_CHARS = 400

_NAMED_ELEMENTS = (
    "//*[@class or @id or @data-testid][self::div or self::span or self::p or self::a or self::address"
    " or self::li or self::cite or self::h4 or self::h5 or self::h3 or self::strong or self::section"
    " or self::em]"
)
_LINE_TAGS = ("p", "span", "div", "strong", "em", "td", "small", "li")

_BYLINE_ELEMENT = re.compile(
    rf"(?:^|[\s_-]){any_of(AUTHOR_WORDS.byline_elements.words)}(?:$|[\s_-])"
    rf"|{any_of(AUTHOR_WORDS.byline_elements.parts)}",
    re.IGNORECASE,
)
_NOT_BYLINE_ELEMENT = re.compile(any_of(AUTHOR_WORDS.byline_elements.never), re.IGNORECASE)
_SIGNED_LINE = re.compile(
    rf"{any_of(AUTHOR_WORDS.signed)}\s*:?\s+(?!{any_of(AUTHOR_WORDS.not_signed)}\b)"
    r"[A-ZÀ-Þ][\w.'’\-]+(?:\s+[\w.'’\-]+){1,6}"
)


@dataclass(frozen=True, slots=True)
class _Place:
    """A place of the page where authors stand: their bylines as written, and its name."""

    bylines: list[str]
    name: str


def find_authors(tree: HtmlElement, claims: Claims, host: str = "") -> tuple[tuple[str, ...], str]:
    """Return the authors in order, and where they stood.

    The site's own name is no author. The first place that yields a name is believed. An organisation
    that JSON-LD names as author comes after the people that the page shows.
    """
    own_names = _own_names(claims, host)
    is_japanese = (claims.lang or "").startswith("ja")
    for place in _find_places(tree, claims):
        people = []
        for name in _split_all(place.bylines, japanese=is_japanese):
            # An element that is called a byline may hold anything.
            is_name = place.name != "byline" or reads_as_name(name)
            if is_name and _key_of(name) not in own_names:
                people.append(name)
        if people:
            return tuple(people), place.name
    return (), ""


def _split_all(bylines: Iterable[str], *, japanese: bool) -> list[str]:
    """Return the names of several bylines, each one once."""
    names: dict[str, None] = {}
    for byline in bylines:
        for name in split_names(byline, japanese=japanese):
            names[name] = None
    return list(names)[:MAX_AUTHORS]


def _own_names(claims: Claims, host: str) -> set[str]:
    """Return the keys of the site's names: its own, its host, its domain's word."""
    bare_host = host.removeprefix("www.")
    names = (*claims.site_names, bare_host, *bare_host.split(".")[-2:-1])
    return set(map(_key_of, filter(None, names)))


# -- places ---------------------------------------------------------------------------------------


def _find_places(tree: HtmlElement, claims: Claims) -> Iterator[_Place]:
    """Yield where authors stand, declared places first."""
    people, organisations = _read_json_ld(claims)
    # An organisation in JSON-LD is often the publisher itself, so it waits for the end.
    if people:
        yield _Place(people, "json-ld")
    yield from _find_meta_places(claims)
    yield from _find_marked_places(tree)
    for byline in _find_bylines(tree):
        yield _Place([byline], "byline")
    for names in find_chinese_credits(tree):
        yield _Place([names], "text")
    if organisations:
        yield _Place(organisations, "json-ld")


def _read_json_ld(claims: Claims) -> tuple[list[str], list[str]]:
    """Return the people and organisations that JSON-LD names."""
    people: list[str] = []
    organisations: list[str] = []
    for author in resolve(claims.article.get("author") or claims.article.get("creator"), claims):
        names, kind = author, ""
        if isinstance(author, Mapping):
            names, kind = author.get("name"), str(author.get("@type", ""))
        for value in as_list(names):
            name = text_of(value)
            if not name:
                continue
            if "Organization" in kind:
                organisations.append(name)
            else:
                people.append(name)
    return people, organisations


def _find_meta_places(claims: Claims) -> Iterator[_Place]:
    for meta_name in _META_NAMES:
        contents = claims.meta.get(meta_name, ())
        # Some sites give an author's page instead of a name.
        names = []
        for content in contents:
            if not has_bad_characters(content):
                names.append(content)
        if names:
            yield _Place(names, meta_name)


def _find_marked_places(tree: HtmlElement) -> Iterator[_Place]:
    """Yield the authors of microdata and of author links."""
    elements = tree.xpath("//*[@itemprop='author' or @property='author']")[:_MOST_ELEMENTS]
    authors = []
    for element in elements:
        if element.tag != "meta":
            authors.append(_text_of_element(element))
    if authors:
        names: list[str] = []
        # Not one path for all of the page: libxml2 compares what it finds below each author with all before.
        for element in elements:
            for named in element.xpath("descendant::*[@itemprop='name']")[:_MOST_ELEMENTS]:
                names.append(_text_of_element(named))
        yield _Place(names[:_MOST_ELEMENTS] or authors, "microdata")
    links = tree.xpath("//a[contains(concat(' ', @rel, ' '), ' author ')]")[:_MOST_ELEMENTS]
    if links:
        yield _Place(list(map(_text_of_element, links)), "rel=author")


def _find_bylines(tree: HtmlElement) -> Iterator[str]:
    """Yield the texts of elements that are named as bylines, then signed lines."""
    count = 0
    for element in tree.xpath(_NAMED_ELEMENTS)[:_MOST_NAMED]:
        if not _is_byline_element(element):
            continue
        text = _text_of_element(element)
        if 2 <= len(text) <= _LONGEST_BYLINE:
            yield text
            count += 1
        # So many bylines are those of other articles, and its signed lines are theirs as well.
        if count > _MOST_BYLINES:
            return
    yield from _find_signed_lines(tree)


def _is_byline_element(element: HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-testid') or ''}"
    if not _BYLINE_ELEMENT.search(names) or _NOT_BYLINE_ELEMENT.search(names):
        return False
    for ancestor in islice(element.iterancestors(), 3):
        if _NOT_BYLINE_ELEMENT.search(ancestor.get("class") or ""):
            return False
    return True


def _find_signed_lines(tree: HtmlElement) -> Iterator[str]:
    """Yield short lines that begin with "By" and a name."""
    for element in islice(tree.iter(*_LINE_TAGS), _MOST_SHORT_LINES):
        # A line with more parts is a menu or a list.
        if len(element) > 4:
            continue
        text = _text_of_element(element)
        if len(text) <= _LONGEST_SIGNED_LINE and _SIGNED_LINE.match(text):
            yield text


def _text_of_element(element: HtmlElement) -> str:
    return one_line(element.get("content") or beginning_of(element, _READ_CHARS, " "))


def _key_of(name: str) -> str:
    """Return the form in which names are compared."""
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", name).casefold())
