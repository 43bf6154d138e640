"""The order inside a story: which text is the original, how each copy stands to it, whose label holds (pure).

It is worked out from all members each time, so that the answer does not depend on who arrived first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pipelines.dedup.overlap import Overlap, compare
from pipelines.dedup.relation import link_between
from pipelines.model import Link, Member, Relation, Route, Story

_HOMES = {"carrier site": "the site of its carrier", "own site": "the site of those who wrote it"}
"""Marks of a page where a text is at home: the release service's, or the agency's own."""
_THIN = 0.30
"""Share of the shorter text below which a copy was taken from another member than the original."""
_MOSTLY_OWN = 0.5
"""Share of own text from which a page's label is about what it adds."""
_COMPARED = 40
"""Members looked at for a thin copy, so that a story of hundreds stays cheap."""


def arrange(story_id: str, members: Sequence[Member], decided: Link | None = None) -> Story:
    """Return the story of these articles; `members` needs at least one, and their order does not matter.

    The original is the page where the text is at home (the carrier's or the agency's own site), else
    the earliest, better sources first. Times of appearance are the published ones, the collected one where a page gives
    none or one that lies ahead of its collection (see `appeared`). `topics` and `independent` are the caller's to add. `decided` is how
    `decide` linked one of them to its nearest member just now: it stands where that is the original, and nothing is worked out again.
    """
    ordered = sorted(members, key=_precedence)
    lead, copies = ordered[0], sorted(ordered[1:], key=lambda m: (appeared(m), m.article_id))
    links = [Link(lead.article_id, Relation.ORIGINAL, None, 1.0, 0.0, (_why_first(lead, len(ordered)),))]
    links += [
        decided if decided and _is_place(decided, copy, lead) else _place(copy, lead, copies)
        for copy in copies
    ]
    label = _label(lead, copies, links[1:])
    times = [appeared(member) for member in members]
    times.append(min(lead.published or lead.collected, lead.collected))
    return Story(
        id=story_id,
        headline=lead.title,
        lead_id=lead.article_id,
        first_seen=min(times),
        last_seen=max(times),
        origin=label.origin,
        carrier=label.carrier,
        kind=label.kind,
        links=tuple(links),
        languages=tuple(dict.fromkeys(m.lang for m in (lead, *copies) if m.lang)),
    )


_DAY_OR_MORE = {"day": timedelta(days=1), "month": timedelta(days=31), "year": timedelta(days=366)}


def appeared(member: Member) -> datetime:
    """Return when an article appeared at the latest: as it says, but never later than we had it.

    A page that names only its day counts from the end of that day, so that its midnight does not go before
    the release it was copied from.
    """
    if member.published is None or member.published >= member.collected:
        return member.collected
    span = _DAY_OR_MORE.get(member.precision)
    return min(member.published + span, member.collected) if span else member.published


def _precedence(member: Member) -> tuple[bool, datetime, int, int, str]:
    at_home = any(evidence.mark in _HOMES for evidence in member.route.evidence)
    return not at_home, appeared(member), member.tier, -member.text.words, member.article_id


def _why_first(lead: Member, members: int) -> str:
    if members == 1:
        return "no other page known has this text"
    if home := next((e for e in lead.route.evidence if e.mark in _HOMES), None):
        return f"the text is at home here, on {_HOMES[home.mark]}, {home.text}"
    if lead.published is None or lead.published > lead.collected:
        gives = "gives no time" if lead.published is None else "gives a time ahead of that"
        return f"the earliest of all pages with this text, by when we had it: the page itself {gives}"
    if lead.precision in _DAY_OR_MORE:
        return f"the earliest of all pages with this text; it gives its {lead.precision} and no hour"
    return "the earliest of all pages with this text"


def _is_place(decided: Link, copy: Member, lead: Member) -> bool:
    near = max(decided.kept, 1 - decided.own) > _THIN
    return near and (decided.article_id, decided.of) == (copy.article_id, lead.article_id)


def _place(copy: Member, lead: Member, copies: Sequence[Member]) -> Link:
    """Link a copy to the original or, where they hardly share text, to the member it is nearest to."""
    overlap = compare(copy.text, lead.text)
    if overlap.of_smaller >= _THIN or _is_exact(copy, lead):
        return link_between(copy, lead, overlap)
    others = [m for m in copies if m is not copy and appeared(m) <= appeared(copy)][:_COMPARED]
    read = [(compare(copy.text, other.text), other) for other in others]
    nearest, taken_from = max(read, key=lambda pair: _closeness(*pair), default=(overlap, lead))
    if nearest.of_smaller <= overlap.of_smaller:
        nearest, taken_from = overlap, lead
    if taken_from is lead:
        return link_between(copy, lead, nearest)
    whose = f"the text as {taken_from.source_id} has it" if taken_from.source_id else "another copy's text"
    return link_between(copy, taken_from, nearest, whose)


def _closeness(overlap: Overlap, member: Member) -> tuple[float, str]:
    return overlap.of_smaller, member.article_id


def _is_exact(a: Member, b: Member) -> bool:
    return bool(a.text.exact) and a.text.exact == b.text.exact


def _label(lead: Member, copies: Sequence[Member], links: Sequence[Link]) -> Route:
    """Return the route that holds for the whole story: a label that survives copying.

    The original's own marks count first. Where it has none, a copy's do: the most complete, then what most copies say, then the
    earliest. A page that embeds the text, or is mostly its own, speaks of itself, so it is heard only when nobody else says anything. A copy that
    credits another paper tells nothing new of a report that stands in that paper.
    """
    embedding = {
        link.article_id for link in links if link.relation is Relation.EMBEDDED or link.own > _MOSTLY_OWN
    }
    labelled = [m for m in copies if m.route.carrier or (m.route.origin and m.route.kind != "report")]
    heard = [m for m in labelled if m.article_id not in embedding]
    own = lead.route
    if own.origin:
        carried = [m.route for m in heard if m.route.origin == own.origin and m.route.carrier]
        return carried[0] if carried and not own.carrier else own
    heard = heard or labelled
    if not heard:
        return own
    votes = [(m.route.origin, m.route.carrier) for m in heard]

    def weight(member: Member) -> tuple[int, int]:
        said = (member.route.origin, member.route.carrier)
        return sum(part is not None for part in said), votes.count(said)

    best = max(weight(m) for m in heard)
    return next(m.route for m in heard if weight(m) == best)
