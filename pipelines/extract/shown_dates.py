"""Dates that a page shows to its readers, in the order in which they are believed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from crawlers.dates import has_chinese_numbers
from pipelines.extract.found_date import FoundDate, find_date
from pipelines.extract.text import one_line
from pipelines.extract.text_nodes import beginning_of, text_nodes
from pipelines.extract.time_elements import SAYS_PUBLISHED, SAYS_UPDATED, elements_after, is_aside
from pipelines.extract.words import TIME_WORDS
from pipelines.text.vocabulary import any_of

MAX_LINES = 5000

#: Ranks of dates; the lowest is believed. A date without a time, or farther from the title, is one worse.
_LABELLED = 0
_UNLABELLED = 1
_UPDATED = 4

#: Characters of an element or a line that may be a date and little else.
_SHORTEST = 8
_LONGEST_ELEMENT = 300
_LONGEST_LINE = 100
_READ_CHARS = 2_000
_FEWEST_DIGITS = 5
#: Dates after which no further element is read, and those of short lines that are kept.
_MOST_ELEMENTS = 8
_MOST_LINES = 5
#: Elements that are named for a date, and lines with one, that are looked at: for each, all that it stands in
#: is. Articles have a handful; a page with more is a list, and its own date stands at the top.
_MOST_CANDIDATES = 100
#: Lines of the page around its title, and elements behind it.
_LINES_BEFORE_TITLE = 8
_LINES_AFTER_TITLE = 20
_ELEMENTS_AFTER_TITLE = 12
#: Lines. Headings that are farther apart are those of several articles.
_HEADING_DISTANCE = 5

_NAMED_ELEMENTS = (
    "//*[@class or @id][self::div or self::span or self::p or self::li or self::em or self::i or self::td"
    " or self::small or self::font or self::section or self::h4 or self::h5 or self::h6 or self::time"
    " or self::a or self::strong or self::ul]"
)
_DATE_ELEMENT = re.compile(any_of(TIME_WORDS.date_elements), re.IGNORECASE)


#: A day with two digits of its year, alone or behind a label, with or without a time.
_SHORT_YEAR = re.compile(
    r"(?:^|(?<=[:：\s]))[0-4]\d-(?:0\d|1[0-2])-[0-3]\d(?=$|\s)(?:\s\d{1,2}:\d{2}(?::\d{2})?)?"
)


@dataclass(frozen=True, slots=True)
class _RankedDate:
    rank: int
    found: FoundDate


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A text of a page that may be a line of its own, and where it stands."""

    node: Any
    text: str


def read_shown_lines(tree: HtmlElement) -> list[ShownLine]:
    """Return the text nodes of the page, as far as they may be a line of their own."""
    lines = []
    for node in filter(str.strip, text_nodes(tree, MAX_LINES)):
        text = one_line(node[:300])
        if text:
            lines.append(ShownLine(node, text))
    return lines


def find_dates_near_title(lines: Sequence[ShownLine]) -> Iterator[FoundDate]:
    """Yield the dates of the lines around the page's only heading, the best first."""
    headings = []
    for position, line in enumerate(lines):
        if _is_in_heading(line.node):
            headings.append(position)
    if headings and headings[-1] - headings[0] < _HEADING_DISTANCE:
        start = max(0, headings[0] - _LINES_BEFORE_TITLE)
        yield from _find_dates_in_lines(lines[start : headings[-1] + _LINES_AFTER_TITLE])


def find_dates_in_elements(tree: HtmlElement) -> Iterator[FoundDate]:
    """Yield the dates of named elements and of those after a heading, best first."""
    ranked: list[_RankedDate] = []
    for element in islice(filter(_is_date_element, tree.xpath(_NAMED_ELEMENTS)), _MOST_CANDIDATES):
        if len(ranked) >= _MOST_ELEMENTS:
            break
        ranked += _rank_dates(_text_of_date_element(element))
    # Logos are headings on many sites, so the second one may be the title.
    for heading in list(tree.iter("h1"))[:2]:
        for element in elements_after(heading, _ELEMENTS_AFTER_TITLE):
            for date in _rank_dates(_text_of_element(element)):
                ranked.append(replace(date, rank=date.rank + 1))
    yield from _best_first(ranked)


