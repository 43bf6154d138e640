"""How much two reports have in common, and what tells them apart (pure).

    marks they share ──► weight, each kind up to its limit
                         + what their headlines share      one act on one thing, one visitor, many words
                         - what tells them apart           other acts, other names, other third parties, days

Reports of one day about one subject are not one event: they need a name, a figure, an act or a visit in
common.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from pipelines.stories.event_weights import WEIGHTS, is_of_headline, key_of, kind_of

#: The most that marks of one kind weigh together, so that one long list is no event. Of other kinds, one
#: mark counts.
_MOST = {
    "name": 5.0,
    "number": 2.5,
    "act": 2.3,
    "word": 1.8,
    "subject": 1.4,
    "common-act": 1.3,
    "place": 1.2,
    "leader": 1.2,
    "body": 1.2,
    "topic": 0.45,
}
#: Kinds that name who or what a report is about.
_NAMES = frozenset({"person", "company", "name", "thing"})
#: The most that names weigh which a headline has not: a list of towns or companies is no event.
_MOST_NAMES_OF_LEADS = 2.2
#: Another act says less than the first, since both often come from one sentence.
_NEXT_ACT_SHARE = 0.45
#: Kinds of marks that an event has and a subject has not.
ANCHORS = frozenset({*_NAMES, "number", "visit", "day", "act", "says", "quote"})

#: Who share less than this do not report one event, whatever the headlines add.
_LEAST_MARKS = 2
_LEAST_SHARED = 1.2

# -- what the headlines add --

#: One act, and something that it is done to.
_SAME_PREDICATE = 0.9
_OBJECTS = frozenset({*_NAMES, "subject", "number", "place", "day"})
#: One visitor, on a visit of which nobody else speaks.
_SAME_VISIT = 0.8
#: Leaders of two sides in both headlines, and in both texts where they met.
_TWO_LEADERS = 1.0
_TWO_LEADERS_MET = 1.0
_MEETING = "common-act:meeting"
#: All words of the shorter headline. One word in common may be chance.
_SAME_WORDS = 1.5
_LEAST_SAME_WORDS = 2

# -- what tells them apart --

_OTHER_ACTS = 0.7
#: One headline speaks about what happened and the other does not, or they say different things.
_OTHER_SPEECH = 0.8
#: None of the names and places of a headline is in the other.
_OTHER_NAMES = 1.3
_PROPER = frozenset({*_NAMES, "place"})
_OTHER_THIRD_PARTIES = 0.8
#: Acts that a side does to the other and gets back, as where each expels a diplomat of the other.
_OTHER_DIRECTION = 2.0
_MUTUAL_ACTS = frozenset({"act:expulsion", "act:raise", "act:lowering", "act:sanctions", "act:retaliation"})
#: Each day beyond the first, and that beside another act: a follow-up.
_EACH_DAY = 0.4
_FOLLOW_UP = 1.5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EventComparison:
    """What two reports of one event share, and how much it weighs."""

    weight: float
    #: mark -> weight
    shared: Mapping[str, float]


def compare(
    one: Mapping[str, float], other: Mapping[str, float], apart: timedelta, least: float
) -> EventComparison | None:
    """Return what two reports share, or None where it weighs less than `least`.

    `one` and `other` are their marks, `apart` the time between them.
    """
    marks = one.keys() & other.keys()
    # Most pairs end here. One mark alone is no event, whatever it weighs.
    if len(marks) < _LEAST_MARKS:
        return None
    shared = {}
    for mark in sorted(marks):
        shared[mark] = min(one[mark], other[mark])
    if sum(shared.values()) < _LEAST_SHARED:
        return None
    common = _Marks(shared)
    if not common.of(ANCHORS) and not _has_two_sides(common.of(["leader"])):
        return None
    weight = _weigh_shared(common) + _weigh_headlines(common)
    # Most pairs share little, and need no look at what tells them apart.
    if weight + _SAME_WORDS + _SAME_VISIT < least:
        return None
    first, second = _Marks(one), _Marks(other)
    weight += _weigh_same_words(first, second) + _weigh_same_visit(common, first, second)
    weight -= _weigh_differences(common, first, second)
    weight -= _weigh_time(first, second, apart)
    return EventComparison(weight, shared) if weight >= least else None


class _Marks:
    """Marks by kind, and those of them that stand in the headline."""

    def __init__(self, marks: Mapping[str, float]) -> None:
        self.by_kind: dict[str, dict[str, float]] = defaultdict(dict)
        for mark, weight in marks.items():
            self.by_kind[kind_of(mark)][mark] = weight

    def of(self, kinds: Iterable[str]) -> set[str]:
        """Return the marks of some kinds."""
        found: set[str] = set()
        for kind in kinds:
            found.update(self.by_kind.get(kind, ()))
        return found

    def of_headline(self, kinds: Iterable[str]) -> set[str]:
        """Return the marks of some kinds that stand in the headline."""
        found: set[str] = set()
        for kind in kinds:
            for mark, weight in self.by_kind.get(kind, {}).items():
                if is_of_headline(mark, weight):
                    found.add(mark)
        return found


# -- what two reports share ------------------------------------------------------------------------------


def _weigh_shared(common: _Marks) -> float:
    """Return the weight of shared marks together, each kind up to its limit."""
    total = 0.0
    of_leads = 0.0
    for kind, marks in common.by_kind.items():
        weights = []
        for mark, weight in marks.items():
            if kind in _NAMES and not is_of_headline(mark, weight):
                of_leads += weight
            else:
                weights.append(weight)
        total += min(_sum_weights(kind, weights), _MOST.get(kind, WEIGHTS.get(kind, 0.0)))
    return total + min(of_leads, _MOST_NAMES_OF_LEADS)


def _sum_weights(kind: str, weights: list[float]) -> float:
    if kind != "act":
        return sum(weights)
    first = max(weights)
    return first + _NEXT_ACT_SHARE * (sum(weights) - first)


def _weigh_headlines(common: _Marks) -> float:
    """Return what headlines add that share an act or the leaders of two sides."""
    total = 0.0
    if common.of_headline(["act"]) and common.of(_OBJECTS):
        total += _SAME_PREDICATE
    if _has_two_sides(common.of_headline(["leader"])):
        total += _TWO_LEADERS
    elif _has_two_sides(common.of(["leader"])) and (
        common.of(["visit"]) or _MEETING in common.of(["common-act"])
    ):
        total += _TWO_LEADERS_MET
    return total


def _has_two_sides(leaders: Iterable[str]) -> bool:
    sides = set()
    for leader in leaders:
        sides.add(key_of(leader).partition(" ")[0])
    return len(sides) > 1


def _weigh_same_words(one: _Marks, other: _Marks) -> float:
    words, others = one.of(["word"]), other.of(["word"])
    same = len(words & others)
    if same < _LEAST_SAME_WORDS:
        return 0.0
    return _SAME_WORDS * same / min(len(words), len(others))


def _weigh_same_visit(common: _Marks, one: _Marks, other: _Marks) -> float:
    """Return what a visit adds that both headlines are about.

    A headline in which somebody speaks of a visit is about the speech.
    """
    if not common.of(["visit"]) or not common.of_headline(["leader"]):
        return 0.0
    is_spoken_of = bool(one.of_headline(["says"]) or other.of_headline(["says"]))
    has_others = one.of_headline(_NAMES) != other.of_headline(_NAMES)
    return 0.0 if is_spoken_of or has_others else _SAME_VISIT


# -- what tells them apart ---------------------------------------------------------------------------------


def _weigh_differences(common: _Marks, one: _Marks, other: _Marks) -> float:
    """Return the weight of what stands in one headline and not in the other."""
    total = _OTHER_ACTS * (1 - _share_of_acts(one, other))
    speech, other_speech = one.of_headline(["says"]), other.of_headline(["says"])
    is_same_speech = speech == other_speech or bool(speech & other_speech)
    if not common.of_headline(["act"]) and not is_same_speech:
        total += _OTHER_SPEECH
    if _have_other_names(one, other):
        total += _OTHER_NAMES
    if not (_names_third_parties_of(one, other) and _names_third_parties_of(other, one)):
        total += _OTHER_THIRD_PARTIES
    is_mutual = not _MUTUAL_ACTS.isdisjoint(common.of(["act"]))
    if is_mutual and one.of(["first"]) != other.of(["first"]):
        total += _OTHER_DIRECTION
    return total


def _have_other_names(one: _Marks, other: _Marks) -> bool:
    """Tell whether both headlines have names of which the other text has none."""
    names, other_names = one.of_headline(_PROPER), other.of_headline(_PROPER)
    if not names or not other_names:
        return False
    is_named_there = not _words_of(names).isdisjoint(_words_of(other.of(_PROPER)))
    is_named_here = not _words_of(other_names).isdisjoint(_words_of(one.of(_PROPER)))
    return not is_named_there and not is_named_here


def _names_third_parties_of(one: _Marks, other: _Marks) -> bool:
    """Tell whether a text names the third parties of another's headline."""
    named = set(map(key_of, one.of(["other"])))
    return named.issuperset(map(key_of, other.of(["about"])))


def _words_of(names: Iterable[str]) -> set[str]:
    """Return the words of names: “Port of Vancouver” has one with “Vancouver”."""
    words: set[str] = set()
    for mark in names:
        # An entry is known by its side and name: china:Wang Yi.
        words.update(key_of(mark).rpartition(":")[2].casefold().split())
    return words


def _weigh_time(one: _Marks, other: _Marks, apart: timedelta) -> float:
    """Return the weight of the time between two reports."""
    days = apart / _DAY - 1
    if days <= 0:
        return 0.0
    is_follow_up = _share_of_acts(one, other) < 1
    return _EACH_DAY * days + (_FOLLOW_UP if is_follow_up else 0.0)


def _share_of_acts(one: _Marks, other: _Marks) -> float:
    return _share_in_common(one.of_headline(["act"]), other.of_headline(["act"]))


def _share_in_common(one: set[str], other: set[str]) -> float:
    """Return which share of the smaller set both have; all of it where one is empty."""
    if not one or not other:
        return 1.0
    return len(one & other) / min(len(one), len(other))
