"""The decision where a text comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawlers.model import Owner
from pipelines.beat.organisations import EVERYWHERE, Organisations
from pipelines.beat.outlets import OutletKind
from pipelines.model import Article, Publisher, Route, Span, StoryKind
from pipelines.route import clue_patterns
from pipelines.route.clue import Clue, ClueKind, Findings
from pipelines.route.credit import read_credits
from pipelines.route.dateline import read_dateline
from pipelines.route.page_clues import read_site, read_title_prefix
from pipelines.route.paragraph import Paragraph, split_paragraphs
from pipelines.route.release_tail import read_release_tail

#: Words of the longest heading "About Acme".
_LONGEST_ABOUT = 14

#: The kind of a text by who wrote it, where nobody carried it as a release.
_AUTHOR_KINDS: Mapping[OutletKind, StoryKind] = {
    "state_media": "state_media",
    "agency": "agency",
    "release": "agency",
    "government": "government",
}
#: The kind of a text without an origin. All other owners print reports.
_PUBLISHER_KINDS: Mapping[Owner, StoryKind] = {"state": "state_media", "government": "government"}


def find_route(article: Article, publisher: Publisher, organisations: Organisations = EVERYWHERE) -> Route:
    """Return the route of an article by its own page.

    An own report has neither origin nor carrier, with or without a dateline. An agency's story has
    the agency as its origin. A paid release has who paid as its origin and the service as its carrier.
    `organisations` are those that the beat knows.
    Offsets of `boilerplate` are characters of `article.body`, in order and without overlap.
    """
    found = Findings(organisations)
    paragraphs = list(split_paragraphs(article.body))
    for paragraph in paragraphs:
        read_dateline(paragraph, publisher, found)
    read_credits(paragraphs, article, publisher, found)
    read_release_tail(paragraphs, found)
    # The page comes after its text: what it means depends on the clues found so far.
    read_site(article, publisher, found)
    read_title_prefix(article, found)
    carrier = found.find_best_clue("carrier")
    origin = found.find_best_clue("origin")
    if carrier and origin is None:
        origin = _find_issuer(article, paragraphs, found)
    return Route(
        origin=origin.name if origin else None,
        carrier=carrier.name if carrier else None,
        kind=_decide_kind(carrier, origin, publisher, found.is_paid),
        dateline=found.dateline,
        evidence=tuple(found.evidence),
        boilerplate=_remove_overlaps(found.spans),
    )


def _find_issuer(article: Article, paragraphs: Sequence[Paragraph], found: Findings) -> Clue | None:
    """Return who issued a release without a SOURCE line.

    It is named by the first words after the dateline, or by "About X".
    """
    datelines = []
    for span in found.spans:
        if span.label == "dateline":
            datelines.append(span)
    if datelines:
        match = clue_patterns.ISSUER.match(article.body, datelines[0].end)
        if match:
            found.add_evidence("issuer", match["name"], "after the dateline")
            return Clue("origin", match["name"].strip(" ,"), ClueKind.ISSUER)
    for paragraph in paragraphs:
        if paragraph.words > _LONGEST_ABOUT:
            continue
        match = clue_patterns.ABOUT.fullmatch(paragraph.text)
        if match:
            found.add_evidence("issuer", paragraph.text, paragraph.place)
            return Clue("origin", match["name"], ClueKind.ISSUER)
    return None


def _decide_kind(carrier: Clue | None, origin: Clue | None, publisher: Publisher, is_paid: bool) -> StoryKind:
    """Return the kind by the clues, else by the publisher."""
    # A carrier that we do not know is one because its name or its page says so.
    is_release = carrier is not None and (
        carrier.organisation is None or carrier.organisation.kind == "release"
    )
    if is_release or is_paid:
        return "government_release" if origin and _is_government(origin) else "paid_release"
    if origin:
        if origin.organisation:
            return _AUTHOR_KINDS[origin.organisation.kind]
        if origin.kind is ClueKind.UNKNOWN_AGENCY:
            return "agency"
    return _PUBLISHER_KINDS.get(publisher.owner, "report")


def _is_government(origin: Clue) -> bool:
    """Tell whether who paid for a release is a government or an office of one."""
    if origin.organisation:
        return origin.organisation.kind == "government"
    return (
        clue_patterns.GOVERNMENT.search(origin.name) is not None
        and clue_patterns.NO_GOVERNMENT.search(origin.name) is None
    )


def _remove_overlaps(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return the spans in order; of two that overlap, the first and longer one."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda span: (span.start, -span.end, span.label)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)
