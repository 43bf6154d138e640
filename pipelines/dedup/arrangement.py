"""The order inside a story: original, copies, label (pure).

It is worked out from all members each time, so that the answer does not depend on who arrived first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pipelines.dedup.overlap import Overlap, compare
from pipelines.dedup.relation import link_between
from pipelines.model import Evidence, Link, Member, Relation, Route, Story

#: Marks of a page where a text is at home: the release service's, or the agency's own.
_HOMES = {"carrier site": "the site of its carrier", "own site": "the site of those who wrote it"}
#: Share of the shorter text below which a copy was taken from another member than the original.
THIN = 0.30
#: Share of own text from which a page's label is about what it adds.
_MOSTLY_OWN = 0.5
_NO_LINKS: Mapping[str, Link] = {}
#: Members looked at for a thin copy, so that a story of hundreds stays cheap.
_COMPARED = 40
#: How long after its published time an article may have appeared, where a page gives no hour.
_DAY_OR_MORE = {"day": timedelta(days=1), "month": timedelta(days=31), "year": timedelta(days=366)}


def arrange(
    story_id: str,
    members: Sequence[Member],
    decided: Link | None = None,
    standing: Mapping[str, Link] = _NO_LINKS,
) -> Story:
    """Return the story of these articles, of which there must be one at least.

    The order of `members` does not matter. The original is the page where the text is at home (the
    carrier's or the agency's own site), else the earliest, better sources first. Times of appearance are
    the published ones; the collected one where a page gives none or one that lies ahead of its collection
    (see `appeared`). `topics` and `independent` are the caller's to add. `decided` is how `decide` linked
    one of them to its nearest member just now: it stands where that is the original, and nothing is
    worked out again. `standing` are links, by article, that were arranged earlier of texts which are the
    same today: of those, too, each stands that leads to the original.
    """
    lead, *others = sorted(members, key=_precedence)
    copies = sorted(others, key=_appearance)
    links = _links_of_copies(lead, copies, decided, standing)
    label = _label_of_story(lead, copies, links)
    original = Link(lead.article_id, Relation.ORIGINAL, None, 1.0, 0.0, (_why_original(lead, len(members)),))
    times = list(map(appeared, (lead, *copies)))
    return Story(
        id=story_id,
        headline=lead.title,
        lead_id=lead.article_id,
        first_seen=min(*times, min(lead.published or lead.collected, lead.collected)),
        last_seen=max(times),
        origin=label.origin,
        carrier=label.carrier,
        kind=label.kind,
        links=(original, *links),
        languages=_languages_of(lead, copies),
    )


def _languages_of(lead: Member, copies: Sequence[Member]) -> tuple[str, ...]:
    """Return the languages of a story, each once, in order."""
    languages: dict[str, None] = {}
    for member in (lead, *copies):
        if member.lang:
            languages[member.lang] = None
    return tuple(languages)


# -- times and order --------------------------------------------------------------------------------------


def appeared(member: Member) -> datetime:
    """Return when an article appeared at the latest.

    That is as it says, but never later than we had it. A page that names only its day counts from the end of
    that day. Else its midnight would go before the release that it was copied from.
    """
    if member.published is None or member.published >= member.collected:
        return member.collected
    span = _DAY_OR_MORE.get(member.precision)
    if span is None:
        return member.published
    return min(member.published + span, member.collected)


def _appearance(member: Member) -> tuple[datetime, str]:
    return appeared(member), member.article_id


def _precedence(member: Member) -> tuple[bool, datetime, int, int, str]:
    """Return what puts a story's original first."""
    is_elsewhere = _home_of(member) is None
    return is_elsewhere, appeared(member), member.tier, -member.text.words, member.article_id


def _home_of(member: Member) -> Evidence | None:
    """Return what shows that a text is at home, or None."""
    for evidence in member.route.evidence:
        if evidence.mark in _HOMES:
            return evidence
    return None


def _why_original(lead: Member, members: int) -> str:
    """Say why this article is the original of its story."""
    if members == 1:
        return "no other page known has this text"
    home = _home_of(lead)
    if home:
        return f"the text is at home here, on {_HOMES[home.mark]}, {home.text}"
    earliest = "the earliest of all pages with this text"
    if lead.published is None:
        return f"{earliest}, by when we had it: the page itself gives no time"
    if lead.published > lead.collected:
        return f"{earliest}, by when we had it: the page itself gives a time ahead of that"
    if lead.precision in _DAY_OR_MORE:
        return f"{earliest}; it gives its {lead.precision} and no hour"
    return earliest


# -- links ------------------------------------------------------------------------------------------------


