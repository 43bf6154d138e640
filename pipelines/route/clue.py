"""Clues, evidence and boilerplate of one page.

A clue names an organisation in a role: it wrote, or it carried. The clue's kind says how far it is
believed. Evidence is kept for the reader and decides nothing by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Literal

from pipelines.beat.organisations import EVERYWHERE, Organisations
from pipelines.beat.outlets import Outlet
from pipelines.model import Dateline, Evidence, Span
from pipelines.route.paragraph import Paragraph

#: An origin wrote or paid for a text, a carrier distributed it.
Role = Literal["origin", "carrier"]

#: Characters of a clue's passage that are kept as evidence.
_EVIDENCE_CHARS = 160


class ClueKind(Enum):
    """Where a clue stands, and what it is made of."""

    RELEASE_SOURCE = auto()
    UNKNOWN_RELEASE_SOURCE = auto()
    CARRIER_SITE = auto()
    DATELINE = auto()
    AGENCY_SENTENCE = auto()
    SOURCE_LINE = auto()
    CREDIT = auto()
    OWN_SITE = auto()
    DISTRIBUTOR = auto()
    TITLE_PREFIX = auto()
    UNKNOWN_AGENCY = auto()
    CANONICAL_LINK = auto()
    UNKNOWN_SOURCE = auto()
    ISSUER = auto()


#: How far a clue is believed beside others. Only the order counts. What a release prints about itself
#: comes first, then what agencies print into their texts, then the page, then names that we do not know.
_WEIGHTS = {
    ClueKind.RELEASE_SOURCE: 100,  # SOURCE Acme Corp., a name we know
    ClueKind.UNKNOWN_RELEASE_SOURCE: 95,
    ClueKind.CARRIER_SITE: 90,  # the page stands on a release service
    ClueKind.DATELINE: 80,  # BEIJING, Jan. 17 (Xinhua) --
    ClueKind.AGENCY_SENTENCE: 75,  # This report by … was first published
    ClueKind.SOURCE_LINE: 72,  # 来源：新华社
    ClueKind.CREDIT: 70,  # a byline, or a line with nothing but a credit
    ClueKind.OWN_SITE: 65,  # the page stands on the agency's site
    ClueKind.DISTRIBUTOR: 60,  # distributed by …
    ClueKind.TITLE_PREFIX: 60,  # CGTN: …
    ClueKind.UNKNOWN_AGENCY: 50,  # OTTAWA (MAPLE PRESS) —
    ClueKind.CANONICAL_LINK: 45,
    ClueKind.UNKNOWN_SOURCE: 40,  # 来源： and a name we do not know
    ClueKind.ISSUER: 30,  # the company at the beginning of a release
}


@dataclass(frozen=True, slots=True)
class Clue:
    """Who wrote or distributed this text, as one passage tells.

    `organisation` is None for a name that we do not know.
    """

    role: Role
    name: str
    kind: ClueKind
    organisation: Outlet | None = None

    @property
    def weight(self) -> int:
        """How far the clue is believed: the heaviest one wins."""
        return _WEIGHTS[self.kind]


@dataclass(slots=True)
class Findings:
    """All that was found on one page, in that order."""

    #: Those that the beat knows.
    organisations: Organisations = EVERYWHERE
    clues: list[Clue] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    dateline: Dateline | None = None
    #: A line says that somebody paid for the text.
    is_paid: bool = False

    def add_evidence(self, mark: str, text: str, where: str) -> None:
        """Keep a passage for the reader, on one line; `mark` says what it is."""
        self.evidence.append(Evidence(mark, " ".join(text.split())[:_EVIDENCE_CHARS], where))

    def add_organisation(self, organisation: Outlet, kind: ClueKind) -> None:
        """Add a known organisation: release services distribute, the others write."""
        role: Role = "carrier" if organisation.kind == "release" else "origin"
        self.clues.append(Clue(role, organisation.name, kind, organisation))

    def add_span(self, paragraph: Paragraph, label: str) -> None:
        """Mark a whole paragraph as no report."""
        self.spans.append(Span(paragraph.start, paragraph.end, label))

    def names_organisation(self, organisation: Outlet) -> bool:
        """Tell whether a clue names this organisation already."""
        return any(clue.organisation == organisation for clue in self.clues)

    def find_best_clue(self, role: Role) -> Clue | None:
        """Return the heaviest clue for a role, or None; the first one among equals."""
        clues = [clue for clue in self.clues if clue.role == role]
        return max(clues, key=lambda clue: clue.weight, default=None)
