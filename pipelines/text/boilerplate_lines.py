"""Lines that a page prints around an article, in all languages (pure).

    a line ──► is_boilerplate_line     extraction takes it out of the text
          ──► begins_as_boilerplate    the route marks a short paragraph
          ──► is_page_part             revisions count no change in it as an edit

Each is wider than the one above it: what is taken out is lost, what is marked can still be read.
"""

from __future__ import annotations

import re

from pipelines.text.vocabulary import Phrases, PhrasesByLanguage, Vocabulary, any_of, read_vocabulary

#: Characters. A longer line is a paragraph of the report, however it begins.
_LONGEST_PAGE_PART = 200


class RouteClueWords(Vocabulary):
    """Lines that tell where a text comes from."""

    beginnings: PhrasesByLanguage
    whole_lines: Phrases
    anywhere: Phrases
    before_bracket: Phrases


class RemovedWords(Vocabulary):
    """Lines that are taken out of a text."""

    whole_lines: PhrasesByLanguage
    before_link: PhrasesByLanguage
    beginnings: PhrasesByLanguage
    other_lines: Phrases
    before_time: Phrases


class SetAsideWords(Vocabulary):
    """Lines that stay in a text and are no part of its report."""

    beginnings: PhrasesByLanguage
    before_year: Phrases


class BoilerplateWords(Vocabulary):
    """All words of `boilerplate_lines.yaml`."""

    route_clues: RouteClueWords
    removed: RemovedWords
    set_aside: SetAsideWords
    labels: Phrases
    link_headings: Phrases


WORDS = read_vocabulary("pipelines.text", "boilerplate_lines.yaml", BoilerplateWords)

_BULLETS = r"[\s(\[（【|>»▶►•·*–—-]*+"
#: Between a label and the title of another article. A hyphen counts between spaces: "watch-maker".
_BEFORE_TITLE = r"(?:\s*[:：»>|]|\s+[-–—]\s)"


def _removed_pattern() -> re.Pattern[str]:
    """Return the pattern of a whole line that the page prints around its texts."""
    words = WORDS.removed
    # "Published Jan. 17 at 9:30"; a sentence with a full stop behind the time is text.
    published = rf".{{0,60}}\b{any_of(words.before_time)}\b.{{0,50}}\b\d{{1,2}}\s?[h:]\s?\d{{2}}[^.]{{0,25}}"
    return re.compile(
        rf"^(?:{any_of(words.whole_lines)}\s*[:：.]?"
        rf"|{any_of(words.before_link)}(?:\s*[:：.]?|{_BEFORE_TITLE}\s*\S.{{0,200}})"
        rf"|{any_of(words.beginnings)}.{{0,300}}"
        rf"|{any_of(words.other_lines)}"
        rf"|{published})$",
        re.IGNORECASE,
    )


def _beginning_pattern() -> re.Pattern[str]:
    """Return the pattern of how a short paragraph of the page begins."""
    removed, aside = WORDS.removed, WORDS.set_aside
    return re.compile(
        rf"{any_of(removed.beginnings, aside.beginnings)}"
        rf"|{any_of(removed.whole_lines)}\s*$"
        rf"|{any_of(removed.before_link)}(?:{_BEFORE_TITLE}|\s*$)"
        rf"|{any_of(aside.before_year)}\s*\d{{4}}\b",
        re.IGNORECASE,
    )


def _route_mark_pattern() -> re.Pattern[str]:
    """Return the pattern of a line that tells a text's origin."""
    words = WORDS.route_clues
    return re.compile(
        rf"^(?:{any_of(words.beginnings)}|{any_of(words.whole_lines)}$)"
        rf"|{any_of(words.anywhere)}|\S{{1,64}}@\S{{1,64}}\.\w|{any_of(words.before_bracket)}[\s）)]",
        re.IGNORECASE,
    )


#: Matches a line as a whole.
_REMOVED = _removed_pattern()
#: Matches how a line begins.
_BEGINNING = _beginning_pattern()
_LABEL = re.compile(rf"{any_of(WORDS.labels)}\s*(?:[:：()（\d]|$)", re.IGNORECASE)
_BULLET = re.compile(_BULLETS)
#: A heading with links under it.
_LINK_HEADING = re.compile(rf"{_BULLETS}{any_of(WORDS.link_headings)}\s*[:：]?\s*", re.IGNORECASE)
#: Found anywhere in a line.
ROUTE_MARK = _route_mark_pattern()


def is_boilerplate_line(line: str) -> bool:
    """Tell whether a line is the page's and not the article's.

    A line that tells where the text comes from is kept: `route` reads it.
    """
    if not _REMOVED.match(line):
        return False
    return line.startswith("©") or ROUTE_MARK.search(line) is None


def begins_as_boilerplate(text: str) -> bool:
    """Tell whether a paragraph, if it is short, is the page's and not the article's."""
    return _BEGINNING.match(text) is not None


def is_page_part(line: str) -> bool:
    """Tell whether a line says nothing of what the article reports."""
    if len(line) > _LONGEST_PAGE_PART:
        return False
    bullet = _BULLET.match(line)
    assert bullet is not None  # it may be empty, and so fits every line
    start = bullet.end()
    return bool(_BEGINNING.match(line, start) or _LABEL.match(line, start) or _REMOVED.match(line[start:]))


def is_link_heading(line: str) -> bool:
    """Tell whether a line stands above links to other articles."""
    return _LINK_HEADING.fullmatch(line) is not None
