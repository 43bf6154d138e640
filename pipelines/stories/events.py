"""Which stories report one event, in whatever language (pure).

    EventPrint of two stories, close in time ──► weight of the marks they share ──► EventLink, or None

They are linked, and never made one story. Precision goes first. Two reports of one day about one subject
are not one event: they need a name, a figure or a meeting in common. A wrong link hides nothing, but
costs the reader's trust.

`event_print` in `pipelines.stories.event_print` makes the marks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from pipelines.model import EventLink, EventPrint, RelatedStory

#: An event is reported for a day; what comes later is another turn of it.
WINDOW = timedelta(hours=36)
#: The weight of shared marks from which two stories report one event.
LINKED_WEIGHT = 4.0
#: The weight from which a mark is worth a lookup of its own.
_KEY_WEIGHT = 1.0

#: The most that marks of one kind weigh together, so that one long list is no event.
_MAX_WEIGHTS = {
    "name": 5.0,
    "number": 4.0,
    "subject": 2.5,
    "role": 2.25,
    "body": 2.0,
    "place": 1.5,
    "topic": 0.75,
    "other": 0.5,
}
#: Kinds of marks that an event has and a subject has not.
_ANCHORS = frozenset({"name", "company", "number", "person", "visit"})
#: What two offices in both leads weigh, and what they weigh where both leads say that they met.
_TWO_OFFICES_WEIGHT = 1.0
_MEETING_WEIGHT = 2.0
_MEETING = "act:meeting"

#: Kinds of marks that a translation keeps.
_FACTS = frozenset({"number", "name", "person", "company", "place", "body"})
#: Two texts of one origin may be one in two languages from so many facts in common,
#: and from this share of the shorter list of facts.
_MIN_SHARED_FACTS = 4
_MIN_SHARED_FACTS_SHARE = 0.6

#: Names of one kind that a reason lists.
_MAX_LISTED = 5


def keys_of(story: EventPrint) -> tuple[str, ...]:
    """Return the keys by which stories of one event find each other.

    A key is a mark and a stretch of time. Each story has the keys of its own stretch of `WINDOW` and of
    the one before. So any two stories within a window that share a weighty mark share a key.
    """
    # Two keys a mark: a window that begins in one stretch may end in the next.
    stretch = int(story.at.timestamp() // WINDOW.total_seconds())
    keys = []
    for mark, weight in story.marks.items():
        if weight >= _KEY_WEIGHT or _kind_of(mark) == "role":
            keys += [f"{mark}@{stretch}", f"{mark}@{stretch - 1}"]
    return tuple(keys)


def same_event(a: EventPrint, b: EventPrint) -> EventLink | None:
    """Return the link between two stories that report one event, or None.

    It depends on the two alone, and not on their order. Without a shared name, figure, person or meeting
    there is no event, however much else they share.
    """
    if a.story_id == b.story_id or abs(a.at - b.at) > WINDOW:
        return None
    shared = {}
    for mark, weight in a.marks.items():
        if mark in b.marks:
            shared[mark] = min(weight, b.marks[mark])
    if not _has_anchor(shared):
        return None
    total = _sum_weights(shared)
    if total < LINKED_WEIGHT:
        return None
    first, second = sorted((a.story_id, b.story_id))
    return EventLink(first, second, round(total, 2), _give_reasons(shared, a, b))


def _kind_of(mark: str) -> str:
    return mark.partition(":")[0]


def _has_anchor(shared: Collection[str]) -> bool:
    """Tell whether something is shared that an event has and a subject has not."""
    if _weigh_meeting(shared) > 0:
        return True
    return any(_kind_of(mark) in _ANCHORS for mark in shared)


def _sum_weights(shared: Mapping[str, float]) -> float:
    """Return the weight of shared marks together, each kind up to its limit."""
    weights: dict[str, float] = {}
    for mark, weight in shared.items():
        kind = _kind_of(mark)
        weights[kind] = weights.get(kind, 0.0) + weight
    total = 0.0
    for kind, weight in weights.items():
        total += min(weight, _MAX_WEIGHTS.get(kind, weight))
    return total + _weigh_meeting(shared)


def _weigh_meeting(shared: Collection[str]) -> float:
    """Return the weight of two offices in both leads on one day."""
    offices = []
    for mark in shared:
        if _kind_of(mark) == "role":
            offices.append(mark)
    if len(offices) < 2:
        return 0.0
    return _MEETING_WEIGHT if _MEETING in shared else _TWO_OFFICES_WEIGHT


def _is_perhaps_translated(shared: Collection[str], a: EventPrint, b: EventPrint) -> bool:
    """Tell whether one of two texts may translate the other.

    It is a suspicion: their wording is not compared across languages.
    """
    if not a.lang or not b.lang or a.lang[:2] == b.lang[:2]:
        return False
    has_same_origin = any(_kind_of(mark) == "by" for mark in shared)
    if not has_same_origin:
        return False
    common = _count_facts(shared)
    fewest = min(_count_facts(a.marks), _count_facts(b.marks))
    return common >= _MIN_SHARED_FACTS and common >= _MIN_SHARED_FACTS_SHARE * fewest


def _count_facts(marks: Collection[str]) -> int:
    count = 0
    for mark in marks:
        if _kind_of(mark) in _FACTS:
            count += 1
    return count


# -- the reasons -----------------------------------------------------------------------------------------

_KIND_LABELS = {
    "person": "people",
    "leader": "leaders",
    "company": "companies",
    "body": "institutions",
    "place": "places",
    "other": "third parties",
    "name": "names",
    "number": "figures",
    "role": "offices",
    "subject": "subject of the headline",
    "act": "what happened",
    "visit": "a visit",
}
#: Kinds whose marks are names, and so have a capital.
_PROPER_KINDS = frozenset({"person", "company", "body", "place", "other", "name"})
_PERHAPS_TRANSLATED = (
    "perhaps a translation: both texts are of one origin and name the same people, places or figures "
    "(their wording is not compared across languages)"
)


def _give_reasons(shared: Mapping[str, float], a: EventPrint, b: EventPrint) -> tuple[str, ...]:
    """Return one sentence a reason; kinds and their names come by weight."""
    by_kind: dict[str, list[str]] = {}
    for mark in sorted(shared, key=lambda m: (-shared[m], m)):
        kind, _, key = mark.partition(":")
        if kind in _KIND_LABELS:
            by_kind.setdefault(kind, []).append(_write_mark(kind, key.rpartition(":")[2]))
    reasons = []
    if _is_perhaps_translated(shared, a, b):
        reasons.append(_PERHAPS_TRANSLATED)
    for kind, names in by_kind.items():
        reasons.append(f"{_KIND_LABELS[kind]}: {', '.join(names[:_MAX_LISTED])}")
    hours = round(abs(a.at - b.at) / timedelta(hours=1))
    reasons.append(f"first seen {hours} h apart" if hours else "first seen within the same hour")
    return tuple(reasons)


def _write_mark(kind: str, key: str) -> str:
    """Return a mark as one would write it: Ningbo for ningbo, 86 million for 86e6."""
    if kind == "number":
        return _write_number(key)
    if kind == "visit":
        visitor, _, side = key.partition(" in ")
        return f"{visitor.replace('-', ' ')} in {side.replace('-', ' ').title()}"
    if kind not in _PROPER_KINDS:
        return key.replace("-", " ")
    return key.title() if key.islower() else key


def _write_number(number: str) -> str:
    value, _, scale = number.partition("e")
    # Fifteen digits: a longer one is no figure of a report, and no person would read it.
    if not re.fullmatch(r"\d{1,15}(?:\.\d{1,15})?", value):
        return number
    amount = Decimal(value) * 10 ** int(scale or 0)
    for size, name in ((10**9, "billion"), (10**6, "million")):
        if amount >= size:
            return f"{(amount / size).normalize():f} {name}"
    return f"{amount:,}"


# -- stories of one event --------------------------------------------------------------------------------


def around(story_id: str, links: Collection[EventLink], times: Mapping[str, datetime]) -> list[RelatedStory]:
    """Return the other stories about a story's event, the best first.

    Stories linked to a linked one count too, because reports of one event stress different things. A
    third step does not, and all are within `WINDOW` of this story, so that a chain of days is no event.

    `links` has at least the links of the story and of those linked to it, `times` when each was first seen.
    """
    direct: dict[str, EventLink] = {}
    for link in links:
        if story_id in (link.a, link.b):
            direct[link.other(story_id)] = link
    found = {}
    for id_, link in direct.items():
        found[id_] = RelatedStory(id_, link.score, link.why)
    for link in sorted(links, key=lambda x: (-x.score, x.a, x.b)):
        for middle in {link.a, link.b} & direct.keys():
            other = link.other(middle)
            is_new = other != story_id and other not in found
            if is_new and _is_within_window(story_id, other, times):
                score = min(link.score, direct[middle].score)
                found[other] = RelatedStory(other, score, link.why, middle)
    return sorted(found.values(), key=lambda r: (r.through is not None, -r.score, r.story_id))


def _is_within_window(a: str, b: str, times: Mapping[str, datetime]) -> bool:
    return a in times and b in times and abs(times[a] - times[b]) <= WINDOW
