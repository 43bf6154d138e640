"""The lines that say who wrote or sent a text.

page ──────► authors │ credits of its byline and its bar of facts
paragraph ──► helpers │ first published │ source line │ notice │ bare credit   at the head or the end
          └─► boilerplate │ byline                                               anywhere
          └─► closing credit: "… in spring. — The Canadian Press"              at the end
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.beat.organisations import Organisations
from pipelines.beat.outlets import Outlet
from pipelines.model import Article, Publisher, Span
from pipelines.route import clue_patterns
from pipelines.route.clue import ClueKind, Findings
from pipelines.route.notice import read_notice
from pipelines.route.page_credits import read_page_credits
from pipelines.route.paragraph import Paragraph
from pipelines.route.release_tail import find_tail_start
from pipelines.route.source_line import read_source_line
from pipelines.text.boilerplate_lines import begins_as_boilerplate

#: Words of the longest "with files from", and of the longest line that is nothing but a credit.
_LONGEST_HELPERS = 14
_LONGEST_CREDIT = 20
_FIRST_WORD = re.compile(r"^\S+[\s:：]+")


def read_credits(
    paragraphs: Sequence[Paragraph], article: Article, publisher: Publisher, found: Findings
) -> None:
    """Read the authors, the credits, and all lines that credit somebody."""
    read_page_credits(article, publisher, found)
    tail_start = find_tail_start(paragraphs)
    for paragraph in paragraphs:
        where = f"{paragraph.place} of {len(paragraphs)}"
        if _read_credit_line(paragraph, where, paragraph.index >= tail_start, publisher, found):
            continue
        if paragraph.is_short and begins_as_boilerplate(paragraph.text):
            found.add_span(paragraph, "disclaimer")
        elif paragraph.is_short and clue_patterns.BYLINE.match(paragraph.text):
            found.add_span(paragraph, "byline")
        elif paragraph.index >= tail_start - 1:
            # The last paragraph of prose may close with a credit.
            _read_closing_credit(paragraph, where, found)


def _may_be_credit_line(paragraph: Paragraph, is_in_tail: bool) -> bool:
    if not paragraph.is_in_head and not is_in_tail:
        return False
    # Disclaimers may be long.
    return paragraph.is_short or clue_patterns.THIRD_PARTY.match(paragraph.text) is not None


def _read_credit_line(
    paragraph: Paragraph, where: str, is_in_tail: bool, publisher: Publisher, found: Findings
) -> bool:
    """Read a line at the head or the end of a text; return whether it is one."""
    if not _may_be_credit_line(paragraph, is_in_tail):
        return False
    return (
        _read_helpers(paragraph, where, found)
        or _read_first_published(paragraph, where, found)
        or read_source_line(paragraph, where, is_in_tail, publisher, found)
        or read_notice(paragraph, where, found)
        or _read_bare_credit(paragraph, where, is_in_tail, found)
    )


def _read_helpers(paragraph: Paragraph, where: str, found: Findings) -> bool:
    """Take "with files from X", which decides nothing."""
    if paragraph.words > _LONGEST_HELPERS:
        return False
    if not clue_patterns.FILES_FROM.match(paragraph.text) and not _is_with_known(
        paragraph.text, found.organisations
    ):
        return False
    found.add_evidence("with files from", paragraph.text, where)
    found.add_span(paragraph, "byline")
    return True


def _is_with_known(text: str, organisations: Organisations) -> bool:
    """Tell whether a line is "Avec" and a known name: "Avec La Presse canadienne"."""
    match = clue_patterns.WITH.match(text)
    return match is not None and organisations.known(text[match.end() :]) is not None


def _read_first_published(paragraph: Paragraph, where: str, found: Findings) -> bool:
    """Take "This report by X was first published …"."""
    republished = clue_patterns.REPUBLISHED.match(paragraph.text)
    if republished and _read_republished(republished["rest"], paragraph, where, found):
        return True
    for pattern in clue_patterns.FIRST_PUBLISHED:
        match = pattern.search(paragraph.text)
        if match is None:
            continue
        organisation = found.organisations.known(match["name"])
        if organisation:
            found.add_evidence("agency tail", paragraph.text, where)
            found.add_organisation(organisation, ClueKind.AGENCY_SENTENCE)
        found.add_span(paragraph, "disclaimer")
        return True
    return False


def _read_republished(rest: str, paragraph: Paragraph, where: str, found: Findings) -> bool:
    """Take "republished from The Conversation", where the name is known."""
    organisation = found.organisations.find_at_start(rest)
    if organisation is None:
        return False
    found.add_evidence("agency tail", paragraph.text, where)
    found.add_organisation(organisation, ClueKind.AGENCY_SENTENCE)
    found.add_span(paragraph, "disclaimer")
    return True


def _read_bare_credit(paragraph: Paragraph, where: str, is_in_tail: bool, found: Findings) -> bool:
    """Take a line that is nothing but a credit.

    Such are "The Canadian Press", "By Jo Smith, Reuters", "© 2026 AFP".
    """
    if clue_patterns.PICTURE_CREDIT.match(paragraph.text):
        found.add_span(paragraph, "byline")
        return True
    is_byline = clue_patterns.BYLINE.match(paragraph.text) is not None
    organisation = _find_credited(paragraph, is_byline, is_in_tail, found.organisations)
    if organisation:
        found.add_evidence("agency credit", paragraph.text, where)
        found.add_organisation(organisation, ClueKind.CREDIT)
    if organisation or is_byline:
        found.add_span(paragraph, "byline")
        return True
    return False


def _find_credited(
    paragraph: Paragraph, is_byline: bool, is_in_tail: bool, organisations: Organisations
) -> Outlet | None:
    bare = paragraph.text.strip(" -–—()（）[]*")
    copyright_ = clue_patterns.COPYRIGHT.match(bare)
    if copyright_:
        # A © stands under a photograph as well, so it counts at the end alone.
        return organisations.known(copyright_["name"]) if is_in_tail else None
    organisation = organisations.known(bare)
    if organisation or paragraph.words > _LONGEST_CREDIT:
        return organisation
    people = clue_patterns.PEOPLE_AND_NAME.fullmatch(bare)
    if people:
        return organisations.known(people["name"])
    if is_byline or clue_patterns.BY.match(bare):
        return organisations.find_last_known(_FIRST_WORD.sub("", bare))
    return None


def _read_closing_credit(paragraph: Paragraph, where: str, found: Findings) -> None:
    """Read a credit that closes a paragraph: "… in spring. — The Canadian Press"."""
    match = clue_patterns.REUTERS_DESK.search(paragraph.text)
    if match:
        organisation = found.organisations.known("Reuters")
    else:
        match = clue_patterns.CLOSING_CREDIT.search(paragraph.text)
        organisation = found.organisations.find_last_known(match["name"]) if match else None
    if match is None or organisation is None:
        return
    found.add_evidence("agency tail", match.group(), where)
    found.add_organisation(organisation, ClueKind.CREDIT)
    found.spans.append(Span(paragraph.start + match.start(), paragraph.end, "byline"))
