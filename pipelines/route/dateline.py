"""The dateline of a text, and the agency that it names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.beat.organisations import Organisations
from pipelines.beat.outlets import Outlet
from pipelines.model import Dateline, Publisher, Span
from pipelines.route import clue_patterns
from pipelines.route.clue import Clue, ClueKind, Findings, Role
from pipelines.route.newsroom import is_unknown_agency
from pipelines.route.paragraph import Paragraph

#: Characters of a paragraph in which a dateline ends.
_LONGEST_DATELINE = 160


@dataclass(frozen=True, slots=True)
class _Head:
    text: str
    place: str
    #: What stands in brackets or slashes, as written.
    tag: str | None
    #: The organisation that the tag names, where we know it.
    organisation: Outlet | None
    #: Offset in the paragraph of what follows.
    end: int


def read_dateline(paragraph: Paragraph, publisher: Publisher, found: Findings) -> None:
    """Take a dateline off a paragraph's head.

    The first one near the top is the text's own. A later one came with an embedded text.
    """
    head = _match_head(paragraph.text, found.organisations)
    if head is None:
        return
    span = Span(paragraph.start, paragraph.start + head.end, "dateline")
    if found.dateline is None and paragraph.is_in_head:
        agency = head.tag
        if head.organisation:
            agency = head.organisation.name
        found.dateline = Dateline(head.place, agency, head.text)
        found.spans.append(span)
        found.add_evidence("dateline", head.text, paragraph.place)
        _add_agency(head, publisher, found)
    elif head.organisation:
        found.spans.append(span)


def _match_head(text: str, organisations: Organisations) -> _Head | None:
    """Return the dateline that a paragraph begins with, or None.

    A paragraph that is nothing but a dateline has none: no text would be left.
    """
    beginning = text[:_LONGEST_DATELINE]
    for pattern in clue_patterns.DATELINES:
        match = pattern.match(beginning)
        if match is None or match.end() >= len(text):
            continue
        head = _head_of(match, organisations)
        if head is not None:
            return head
        # The pattern for one that we must know may stand before the one that fits.
        if match.groupdict().get("known") is None:
            return None
    return None


def _head_of(match: re.Match[str], organisations: Organisations) -> _Head | None:
    """Return the dateline that a match is, or None."""
    groups = match.groupdict("")
    known = groups.get("known")
    if known and organisations.find_tagged(known) is None:
        return None
    tag = groups.get("tag") or groups.get("slash") or known
    head = _Head(
        text=match.group().strip(" \u3000-—–―:"),
        place=groups.get("place", "").strip(" ,"),
        tag=tag,
        organisation=organisations.find_tagged(tag) if tag else None,
        end=match.end(),
    )
    # "Acme Corp. (TSX: ACM) today" has brackets and is no dateline: no dash follows.
    lacks_its_dash = groups.get("end") == ""
    if head.tag and head.organisation is None and lacks_its_dash:
        return None
    if not head.tag and not groups.get("place"):
        return None
    return head


def _add_agency(head: _Head, publisher: Publisher, found: Findings) -> None:
    """Add the clue of a dateline that names an agency."""
    if head.organisation:
        found.add_organisation(head.organisation, ClueKind.DATELINE)
    elif head.tag and is_unknown_agency(head.tag, publisher):
        role: Role = "origin"
        if clue_patterns.RELEASE_WORD.search(head.tag):
            role = "carrier"
        found.clues.append(Clue(role, head.tag.strip(), ClueKind.UNKNOWN_AGENCY))
