"""What two texts have in common, exactly, and where it stands (pure).

    shingles in common ──► passages: runs of them, over gaps of a changed word
                      └──► less what either text gives as somebody else's words ──► unquoted

Two shares follow, of all the text and of the unquoted text. The second one decides: words inside
quotation marks are news to everyone who was in the room, so a shared statement makes no copy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipelines.model import TextPrint

#: Shingles. A changed word breaks three of them, so a passage goes on across a gap of this size.
_CHANGED_WORD = 4
#: Shingles. Who prints somebody's words may leave out a sentence of them.
_LEFT_OUT_SENTENCE = 40
#: Shingles before and behind the first one of an announced text. A passage that begins there holds the
#: text and not its announcement.
_BEFORE_ANNOUNCED = 6
_BEHIND_ANNOUNCED = 20
#: Words that the last shingle of a passage has behind its first word.
_WORDS_BEHIND = 2
#: Share of the longer text from which neither is a small part of the other.
_MUTUAL = 0.5
#: Names or numbers that a text must have before two texts can agree in them.
_LEAST_TO_AGREE = 3

_NO_SHINGLES: frozenset[int] = frozenset()
# Shared shingles (1) among others (0), over gaps of a changed word.
_PASSAGE = re.compile(rb"\x01+(?:\x00{1,%d}\x01+)*+" % _CHANGED_WORD)

#: A stretch of a text as the [start, end) of its shingles.
Passage = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of text `a` stands in text `b`, and the other way round.

    Shares count distinct shingles and are 0..1. Text is *unquoted* where neither of the two gives it as
    somebody else's words.
    """

    #: Share of each text that the other has.
    of_a: float
    of_b: float
    #: Share of each text's unquoted part that the other has.
    unquoted_of_a: float
    unquoted_of_b: float
    #: How much of each text is unquoted.
    unquoted_part_of_a: float
    unquoted_part_of_b: float
    #: Shingles in common, all and unquoted: near enough words.
    shared: int
    shared_unquoted: int
    #: Words of the longest run of shared text, small changes inside it allowed.
    passage: int
    #: Most unquoted shingles in one run.
    unquoted_passage: int
    #: Number of runs.
    passages: int
    #: Agreement of numbers and of names, None where there are too few.
    numbers: float | None
    names: float | None

    @property
    def of_smaller(self) -> float:
        """The share of the shorter text, of which more is shared."""
        return max(self.of_a, self.of_b)

    @property
    def of_larger(self) -> float:
        """The share of the longer text, of which less is shared."""
        return min(self.of_a, self.of_b)

    @property
    def is_mutual(self) -> bool:
        """Whether neither text is a small part of the other."""
        return self.of_larger >= _MUTUAL

    @property
    def unquoted_of_smaller(self) -> float:
        """The share of the unquoted part of which more is shared."""
        return max(self.unquoted_of_a, self.unquoted_of_b)


def compare(a: TextPrint, b: TextPrint, passages_from: float = 0.0) -> Overlap:
    """Return the exact overlap of two texts.

    `compare(b, a)` says the same with the sides exchanged. Passages and quotations are looked for where
    the share of the shorter text reaches `passages_from`. Below, there are no passages and all text
    counts as unquoted.
    """
    if a.exact and a.exact == b.exact:
        return _compare_the_same(a, b, passages_from)
    return _compare_any(a, b, passages_from)


# A story of a hundred pages with one text asks a hundred times for the same.
@lru_cache(maxsize=16)
def _compare_the_same(a: TextPrint, b: TextPrint, passages_from: float) -> Overlap:
    return _compare_any(a, b, passages_from)


