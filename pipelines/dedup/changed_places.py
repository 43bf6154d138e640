"""Places where two texts go on alike around a few words that differ (pure).

    shared stretch ──► gap: other words in each text ──► shared stretch
                       └─ changed: a short gap in both
                          ├─ framed: the stretches around it are long enough for a passage
                          └─ filled: each text has a name or a number of its own there

A form that is filled in again has many filled places. Rewriting changes words and keeps names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

from pipelines.model import TextPrint

#: Shingles that hold a given word, or a given Chinese character. As many are lost where one is changed,
#: and one less where one is added.
_AROUND_WORD = 3
_AROUND_CHINESE = 6
#: Characters of Chinese before which two texts go on alike: longer openings are datelines and leads.
_LONGEST_OPENING = 16
#: Bytes of the longest shingle that is looked at.
_LONGEST_SHINGLE = 64
#: Pairs of words that are remembered, with 3 kB each.
_PAIRS_KEPT = 1024
#: Words a shingle below which a text is Chinese for the greater part: a word begins one shingle, and so
#: does each of its characters.
_CHINESE = 0.75
#: The longest place, in times as long as one change: thirteen words, since a form leaves no room for more.
_LONGEST_PLACE = 5
#: The shortest frame, in times as long as one change: ten words in a row or so around a place. Turns of
#: phrase that two paragraphs have in common are no frame.
_SHORTEST_FRAME = 2
#: Times as long as a short name, or as two words, what stands in the same place of a form may be.
_LONGER_NAME = 2
_SHORT_NAME = 2

# The tokens of one name or number, in `TextPrint.facts`.
_FACT = re.compile(rb"[^\x00]+")
_BYTES = 256


@dataclass(frozen=True, slots=True)
class ChangedPlaces:
    """Places at which two texts differ, counted."""

    #: Places with other words in each text.
    changed: int
    #: Those of them that stand in a longer passage.
    framed: int
    #: Those of them at which each text has a name or a number that the other has nowhere.
    filled: int
    #: Those of them that are Chinese, and hold names of their own and not only numbers.
    renamed: int
    #: Names and numbers in what the two share; words of one name count once.
    kept: int
    #: Shingles that a text does not share away from such places, paragraphs of its own: in the text
    #: that has fewer of them, and in the other.
    least_elsewhere: int
    most_elsewhere: int


class _Stretch(NamedTuple):
    """Shingles that stand in one piece in both texts."""

    here: int
    there: int
    length: int


class _Gap(NamedTuple):
    """What stands between two stretches, [start, end) in each text."""

    start_here: int
    end_here: int
    start_there: int
    end_there: int
    #: Shingles of the two stretches around it.
    frame: int

    @property
    def length_here(self) -> int:
        return self.end_here - self.start_here

    @property
    def length_there(self) -> int:
        # Below 0 where the other text has the two stretches in another order.
        return self.end_there - self.start_there

    def is_near(self, around: int) -> bool:
        """Tell whether the stretches are near in both texts."""
        longest = _LONGEST_PLACE * around
        return self.length_here <= longest and 0 <= self.length_there <= longest

    def is_change(self, around: int) -> bool:
        """Tell whether each text has a few words of its own here."""
        return self.is_near(around) and min(self.length_here, self.length_there) >= around

    def is_framed(self, around: int) -> bool:
        """Tell whether the stretches make a passage."""
        return self.frame >= _SHORTEST_FRAME * around

    def may_hold_names(self, around: int) -> bool:
        """Tell whether what differs may be two names or two sums, not a clause for a name."""
        lengths = (self.length_here - around, self.length_there - around)
        return max(lengths) <= _LONGER_NAME * (min(lengths) + _SHORT_NAME)

    def has_marked_tokens(self, marked_here: bytes, marked_there: bytes, around: int) -> bool:
        """Tell whether each text has a marked token here.

        The last shingle before the gap reaches into it, so these begin a word or two behind its start.
        """
        first_here = self.start_here + around - 1
        first_there = self.start_there + around - 1
        is_here = 1 in marked_here[first_here : self.end_here]
        return is_here and 1 in marked_there[first_there : self.end_there]


def places_between(a: TextPrint, b: TextPrint) -> ChangedPlaces:
    """Return the places at which two texts differ.

    The order of the two does not matter.
    """
    shorter, longer = sorted((a, b), key=lambda text: (len(text.shingles), text.exact))
    around = _shingles_around(shorter)
    stretches = list(_shared_stretches(shorter, longer))
    changed: list[_Gap] = []
    framed = 0
    shared = sum(stretch.length for stretch in stretches)
    elsewhere_here = len(shorter.shingles) - shared
    elsewhere_there = len(longer.shingles) - shared
    for gap in _gaps_between(stretches):
        if not gap.is_near(around):
            continue
        elsewhere_here -= gap.length_here
        elsewhere_there -= gap.length_there
        if gap.is_change(around):
            changed.append(gap)
            if gap.is_framed(around):
                framed += 1
    return ChangedPlaces(
        changed=len(changed),
        framed=framed,
        filled=_count_filled(changed, shorter, longer, around),
        renamed=_count_renamed([*_opening(stretches, around), *changed], shorter, longer, around),
        kept=_count_facts(shorter, stretches),
        least_elsewhere=max(min(elsewhere_here, elsewhere_there), 0),
        most_elsewhere=max(elsewhere_here, elsewhere_there),
    )


def stand_for_each_other(
    a: TextPrint, b: TextPrint, names_of_a: Collection[int], names_of_b: Collection[int]
) -> bool:
    """Tell whether a name of one text stands where the other has one of its own.

    The names are hashes as in `TextPrint.names`.
    """
    around = _shingles_around(a)
    marked_a, marked_b = _marked_tokens(a, names_of_a), _marked_tokens(b, names_of_b)
    for gap in _gaps_between(_shared_stretches(a, b)):
        if gap.is_change(around) and gap.has_marked_tokens(marked_a, marked_b, around):
            return True
    return False


def names_in_place(a: TextPrint, b: TextPrint, names_of_a: Collection[int]) -> Iterator[int]:
    """Yield those names of one text for which the other has a name of its own.

    The names are hashes as in `TextPrint.names`, and none of them stands in `b`.
    """
    around = _shingles_around(a)
    marked_a, marked_b = _marked_tokens(a, names_of_a), _marked_tokens(b, b.names - a.names)
    marks = a.marks
    stretches = list(_shared_stretches(a, b))
    for gap in (*_opening(stretches, around), *_gaps_between(stretches)):
        if not gap.is_change(around) or not gap.may_hold_names(around):
            continue
        if gap.has_marked_tokens(marked_a, marked_b, around):
            for at in range(gap.start_here + around - 1, gap.end_here):
                if marked_a[at]:
                    yield marks[a.facts[at] - 1]


def trade_places(
    a: TextPrint, b: TextPrint, pairs: Iterable[tuple[bytes, bytes]], *, framed: bool = False
) -> bool:
    """Tell whether one text has a word where the other has another.

    `pairs` are such words, encoded, the first as in `a` and the second as in `b`. Of `framed` ones the texts
    go on alike on both sides; others may end two passages of which only what follows is alike.
    """
    differences: set[int] = set()
    for here, there in pairs:
        differences |= _differences_of_shingles(here, there)
    if not differences:
        return False
    # The last shingles of a place begin with the last word that differs, and what follows is the same.
    around = _shingles_around(a)
    for gap in _gaps_between([_Stretch(0, 0, 0), *_shared_stretches(a, b)]):
        if not gap.end_here or not gap.end_there or (framed and not gap.is_change(around)):
            continue
        if a.shingles[gap.end_here - 1] ^ b.shingles[gap.end_there - 1] in differences:
            return True
    return False


@lru_cache(maxsize=_PAIRS_KEPT)
def _differences_of_shingles(here: bytes, there: bytes) -> frozenset[int]:
    """Return by what shingles that begin with these words may differ.

    What follows the words is the same in both.

    A CRC is linear: what the difference comes to depends on the length of what follows, not on the bytes.
    """
    sum_here, sum_there = crc32(here), crc32(there)
    differences = set()
    for length in range(1, _LONGEST_SHINGLE):
        same = bytes(length)
        differences.add(crc32(same, sum_here) ^ crc32(same, sum_there))
    return frozenset(differences)


def _shingles_around(text: TextPrint) -> int:
    """Return how many shingles hold a given word of a text."""
    is_chinese = text.words < _CHINESE * len(text.shingles)
    return _AROUND_CHINESE if is_chinese else _AROUND_WORD


def _shared_stretches(text: TextPrint, other: TextPrint) -> Iterator[_Stretch]:
    """Yield what a text shares with another, in stretches that are one piece in both.

    A shingle that the other text has several times stands where it has it first.
    """
    first_places: dict[int, int] = {}
    for place in range(len(other.shingles) - 1, -1, -1):
        first_places[other.shingles[place]] = place
    start, start_there, length = 0, 0, 0
    for place, shingle in enumerate(text.shingles):
        there = first_places.get(shingle)
        if length and there == start_there + length:
            length += 1
            continue
        if length:
            yield _Stretch(start, start_there, length)
            length = 0
        if there is not None:
            start, start_there, length = place, there, 1
    if length:
        yield _Stretch(start, start_there, length)


def _gaps_between(stretches: Iterable[_Stretch]) -> Iterator[_Gap]:
    for before, behind in pairwise(stretches):
        yield _Gap(
            start_here=before.here + before.length,
            end_here=behind.here,
            start_there=before.there + before.length,
            end_there=behind.there,
            frame=before.length + behind.length,
        )


def _opening(stretches: Sequence[_Stretch], around: int) -> Iterator[_Gap]:
    """Yield the place at which texts begin, if they do with few words each.

    Chinese puts a name there more often than not.
    """
    if not stretches:
        return
    first = stretches[0]
    # As if there were words before it that the two share.
    start = 1 - around
    gap = _Gap(start, first.here, start, first.there, frame=first.length)
    if gap.is_change(around) and max(first.here, first.there) <= _LONGEST_OPENING:
        yield gap


def _count_filled(changed: Iterable[_Gap], shorter: TextPrint, longer: TextPrint, around: int) -> int:
    """Count the places filled with names of their own."""
    own_here, own_there = _own_tokens(shorter, longer), _own_tokens(longer, shorter)
    filled = 0
    for gap in changed:
        if gap.may_hold_names(around) and gap.has_marked_tokens(own_here, own_there, around):
            filled += 1
    return filled


def _count_renamed(changed: Iterable[_Gap], shorter: TextPrint, longer: TextPrint, around: int) -> int:
    """Count the places of Chinese texts with names of their own."""
    if around == _AROUND_WORD:
        return 0
    own_here = _marked_tokens(shorter, shorter.names - longer.names)
    own_there = _marked_tokens(longer, longer.names - shorter.names)
    renamed = 0
    for gap in changed:
        if gap.may_hold_names(around) and gap.has_marked_tokens(own_here, own_there, around):
            renamed += 1
    return renamed


def _count_facts(text: TextPrint, stretches: Iterable[_Stretch]) -> int:
    """Count the names and numbers in these stretches of a text."""
    facts = 0
    for stretch in stretches:
        facts += len(_FACT.findall(text.facts, stretch.here, stretch.here + stretch.length))
    return facts


def _own_tokens(one: TextPrint, other: TextPrint) -> bytes:
    """Return 1 for each token that is a name the other lacks."""
    return _marked_tokens(one, (one.names | one.numbers) - other.names - other.numbers)


def _marked_tokens(text: TextPrint, marks: Collection[int]) -> bytes:
    """Return 1 for each token that is one of these, else 0."""
    # `facts` has a byte for each token: the number of a mark, or 0. A table turns it into 0 and 1.
    table = bytearray(_BYTES)
    for number, mark in enumerate(text.marks, 1):
        if mark in marks:
            table[number] = 1
    return text.facts.translate(table)
