"""Lines that are no text of an article, and notices."""

from __future__ import annotations

import re

from pipelines.extract.words import BODY_WORDS
from pipelines.text.vocabulary import any_of


def _boilerplate_pattern() -> re.Pattern[str]:
    """Return the pattern of a whole line that the page prints around its texts."""
    words = BODY_WORDS.boilerplate
    # "Published Jan. 17 at 9:30"; a sentence with a full stop behind the time is text.
    published = rf".{{0,60}}\b{any_of(words.before_time)}\b.{{0,50}}\b\d{{1,2}}\s?[h:]\s?\d{{2}}[^.]{{0,25}}"
    return re.compile(
        rf"^(?:{any_of(words.whole_lines)}\s*[:：.]?"
        rf"|{any_of(words.before_link)}\s*[:：»>|]\s*\S.{{0,200}}"
        rf"|{any_of(words.beginnings)}.{{0,300}}"
        rf"|{any_of(words.other_lines)}"
        rf"|{published})$",
        re.IGNORECASE,
    )


def _route_mark_pattern() -> re.Pattern[str]:
    """Return the pattern of a line that tells a text's origin."""
    words = BODY_WORDS.route_marks
    return re.compile(
        rf"^(?:{any_of(words.beginnings)}|{any_of(words.whole_lines)}$)"
        rf"|{any_of(words.anywhere)}|\S{{1,64}}@\S{{1,64}}\.\w|{any_of(words.before_bracket)}[\s）)]",
        re.IGNORECASE,
    )


#: Matches a line as a whole.
BOILERPLATE = _boilerplate_pattern()
#: Found anywhere in a line.
ROUTE_MARK = _route_mark_pattern()
#: Found anywhere in the text of a page.
NOTICE = re.compile(any_of(BODY_WORDS.notices), re.IGNORECASE)


def is_furniture(line: str) -> bool:
    """Tell whether a line is the page's and not the article's.

    A line that tells where the text comes from is kept: `route` reads it.
    """
    if not BOILERPLATE.match(line):
        return False
    return line.startswith("©") or ROUTE_MARK.search(line) is None