def _links_of_copies(
    lead: Member, copies: Sequence[Member], decided: Link | None, standing: Mapping[str, Link]
) -> list[Link]:
    """Return the link of each copy, in their order."""
    links = []
    for copy in copies:
        known = standing.get(copy.article_id)
        if decided and _holds(decided, copy, lead):
            links.append(decided)
        elif known and _holds(known, copy, lead):
            links.append(known)
        else:
            links.append(_link_of_copy(copy, lead, copies))
    return links


def _holds(decided: Link, copy: Member, lead: Member) -> bool:
    """Tell whether a link that was worked out before holds for a copy.

    A report that a person put here shares hardly any text, and stays what it is.
    """
    is_same_pair = decided.article_id == copy.article_id and decided.of == lead.article_id
    share = max(decided.kept, 1 - decided.own)
    return is_same_pair and (share > THIN or decided.relation is Relation.REPORT)


def link_of_further_copy(copy: Member, lead: Member, decided: Link) -> Link:
    """Return the link of a copy that leaves its story as it is.

    `lead` is the story's original.
    """
    if _holds(decided, copy, lead):
        return decided
    return link_between(copy, lead, compare(copy.text, lead.text))


def comes_first(article: Member, lead: Member) -> bool:
    """Return whether an article goes before the one that is its story's original."""
    return _precedence(article) < _precedence(lead)


def _link_of_copy(copy: Member, lead: Member, copies: Sequence[Member]) -> Link:
    """Link a copy to the original, or to the nearest member if they hardly share text."""
    overlap = compare(copy.text, lead.text)
    if overlap.of_smaller >= THIN or _is_exact(copy, lead):
        return link_between(copy, lead, overlap)
    nearest = _nearest_earlier(copy, copies)
    if nearest is None or nearest[0].of_smaller <= overlap.of_smaller:
        return link_between(copy, lead, overlap)
    overlap, other = nearest
    whose = f"the text as {other.publisher_id} has it" if other.publisher_id else "another copy's text"
    return link_between(copy, other, overlap, whose)


def _nearest_earlier(copy: Member, copies: Sequence[Member]) -> tuple[Overlap, Member] | None:
    """Return the earlier copy that shares most with one, or None."""
    earlier = []
    for other in copies:
        if other is not copy and appeared(other) <= appeared(copy):
            earlier.append(other)
    compared = []
    for other in earlier[:_COMPARED]:
        compared.append((compare(copy.text, other.text), other))
    return max(compared, key=_closeness, default=None)


def _closeness(compared: tuple[Overlap, Member]) -> tuple[float, str]:
    overlap, member = compared
    return overlap.of_smaller, member.article_id


def _is_exact(a: Member, b: Member) -> bool:
    return bool(a.text.exact) and a.text.exact == b.text.exact


# -- the label --------------------------------------------------------------------------------------------


def _label_of_story(lead: Member, copies: Sequence[Member], links: Sequence[Link]) -> Route:
    """Return the route that holds for the whole story.

    The original's own marks count first. Where it has none, a copy's do: the most complete, then what most
    copies say, then the earliest. A page that embeds the text, or is mostly its own, speaks of itself, so
    it is heard only when nobody else says anything. A copy that credits another paper tells nothing new of
    a report that stands in that paper.
    """
    labelled = [copy for copy in copies if _is_labelled(copy.route)]
    speaking_of_themselves = _embedding_ids(links)
    heard = []
    for copy in labelled:
        if copy.article_id not in speaking_of_themselves:
            heard.append(copy.route)
    if lead.route.origin:
        return _with_carrier(lead.route, heard)
    if not heard:
        heard = [copy.route for copy in labelled]
    return _commonest_label(heard) or lead.route


def _is_labelled(route: Route) -> bool:
    return bool(route.carrier or (route.origin and route.kind != "report"))


def _embedding_ids(links: Sequence[Link]) -> set[str]:
    """Return the ids of pages that embed the text or are mostly their own."""
    ids = set()
    for link in links:
        if link.relation is Relation.EMBEDDED or link.own > _MOSTLY_OWN:
            ids.add(link.article_id)
    return ids


def _with_carrier(own: Route, heard: Sequence[Route]) -> Route:
    """Return the original's route, or a copy's that has a carrier."""
    if own.carrier:
        return own
    for route in heard:
        if route.origin == own.origin and route.carrier:
            return route
    return own


def _commonest_label(routes: Sequence[Route]) -> Route | None:
    """Return the most complete and most common route."""
    labels = [(route.origin, route.carrier) for route in routes]
    best = None
    best_weight = (-1, 0)
    for route, label in zip(routes, labels, strict=True):
        parts = 2 - label.count(None)
        weight = (parts, labels.count(label))
        if weight > best_weight:
            best, best_weight = route, weight
    return best
