"""The paragraphs of a report without what belongs to its page (pure).

Left out: spans marked as boilerplate, times of publication and update, links to other pages, labels of
pictures, invitations. None of them is part of what the report says, and most change every day.
"""

from __future__ import annotations

import re

from pipelines.model import PageText, without_spans
from pipelines.revisions.vocabulary import VOCABULARY
from pipelines.text.boilerplate_lines import is_link_heading, is_page_part
from pipelines.text.folding import beginning_by_folded_length
from pipelines.text.page_notices import is_wall_line
from pipelines.text.vocabulary import any_of

#: Characters of a body that are read, counted as folding makes them: more than the longest reports have.
#: Texts are compared while the ledger is held, so that a book must not be compared with a book.
LONGEST_BODY = 100_000
#: Characters. A longer line is a paragraph of the report, however it begins.
_LONGEST_TIME_LINE = 200

_BULLETS = r"[\s(\[（【|>»▶►•·*–—-]*+"
_TIME_GOES_ON = (
    rf"\s*(?:{'|'.join(VOCABULARY.time_of_page_goes_on_with)})"
    rf"|\s+(?=[A-Z\d]|(?:{'|'.join(VOCABULARY.words_of_a_time)})\b)"
)
#: "Published on …", "Last updated 3 March": when the page was written, not when anything happened.
_TIME_OF_PAGE = re.compile(
    rf"{_BULLETS}(?:{any_of(VOCABULARY.time_of_page)}(?:{_TIME_GOES_ON})"
    rf"|{any_of(VOCABULARY.time_of_page_alone)})",
    re.IGNORECASE,
)
_DATE_WORD = (
    rf"\d{{1,4}}[-/.年月日:h ]*"
    rf"|{any_of(VOCABULARY.date_words_that_begin_with)}\w*"
    rf"|{any_of(VOCABULARY.date_words)}"
    rf"|{any_of(VOCABULARY.date_words_of_one_letter_more)}."
)
#: A line that is nothing but a date and a time.
# Atomic: a row of digits can be cut into dates in more ways than can be tried.
_DATE_ALONE = re.compile(rf"(?>(?>{_DATE_WORD})[\s,.|·•()–—-]*+)++", re.IGNORECASE)
_ENDS_SENTENCE = re.compile(r"[.!?…。！？][”\"’)»」』]*$")


def report_lines(text: PageText) -> list[str]:
    """Return the paragraphs of the report itself, white space made plain."""
    lines: list[str] = []
    under_link_heading = False
    body = beginning_by_folded_length(text.body, LONGEST_BODY)
    for raw_line in without_spans(body, text.boilerplate).split("\n"):
        line = " ".join(raw_line.split())
        if not line:
            continue
        # Links are headlines, which end without a full stop. The first sentence ends their list.
        if under_link_heading and not _ENDS_SENTENCE.search(line):
            continue
        under_link_heading = is_link_heading(line)
        if not under_link_heading and not _is_about_page(line):
            lines.append(line)
    return lines


def _is_about_page(line: str) -> bool:
    if is_page_part(line) or is_wall_line(line):
        return True
    if len(line) > _LONGEST_TIME_LINE:
        return False
    return bool(_TIME_OF_PAGE.match(line) or _DATE_ALONE.fullmatch(line))
