"""The places of a page where authors stand: what is declared, and what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawlers.scripts import CAPITALS, is_han
from pipelines.extract.byline import has_bad_characters, is_agency, is_full_name, is_organisation
from pipelines.extract.claims import Claims, resolve
from pipelines.extract.info_bar import read_info_bar
from pipelines.extract.json_ld import as_list, text_of
from pipelines.extract.page_head import PageHead
from pipelines.extract.text import one_line
from pipelines.extract.text_nodes import beginning_of
from pipelines.extract.words import AUTHOR_WORDS
from pipelines.text.vocabulary import any_of

#: Meta tags with an author, the ones that newsrooms fill by hand first.
AUTHOR_METAS = (
    # Papers of science: their other tags may name who they cite.
    "citation_author",
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor",
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
_MOST_SIGNED_LINES = 4
_MOST_LINKS = 1_000
_MOST_SHORT_LINES = 1_500
#: Characters. A longer byline is a biography, and a longer line a paragraph.
_LONGEST_BYLINE = 120
_LONGEST_SIGNED_LINE = 60
#: Characters of an element that are read. A page's menu may be called "author".
_READ_CHARS = 400

_find_named_elements = XPath(
    "//*[@class or @id or @data-testid][self::div or self::span or self::p or self::a or self::address"
    " or self::li or self::cite or self::h4 or self::h5 or self::h3 or self::strong or self::section"
    " or self::em]"
)
# Parts of the class of most bylines, without the letter that may be a capital.
_find_likely_elements = XPath("//*[contains(@class, 'yline') or contains(@class, 'uthor')]")
_MOST_LIKELY = 30
_find_author_links = XPath("//a[contains(concat(' ', @rel, ' '), ' author ')]")
_LINE_TAGS = ("p", "span", "div", "strong", "em", "td", "small", "li")

_BYLINE_ELEMENT = re.compile(
    rf"(?:^|[\s_-]){any_of(AUTHOR_WORDS.byline_elements.words)}(?:$|[\s_-])"
    rf"|{any_of(AUTHOR_WORDS.byline_elements.parts)}",
    re.IGNORECASE,
)
_NOT_BYLINE_ELEMENT = re.compile(any_of(AUTHOR_WORDS.byline_elements.never), re.IGNORECASE)
_BESIDE = re.compile(rf"(?:^|[\s_]){any_of(AUTHOR_WORDS.other_article_elements)}(?:$|[\s_])", re.IGNORECASE)
_SIGNED_LINE = re.compile(
    rf"{any_of(AUTHOR_WORDS.signed)}\s*:?\s+(?!{any_of(AUTHOR_WORDS.not_signed)}\b)"
    rf"[{CAPITALS}][\w.'’\-]+(?:\s+[\w.'’\-]+){{1,6}}"
)
_SIGNED_LETTERS = frozenset(phrase[0] for phrase in AUTHOR_WORDS.signed)
_SIGNED_AT_TITLE = re.compile(
    rf"(?:{any_of(AUTHOR_WORDS.signed_below_title)}(?:\s*:\s*|\s+)"
    rf"|{any_of(AUTHOR_WORDS.signed_elided)})(?=\S)",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(rf"{any_of(AUTHOR_WORDS.signed_below_title)}\s*:?", re.IGNORECASE)
#: A word or two with a colon, at the beginning of a line.
_LABELLED = re.compile(r"^[^\W\d]+(?: [^\W\d]+)? ?: ?\S")
#: "Posted on January 17, 2026 by Jane Roe / in Trade": the day, then who signed.
_DATED_BYLINE = re.compile(
    r"(?P<before>[^!?]{0,30}\d.{0,40}?)[\s/|,·•–—-]+"
    rf"(?P<byline>{any_of(AUTHOR_WORDS.before_name.dated_by)}\s+\S.*)",
    re.IGNORECASE,
)
_BEHIND_BYLINE = re.compile(
    rf"\s+[/|·•–—]\s+|\s+{any_of(AUTHOR_WORDS.before_name.behind_dated_name)}(?:\s|$)", re.IGNORECASE
)
#: "Anne Roy, La Presse", "Anne Roy (avec AFP)": a name, and who helped or sent it.
_NAME_AND_PAPER = re.compile(r"(?P<name>[^,(|–—]{4,40}?)\s*(?:,\s|\(|\s[/–—-]\s)(?P<paper>[^,()|]{2,40})\)?")
_HELPER = re.compile(rf"{any_of(AUTHOR_WORDS.helpers)}\s", re.IGNORECASE)
#: (Reporting by Jane Roe in Ottawa; editing by Tom Li)
_REPORTING = re.compile(
    rf"[(\[]?\s*{any_of(AUTHOR_WORDS.reporting)}\s*(?P<names>[^;)\]]{{4,150}}?)\s*[.,]?\s*"
    rf"(?:[;)\]]|{any_of(AUTHOR_WORDS.editing)}|$)",
    re.IGNORECASE,
)
_BAR = re.compile(r"\s*[|·•]\s*")
_DAY = re.compile(r"\d{1,2}\D+\d{4}|\d{4}\D\d")
#: Lines behind and before a title that are looked at for a byline.
_LINES_BELOW = 10
_LINES_ABOVE = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A place where authors stand: their bylines as written."""

    bylines: list[str]
    name: str
    #: It is written for machines.
    is_declared: bool = False
    #: A word says that authors stand here, so that a name in an odd form is one.
    is_labelled: bool = False
    #: Anything may stand here, so only whole names and organisations are names.
    is_loose: bool = False
    #: It is marked in the text of the page, for machines.
    is_markup: bool = False


