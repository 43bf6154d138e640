"""The line that says who wrote or paid for a text: "SOURCE Acme Corp.", "来源：新华社"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.beat.organisations import is_photo_agency
from pipelines.beat.outlets import Outlet
from pipelines.model import Publisher
from pipelines.route import clue_patterns
from pipelines.route.clue import Clue, ClueKind, Findings
from pipelines.route.newsroom import is_nobody_else
from pipelines.route.paragraph import Paragraph

#: Words and characters of the longest name that is believed though we do not know it.
_LONGEST_COMPANY_WORDS = 12
_LONGEST_CHINESE_NAME = 16
_LABEL_WITH_COLON = re.compile(r"\w+\s*[:：|｜丨]")
_BRACKETS = "（）()【】[]〔〕 　"


@dataclass(frozen=True, slots=True)
class _SourceLine:
    name: str
    #: "SOURCE" in capitals, as release services print it.
    is_release_form: bool
    is_chinese: bool
    has_colon: bool
    is_in_tail: bool


def read_source_line(
    paragraph: Paragraph, where: str, is_in_tail: bool, publisher: Publisher, found: Findings
) -> bool:
    """Take a source line; return whether the paragraph is one."""
    line = _match_source_line(paragraph, is_in_tail)
    # 来源：视觉中国 is about a picture.
    if line is None or is_photo_agency(line.name):
        return False
    organisation = found.organisations.known(line.name)
    if organisation:
        is_source_line = _add_known_source(line, organisation, found)
    elif _names_only_the_page(line, publisher, found):
        # "Source: staff" in a western text may be the beginning of anything.
        is_source_line = line.is_chinese
    else:
        is_source_line = _add_unknown_source(line, found)
    if is_source_line:
        found.add_evidence("source line", paragraph.text, where)
        found.add_span(paragraph, "release_tail")
    return is_source_line


def _match_source_line(paragraph: Paragraph, is_in_tail: bool) -> _SourceLine | None:
    text = paragraph.text.strip(_BRACKETS)
    by = clue_patterns.BY_SOURCE.fullmatch(text)
    if by and paragraph.text[0] in _BRACKETS:
        return _SourceLine(
            by["name"], is_release_form=False, is_chinese=True, has_colon=True, is_in_tail=is_in_tail
        )
    text = clue_patterns.BEHIND_SOURCE.sub("", clue_patterns.AROUND_SOURCE_LINE.sub("", text))
    match = clue_patterns.SOURCE_LINE.fullmatch(text)
    if match is None:
        return None
    name = match["name"].strip(" 　.:：-–—*()（）")
    # "Acme Minerals Inc." is written with its full stop.
    if clue_patterns.ABBREVIATED_COMPANY.search(name) and f"{name}." in paragraph.text:
        name = f"{name}."
    return _SourceLine(
        name=name,
        is_release_form=match["release"] is not None,
        is_chinese=match["chinese"] is not None,
        has_colon=_LABEL_WITH_COLON.match(text) is not None,
        # Above a text it is the text's own line where nothing but a headline stands before it.
        is_in_tail=is_in_tail or paragraph.index <= 1,
    )


def _add_known_source(line: _SourceLine, organisation: Outlet, found: Findings) -> bool:
    """Add the clue of a line with a name we know; return whether it is a source line."""
    if not line.has_colon and not line.is_release_form:
        return False
    # Chinese pages print the line above the text, the others below it.
    if line.is_in_tail or line.is_chinese:
        kind = ClueKind.RELEASE_SOURCE if line.is_release_form else ClueKind.SOURCE_LINE
        found.clues.append(Clue("origin", organisation.name, kind, organisation))
    return True


def _names_only_the_page(line: _SourceLine, publisher: Publisher, found: Findings) -> bool:
    """Tell whether a line names the page itself, or nobody.

    On a page that carries a release, a SOURCE line with the page's own name says who issued it.
    """
    is_issuer = line.is_release_form and found.find_best_clue("carrier") is not None
    return not is_issuer and is_nobody_else(line.name, publisher)


def _add_unknown_source(line: _SourceLine, found: Findings) -> bool:
    """Add the clue of a line with an unknown name; return whether it is a source line."""
    words = len(line.name.split())
    if line.is_release_form and line.is_in_tail and words <= _LONGEST_COMPANY_WORDS:
        found.clues.append(Clue("origin", line.name, ClueKind.UNKNOWN_RELEASE_SOURCE))
        return True
    if line.is_chinese and line.has_colon and len(line.name) <= _LONGEST_CHINESE_NAME:
        found.clues.append(Clue("origin", line.name, ClueKind.UNKNOWN_SOURCE))
        return True
    return False
