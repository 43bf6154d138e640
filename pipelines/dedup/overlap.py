"""What two texts have in common, exactly, and where it stands (pure)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import compress, count, pairwise, repeat
from operator import ne, sub

from pipelines.model import TextPrint

_GAP = 4
"""Shingles: a changed word breaks three of them, so a passage goes on across a gap of this size."""
_CUT = 40
"""Shingles: who prints somebody's words may leave out a sentence of them."""
_ACROSS, _CHINESE_ACROSS = 3, 6
"""Shingles that hold a given word, or a given Chinese character: as many are lost where one is changed, and one less where one is added."""
_CHINESE = 0.75
"""Words a shingle below which a text is Chinese for the greater part: a word begins one shingle, and so does each of its characters."""
_PLACE, _FRAMED = 5, 2
"""Times as long as one change: the longest place has thirteen words, since a form leaves no room for more, and ten words in a row or so
around one are shared. Turns of phrase that two paragraphs have in common are no frame."""
_SIZES = 2
"""Times as long as a short name, or as two words, what stands in the same place of a form may be."""
_MUTUAL = 0.5
"""Share of the longer text from which neither is a small part of the other."""
_NOTHING: frozenset[int] = frozenset()
_PASSAGE = re.compile(rb"\x01+(?:\x00{1,%d}\x01+)*+" % _GAP)
"""Shared shingles (1) among others (0), over gaps of a changed word."""
_FACT = re.compile(rb"[^\x00]+")
_BEFORE, _BEHIND = 6, 20
"""Shingles around the first one of an announced text: a passage that begins there holds the text and not its announcement."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of text `a` stands in text `b` and the other way round.

    Shares count distinct shingles, 0..1. `told_a` and `told_b` are the same shares of what is *told*: the text that
    neither of the two gives as somebody else's words. `telling_a` and `telling_b` say how much of each text that is.
    `shared` and `told` are the numbers of shingles in common, near enough words. `passage` is the longest run of shared
    text in words, small changes inside it allowed, `passage_told` the most told words in one run.
    """

    of_a: float
    of_b: float
    told_a: float
    told_b: float
    telling_a: float
    telling_b: float
    shared: int
    told: int
    passage: int
    passage_told: int
    passages: int
    numbers: float | None
    names: float | None

    @property
    def of_smaller(self) -> float:
        return max(self.of_a, self.of_b)

    @property
    def of_larger(self) -> float:
        return min(self.of_a, self.of_b)

    @property
    def is_mutual(self) -> bool:
        """Whether neither text is a small part of the other."""
        return self.of_larger >= _MUTUAL

    @property
    def told_of_smaller(self) -> float:
        return max(self.told_a, self.told_b)


def compare(a: TextPrint, b: TextPrint, passages_from: float = 0.0) -> Overlap:
    """Return the exact overlap of two texts; `compare(b, a)` says the same with the sides exchanged.

    Passages and quotations are looked for where the share of the shorter text reaches `passages_from`; below, there are none and all
    counts as told.
    """
    in_a, in_b = a.distinct, b.distinct
    common = in_a & in_b
    close = bool(common) and len(common) >= passages_from * min(len(in_a), len(in_b))
    shorter = min(a, b, key=lambda text: (len(text.shingles), text.exact))
    runs = passages(shorter, common) if close else []
    quoted = a.said | b.said if close else _NOTHING
    if close and (a.announced or b.announced):
        quoted |= _announced(a, common) | _announced(b, common)
    told = common - quoted
    in_quotes = _marked(shorter, quoted) if quoted else b""
    telling_a, telling_b = (len(side) - (len(side & quoted) if quoted else 0) for side in (in_a, in_b))
    return Overlap(
        of_a=_part(len(common), len(in_a)),
        of_b=_part(len(common), len(in_b)),
        told_a=_part(len(told), telling_a),
        told_b=_part(len(told), telling_b),
        telling_a=_part(telling_a, len(in_a)),
        telling_b=_part(telling_b, len(in_b)),
        shared=len(common),
        told=len(told),
        passage=max((end - start for start, end in runs), default=-2) + 2,
        passage_told=max((y - x - in_quotes.count(1, x, y) for x, y in runs), default=0),
        passages=len(runs),
        numbers=agreement(a.numbers, b.numbers),
        names=agreement(a.names, b.names),
    )


@dataclass(frozen=True, slots=True)
class Places:
    """Where two texts go on alike around a few words that differ.

    `changed` places have other words in each text; `framed` are those of them that stand in a longer passage, `filled` those at which
    each has a name or a number that the other has nowhere. `kept` are the names and numbers in what the two share, words of one
    name counted once. The shingles elsewhere are those that a text does not share away from such places, paragraphs of its own: `least` in the text that has fewer of them, `most` in the other.
    """

    changed: int
    framed: int
    filled: int
    kept: int
    least_elsewhere: int
    most_elsewhere: int