def read_json_ld_authors(claims: Claims) -> tuple[list[str], list[str]]:
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


def find_meta_places(claims: Claims) -> Iterator[Place]:
    """Yield the authors of each meta tag."""
    for meta_name in AUTHOR_METAS:
        contents = claims.meta.get(meta_name, ())
        # Some sites give an author's page instead of a name.
        names = []
        for content in contents:
            if not has_bad_characters(content):
                names.append(content)
        if names:
            yield Place(names, meta_name, is_declared=True)


def find_pen_names(claims: Claims, head: PageHead) -> Iterator[Place]:
    """Yield the declared names that stand alone below the title.

    A Chinese pen name has no surname that shows that it is one, and most portals declare their own name.
    """
    sources = {fact.value for fact in read_info_bar(head.lines) if fact.kind == "source"}
    shown = set(head.below[:_LINES_BELOW]) - sources
    for place in find_meta_places(claims):
        names = [name for name in place.bylines if name in shown]
        if names and not is_agency(names[0]):
            yield Place(names, place.name, is_declared=True, is_labelled=True)


def find_marked_places(tree: HtmlElement, claims: Claims) -> Iterator[Place]:
    """Yield the authors of microdata and of author links."""
    elements = []
    for element in claims.marked:
        if "author" in (element.get("itemprop"), element.get("property")):
            elements.append(element)
    elements = elements[:_MOST_ELEMENTS]
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
        yield Place(names[:_MOST_ELEMENTS] or authors, "microdata", is_declared=True, is_markup=True)
    links = _find_author_links(tree)[:_MOST_ELEMENTS]
    if links:
        yield Place(list(map(_text_of_element, links)), "rel=author", is_declared=True, is_markup=True)


def find_bylines(tree: HtmlElement, lines: Sequence[str]) -> Iterator[Place]:
    """Yield the elements that are named as bylines, then signed lines.

    `lines` are those of the page.
    """
    bylines = list(find_byline_elements(tree))
    for byline in bylines[:_MOST_BYLINES]:
        yield Place([byline], "byline")
    # So many bylines are those of other articles, and its signed lines are theirs as well.
    if len(bylines) > _MOST_BYLINES:
        return
    for name in _find_labelled_author(lines):
        yield Place([name], "byline", is_loose=True)
    signed = dict.fromkeys(_find_signed_lines(tree))
    # More lines with other names are those of a list.
    if len(signed) > _MOST_SIGNED_LINES:
        return
    for line in signed:
        yield Place([line], "byline", is_loose=True)


def _find_labelled_author(lines: Iterable[str]) -> Iterator[str]:
    """Yield the author of the page's only line as "Author: Jane Roe, project lead".

    Several such lines stand in a list of other articles.
    """
    values: set[str] = set()
    for line in lines:
        if len(line) > _LONGEST_BYLINE or not _LABELLED.search(line):
            continue
        for fact in read_info_bar([line]):
            if fact.kind == "author":
                values.add(fact.value)
    if len(values) == 1:
        yield from values


def find_likely_bylines(tree: HtmlElement) -> Iterator[str]:
    """Yield the texts of elements with an English byline class."""
    for element in _find_likely_elements(tree)[:_MOST_LIKELY]:
        if _is_byline_element(element):
            yield _text_of_element(element)


def find_byline_elements(tree: HtmlElement) -> Iterator[str]:
    """Yield the texts of elements that are named as bylines."""
    count = 0
    for element in _find_named_elements(tree)[:_MOST_NAMED]:
        if not _is_byline_element(element):
            continue
        text = _text_of_element(element)
        if 2 <= len(text) <= _LONGEST_BYLINE:
            yield text
            count += 1
        if count > _MOST_BYLINES:
            return


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
        if len(element) > 4 or _begins_otherwise(element):
            continue
        text = _text_of_element(element)
        if len(text) <= _LONGEST_SIGNED_LINE and _SIGNED_LINE.match(text) and not _is_beside(element):
            yield text


def _is_beside(element: HtmlElement) -> bool:
    """Tell whether an element belongs to other articles."""
    for ancestor in (element, *islice(element.iterancestors(), 4)):
        if _BESIDE.search((ancestor.get("class") or "")[:_READ_CHARS]):
            return True
    return False