def find_dates_in_short_lines(lines: Iterable[ShownLine]) -> Iterator[FoundDate]:
    """Yield the dates of short lines anywhere, since old templates name nothing."""
    yield from _find_dates_in_lines(lines)


def find_short_year_dates(lines: Iterable[ShownLine]) -> Iterator[FoundDate]:
    """Yield the dates of lines as "18-03-08 10:20" on a Chinese page.

    The year stands first there. Elsewhere it might be the day.
    """
    for line in lines:
        match = _SHORT_YEAR.search(line.text) if len(line.text) <= _LONGEST_LINE else None
        if match is None or is_aside(line.node.getparent()):
            continue
        found = find_date(f"20{match.group()}", "text")
        if found:
            yield found


def _is_in_heading(node: Any) -> bool:
    parent = node.getparent()
    return any(element.tag == "h1" for element in (parent, *islice(parent.iterancestors(), 3)))


def _find_dates_in_lines(lines: Iterable[ShownLine]) -> Iterator[FoundDate]:
    ranked = []
    for line in islice(filter(_may_be_date_line, lines), _MOST_CANDIDATES):
        dates = []
        for date in _rank_dates(line.text):
            if date.rank < _UPDATED:
                dates.append(date)
        if dates and not is_aside(line.node.getparent()):
            ranked += dates
    yield from _best_first(ranked)[:_MOST_LINES]


def _may_be_date_line(line: ShownLine) -> bool:
    text = line.text
    # A notice of copyright has the year of the site.
    if not _SHORTEST <= len(text) <= _LONGEST_LINE or "©" in text or "copyright" in text.lower():
        return False
    return len(list(filter(str.isdigit, text))) >= _FEWEST_DIGITS or has_chinese_numbers(text)


def _is_date_element(element: HtmlElement) -> bool:
    return _DATE_ELEMENT.search(f"{element.get('class') or ''} {element.get('id') or ''}") is not None


def _text_of_date_element(element: HtmlElement) -> str:
    """Return the text of an element that is named for a date.

    It is "" where the element belongs to other articles.
    """
    text = _text_of_element(element)
    if not text or is_aside(element):
        return ""
    return text


def _text_of_element(element: HtmlElement) -> str:
    """Return the text of an element if it may be a date and little else, or ""."""
    text = one_line(beginning_of(element, _READ_CHARS))
    if not _SHORTEST <= len(text) <= _LONGEST_ELEMENT:
        return ""
    return text


def _rank_dates(text: str) -> Iterator[_RankedDate]:
    """Yield the dates in a line, such as "Published Jan. 17 | Updated Jan. 18, 2026"."""
    for part, is_update in _split_at_labels(text):
        found = find_date(part, "text")
        if found is None:
            continue
        rank = _UNLABELLED
        if is_update:
            rank = _UPDATED
        elif SAYS_PUBLISHED.search(part):
            rank = _LABELLED
        if not found.has_time:
            rank += 1
        yield _RankedDate(rank, found)


def _split_at_labels(text: str) -> Iterator[tuple[str, bool]]:
    """Yield parts of a line, and whether each is about a change."""
    updated = SAYS_UPDATED.search(text)
    if updated is None:
        yield text, False
        return
    published = SAYS_PUBLISHED.search(text, updated.end())
    if published:
        yield text[published.start() :], False
    yield text[: updated.start()], False
    yield text[updated.start() :], True


def _best_first(ranked: Iterable[_RankedDate]) -> list[FoundDate]:
    # The sort is stable: of two with one rank, the one higher on the page comes first.
    found: list[FoundDate] = []
    for date in sorted(ranked, key=lambda date: date.rank):
        found.append(date.found)
    return found