def places_between(a: TextPrint, b: TextPrint) -> Places:
    """Return the places at which two texts differ in the middle of what they share, whatever their order."""
    shorter, other = sorted((a, b), key=lambda text: (len(text.shingles), text.exact))
    across = _across(shorter)
    own_here, own_there = _own(shorter, other), _own(other, shorter)
    shared = changed = framed = filled = kept = inside_shorter = inside_other = 0
    last_here = last_there = -1
    is_change = False
    before = run = 0
    for here, there, length in _runs(shorter, other):
        if run:
            gap_here, gap_there = here - last_here - 1, there - last_there - 1
            framed += is_change and before + run >= _FRAMED * across
            is_near = 0 <= gap_there <= _PLACE * across and gap_here <= _PLACE * across
            is_change = is_near and min(gap_here, gap_there) >= across
            changed += is_change
            if is_change and _are_of_a_size(gap_here - across, gap_there - across):
                is_own = 1 in own_here[last_here + across : here]
                filled += is_own and 1 in own_there[last_there + across : there]
            inside_shorter += gap_here * is_near
            inside_other += gap_there * is_near
        kept += len(_FACT.findall(shorter.facts, here, here + length))
        shared, before, run = shared + length, run, length
        last_here, last_there = here + length - 1, there + length - 1
    framed += is_change and before + run >= _FRAMED * across
    elsewhere = len(shorter.shingles) - shared - inside_shorter, len(other.shingles) - shared - inside_other
    return Places(changed, framed, filled, kept, max(min(elsewhere), 0), max(elsewhere))


def stand_for_each_other(a: TextPrint, b: TextPrint, in_a: Collection[int], in_b: Collection[int]) -> bool:
    """Return whether at some place where the texts differ `a` has one of these names and `b` one of those."""
    across = _across(a)
    here, there = _where(a, in_a), _where(b, in_b)
    for (start_a, start_b, length), (end_a, end_b, _) in pairwise(_runs(a, b)):
        gap_a, gap_b = end_a - start_a - length, end_b - start_b - length
        if across <= gap_a <= _PLACE * across and across <= gap_b <= _PLACE * across:
            behind_a, behind_b = start_a + length - 1 + across, start_b + length - 1 + across
            if 1 in here[behind_a:end_a] and 1 in there[behind_b:end_b]:
                return True
    return False


def _across(text: TextPrint) -> int:
    return _CHINESE_ACROSS if text.words < _CHINESE * len(text.shingles) else _ACROSS


def _runs(text: TextPrint, other: TextPrint) -> Iterator[tuple[int, int, int]]:
    """Yield what a text shares with another, in stretches that stand in one piece in both: where here, where there, how many shingles."""
    size = len(text.shingles)
    position = dict(zip(reversed(other.shingles), range(len(other.shingles) - 1, -1, -1), strict=True))
    absent = -size - 1
    there = list(map(position.get, text.shingles, repeat(absent)))
    offsets = list(
        map(sub, there, count())
    )  # the same along a stretch; no two alike in a row where nothing is shared
    starts = [0, *compress(range(1, size), map(ne, offsets[1:], offsets)), size]
    for start, end in pairwise(starts):
        if start < end and there[start] >= 0:
            yield start, there[start], end - start


def _are_of_a_size(here: int, there: int) -> bool:
    """Return whether what differs may be one name and another, or one sum and another, and is no clause in the place of a name."""
    return max(here, there) <= _SIZES * (min(here, there) + 2)


def _own(one: TextPrint, other: TextPrint) -> bytes:
    """Return for each token of a text 1 where it is a name or a number that the other text has not, else 0."""
    return _where(one, (one.names | one.numbers) - other.names - other.numbers)


def _where(text: TextPrint, marks: Collection[int]) -> bytes:
    """Return for each token of a text 1 where it is one of these names and numbers, else 0."""
    among = bytes([0, *(mark in marks for mark in text.marks)])
    return text.facts.translate(among.ljust(256, b"\0"))


def retold(page: TextPrint, other: TextPrint) -> float:
    """Return how much of a page the other text tells in a voice of its own, whomever the page gives it to."""
    common = page.distinct & other.distinct
    own = common - other.said - _announced(other, common)
    return _part(len(own), len(page.distinct))


def _part(some: int, of: int) -> float:
    return some / of if of else 0.0


def _announced(text: TextPrint, common: frozenset[int]) -> frozenset[int]:
    """Return the shared shingles that `text` announces as the words of somebody else.

    "The letter reads:" says where such words begin and not where they end: they go on as long as the
    other text has them too. Where that one shares the announcement itself, it is a copy of the whole and nothing follows.
    """
    found: set[int] = set()
    if not text.announced:
        return frozenset()
    goes_on = -1
    for start, end in passages(text, common):
        if start <= goes_on or any(at - _BEFORE <= start <= at + _BEHIND for at in text.announced):
            found.update(text.shingles[start:end])
            goes_on = end + _CUT
    return frozenset(found)


def passages(text: TextPrint, common: frozenset[int]) -> list[tuple[int, int]]:
    """Return the (start, end) shingle ranges of `text` that are shared, over gaps of a changed word."""
    return [match.span() for match in _PASSAGE.finditer(_marked(text, common))]


def _marked(text: TextPrint, some: frozenset[int]) -> bytes:
    """Return for each shingle of a text 1 where it is one of these, else 0."""
    return bytes(map(some.__contains__, text.shingles))


def agreement(a: frozenset[int], b: frozenset[int]) -> float | None:
    """Return the share of the smaller set that the other has too; None where there is too little to tell."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller >= 3 else None