def _begins_otherwise(element: HtmlElement) -> bool:
    """Tell whether an element surely begins with another letter than a signed line.

    It spares most elements the reading of all that is in them.
    """
    if element.get("content"):
        return False
    first = _first_character(element)
    is_plain = first.isascii() and first.isalnum()
    return (is_plain or is_han(first)) and first not in _SIGNED_LETTERS


def _first_character(element: HtmlElement) -> str:
    """Return the first character in an element that is no space, "" for none."""
    first: str = (element.text or "").lstrip()[:1]
    if first or not len(element):
        return first
    for text in element.itertext():
        first = text.lstrip()[:1]
        if first:
            return first
    return ""


def _text_of_element(element: HtmlElement) -> str:
    return one_line(element.get("content") or beginning_of(element, _READ_CHARS, " "))


def find_head_bylines(head: PageHead) -> Iterator[str]:
    """Yield the lines at the title that sign the text."""
    below = _with_labels(head.below)[:_LINES_BELOW]
    above = _with_labels(head.above)[-_LINES_ABOVE:]
    for line in (*below, *reversed(above)):
        if len(line) > _LONGEST_BYLINE:
            continue
        dated = _DATED_BYLINE.match(line)
        if dated and _DAY.search(dated["before"]):
            yield _BEHIND_BYLINE.split(dated["byline"])[0]
        elif _is_signed(line) or _is_name_with_bar(line):
            yield line


def _is_signed(line: str) -> bool:
    """Tell whether a line begins as a byline does: "Par Anne Roy"."""
    match = _SIGNED_AT_TITLE.match(line)
    if match is None:
        return False
    # « Par ailleurs, les discussions continuent » is prose. "Submitted by jroe" names an account.
    is_one_word = " " not in match.group().strip(" :")
    rest = line[match.end() :]
    return not (is_one_word and rest[0].islower() and " " in rest)


def find_dated_names(head: PageHead) -> Iterator[str]:
    """Yield the names behind a day at the title: "17.01.2026 | 13:10 | Jane Roe"."""
    for line in (*head.below[:_LINES_BELOW], *reversed(head.above[-_LINES_ABOVE:])):
        if len(line) > _LONGEST_BYLINE:
            continue
        *others, name = _BAR.split(line)
        if _DAY.search(" ".join(others)) and is_full_name(name):
            yield name


def _with_labels(lines: Sequence[str]) -> list[str]:
    """Return lines; a label that stands alone, as "Written by", joins the next line."""
    joined: list[str] = []
    label = ""
    for line in lines:
        if _LABEL_ALONE.fullmatch(line):
            label = line
            continue
        joined.append(f"{label} {line}".strip())
        label = ""
    return joined


def find_names_with_papers(claims: Claims, head: PageHead) -> Iterator[str]:
    """Yield the names before a paper at the title: "Anne Roy, La Presse"."""
    for line in head.below[:_LINES_BELOW]:
        match = _NAME_AND_PAPER.fullmatch(line)
        name = match["name"] if match else _name_before_site(line, claims.site_names)
        if not is_full_name(name):
            continue
        if match is None or is_organisation(match["paper"]) or _HELPER.match(match["paper"]):
            yield name


def _name_before_site(line: str, site_names: Iterable[str]) -> str:
    """Return what stands before the site's own name: "Jane Roe Prairie Daily"."""
    for site_name in site_names:
        if line.casefold().endswith(f" {site_name.casefold()}"):
            return line[: -len(site_name)].strip()
    return ""


def find_linked_authors(tree: HtmlElement, head: PageHead) -> list[str]:
    """Return the names at the title that lead to pages about authors."""
    lines = "\n".join((*head.below[:_LINES_BELOW], *head.above[-_LINES_ABOVE:]))
    names: dict[str, None] = {}
    for link in islice(tree.iter("a"), _MOST_LINKS):
        parts = (link.get("href") or "")[:_READ_CHARS].casefold().split("/")
        if AUTHOR_WORDS.author_addresses.isdisjoint(parts):
            continue
        name = _text_of_element(link)
        if name in lines and is_full_name(name):
            names[name] = None
    return list(names)[:_MOST_ELEMENTS]


def find_reporters(lines: Iterable[str]) -> Iterator[str]:
    """Yield the names of a line as "(Reporting by Jane Roe; editing by Tom Li)"."""
    for line in lines:
        match = _REPORTING.match(line) if len(line) <= _READ_CHARS else None
        if match:
            yield match["names"]


def _is_name_with_bar(line: str) -> bool:
    """Tell whether a line is as "Jane Roe | Reuters | Jan. 17"."""
    name, *others = _BAR.split(line)
    if not others or not is_full_name(name.strip()):
        return False
    return any(is_agency(other.strip()) or _DAY.search(other) for other in others)