def _compare_any(a: TextPrint, b: TextPrint, passages_from: float) -> Overlap:
    in_a, in_b = a.distinct, b.distinct
    common = in_a & in_b
    runs: list[Passage] = []
    quoted = _NO_SHINGLES
    unquoted_runs = [0]
    if common and len(common) >= passages_from * min(len(in_a), len(in_b)):
        # The sides may be exchanged, so passages are those of the shorter text, whichever that is.
        shorter = min(a, b, key=_by_length)
        runs = passages(shorter, common)
        quoted = _quoted_shingles(a, b, common)
        unquoted_runs += _unquoted_lengths(shorter, runs, quoted)
    unquoted_in_a = _count_outside(in_a, quoted)
    unquoted_in_b = _count_outside(in_b, quoted)
    shared_unquoted = len(common - quoted)
    return Overlap(
        of_a=_share(len(common), len(in_a)),
        of_b=_share(len(common), len(in_b)),
        unquoted_of_a=_share(shared_unquoted, unquoted_in_a),
        unquoted_of_b=_share(shared_unquoted, unquoted_in_b),
        unquoted_part_of_a=_share(unquoted_in_a, len(in_a)),
        unquoted_part_of_b=_share(unquoted_in_b, len(in_b)),
        shared=len(common),
        shared_unquoted=shared_unquoted,
        passage=_words_of_longest(runs),
        unquoted_passage=max(unquoted_runs),
        passages=len(runs),
        numbers=_agreement_of(a.numbers, b.numbers),
        names=_agreement_of(a.names, b.names),
    )


def unquoted_share(page: TextPrint, other: TextPrint) -> float:
    """Return the share that the other says in its own voice.

    Whom the page itself gives those words to does not matter.
    """
    common = page.distinct & other.distinct
    unquoted = common - other.said - _announced_shingles(other, common)
    return _share(len(unquoted), len(page.distinct))


def passages(text: TextPrint, common: frozenset[int]) -> list[Passage]:
    """Return the runs of shared shingles, over gaps of a changed word."""
    return [match.span() for match in _PASSAGE.finditer(_marked_shingles(text, common))]


def _by_length(text: TextPrint) -> tuple[int, str]:
    """Return what puts texts in the order of their length."""
    return len(text.shingles), text.exact


def _marked_shingles(text: TextPrint, some: frozenset[int]) -> bytes:
    """Return 1 for each shingle that is one of these, else 0."""
    # Done for every candidate of every article, and a loop takes a fifth longer.
    return bytes(map(some.__contains__, text.shingles))


def _quoted_shingles(a: TextPrint, b: TextPrint, common: frozenset[int]) -> frozenset[int]:
    """Return the shingles that either text quotes."""
    quoted = a.said | b.said
    if a.announced or b.announced:
        quoted |= _announced_shingles(a, common) | _announced_shingles(b, common)
    return quoted


def _announced_shingles(text: TextPrint, common: frozenset[int]) -> frozenset[int]:
    """Return the shared shingles that a text announces.

    "The letter reads:" says where such words begin and not where they end. They go on as long as the
    other text has them too. Where that one shares the announcement itself, it is a copy of the whole
    and nothing follows.
    """
    if not text.announced:
        return _NO_SHINGLES
    announced: set[int] = set()
    goes_on_until = -1
    for start, end in passages(text, common):
        if start <= goes_on_until or _begins_announced(start, text.announced):
            announced.update(text.shingles[start:end])
            goes_on_until = end + _LEFT_OUT_SENTENCE
    return frozenset(announced)


def _begins_announced(start: int, announced: Sequence[int]) -> bool:
    """Tell whether a passage from here is an announced text."""
    return any(at - _BEFORE_ANNOUNCED <= start <= at + _BEHIND_ANNOUNCED for at in announced)


def _words_of_longest(runs: Sequence[Passage]) -> int:
    """Return the number of words in the longest run."""
    if not runs:
        return 0
    return max(end - start for start, end in runs) + _WORDS_BEHIND


def _unquoted_lengths(text: TextPrint, runs: Sequence[Passage], quoted: frozenset[int]) -> list[int]:
    """Return the number of unquoted shingles in each run."""
    lengths = []
    in_quotes = _marked_shingles(text, quoted) if quoted else b""
    for start, end in runs:
        lengths.append(end - start - in_quotes.count(1, start, end))
    return lengths


def _count_outside(shingles: frozenset[int], quoted: frozenset[int]) -> int:
    # Most texts quote nobody, and to count is cheaper than to make the difference.
    if not quoted:
        return len(shingles)
    return len(shingles) - len(shingles & quoted)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _agreement_of(a: frozenset[int], b: frozenset[int]) -> float | None:
    """Return the share of the smaller set in common, or None.

    None where there is too little to tell.
    """
    smaller = min(len(a), len(b))
    if smaller < _LEAST_TO_AGREE:
        return None
    return len(a & b) / smaller
