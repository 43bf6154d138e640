"""Where a text comes from: origin, carrier, and the evidence for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

StoryKind = Literal["paid_release", "agency", "state_media", "government", "report"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observed fact behind a decision: what kind of mark, its words, and where it stood."""

    mark: str
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Dateline:
    """Place and day of reporting at the head of a text: "BEIJING, Jan. 17, 2026 (GLOBE NEWSWIRE)"."""

    place: str
    agency: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of an article's body that are not its report, and why.

    `label` is one of "dateline", "agency_tag", "release_tail", "contact", "disclaimer", "byline".
    """

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Route:
    """Where a text really comes from, as far as its own page tells: origin -> carrier -> this page.

    `origin` is who wrote or paid for it, `carrier` who distributed it (a wire or release service);
    both are display names ("CGTN", "GlobeNewswire") and None when the page shows none. An article
    of a source's own staff has neither. `kind` sums it up. `boilerplate` is what dedup must not read.
    """

    origin: str | None = None
    carrier: str | None = None
    kind: StoryKind = "report"
    dateline: Dateline | None = None
    evidence: tuple[Evidence, ...] = ()
    boilerplate: tuple[Span, ...] = ()
