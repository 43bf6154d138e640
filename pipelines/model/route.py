"""Where a text comes from: origin, carrier, and the evidence for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

#: A government's release through a paid service is a kind of its own: who wants no advertisement wants the
#: news of a government all the same.
StoryKind = Literal["paid_release", "government_release", "agency", "state_media", "government", "report"]

#: What somebody paid a release service to distribute: no newsroom's report of anything.
RELEASES: frozenset[StoryKind] = frozenset({"paid_release", "government_release"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observed fact behind a decision."""

    #: What kind of mark it is.
    mark: str
    #: Its words.
    text: str
    #: Where it stood.
    where: str


@dataclass(frozen=True, slots=True)
class Dateline:
    """Place and day of reporting at the head of a text.

    For example "BEIJING, Jan. 17, 2026 (GLOBE NEWSWIRE)".
    """

    place: str
    agency: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of an article's body that are not its report."""

    start: int
    end: int
    #: "dateline", "agency_tag", "release_tail", "contact", "disclaimer" or "byline".
    label: str


def without_spans(body: str, spans: Sequence[Span]) -> str:
    """Return a body with a space in the place of each span.

    Spans may overlap, and come in any order.
    """
    kept: list[str] = []
    at = 0
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if span.end > at:
            kept.append(body[at : max(at, span.start)])
            at = span.end
    kept.append(body[at:])
    return " ".join(kept)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a text really comes from, as far as its own page tells.

    It goes from origin to carrier to this page. An article of a source's own staff has neither.
    Both are display names, and None when the page shows none.
    """

    #: Who wrote or paid for it: "CGTN".
    origin: str | None = None
    #: Who distributed it, a wire or a release service: "GlobeNewswire".
    carrier: str | None = None
    #: Sums up origin and carrier.
    kind: StoryKind = "report"
    dateline: Dateline | None = None
    evidence: tuple[Evidence, ...] = ()
    #: What dedup must not read.
    boilerplate: tuple[Span, ...] = ()
