"""Whom a text is compared with: the few that share lookup keys with it (pure).

    print ──► lookup keys ──► texts with enough keys in common ──► those worth reading ──► `decide`

A key is one of a text's own shingles: about two in seventeen of them, or in thirty-three (see `text_print`).
So the share of keys in common estimates the share of text in common. Nothing follows from an overlap below a
third of the shorter text's unquoted part (`decide`). Texts that share less than one key in eight are
therefore not read. Of those that are, most go after one look at the shingles alone: turns of phrase bring
nine strangers to every report once ten thousand are stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import TypeVar

from pipelines.dedup.text_print import LONG, WIDE_WINDOW, WINDOW, winnow
from pipelines.model import Sketch, TextPrint

T = TypeVar("T")

#: Keys in common: one may be a coincidence.
LEAST = 2
#: Shingles with which a text begins, and the window that makes two or three keys of them.
BEGINNING = 16
BEGINNING_WINDOW = 8
#: Share of the shorter text's keys. A text that small changes cut into pieces keeps half as many keys
#: as words.
LEAST_SHARE = 0.12
#: Share of the shorter text's shingles below which two texts are strangers.
LEAST_TEXT = 0.20
#: Share of the shorter text's unquoted part below which two texts are no copies: a little less than
#: `decide` asks for at the least.
_LEAST_UNQUOTED = 0.33
#: The part of a text that counts as unquoted however much of it is quoted.
_UNQUOTED_PART = 0.25
#: Least part of a text's shingles that are not doubles of others. To count them takes as long as the
#: look, so it is done only where the answer hangs on it.
_FEWEST_DISTINCT = 0.5
#: Candidates that are compared with a text.
CANDIDATES = 50
#: A key in more articles than this says little (a cookie notice, a slogan) and would cost more with every
#: article.
FREQUENT = 500
#: Of those only the first articles count: enough to find a story of which there are a thousand copies.
FIRST = 16


class _Likeness(IntEnum):
    """What a text may be to another at the most."""

    STRANGER = 0
    #: No copy, but what came closest is mentioned where a text opens a story of its own.
    RELATED = 1
    COPY = 2


def lookup_keys(text: TextPrint) -> frozenset[int]:
    """Return the hashes under which a text is found again.

    Eighteen words in a row share one, thirty-four in a long text. An excerpt has few words of its report, but
    the first ones, so of these more are kept.
    """
    window = WINDOW if len(text.shingles) <= LONG else WIDE_WINDOW
    return winnow(text.shingles, window) | winnow(text.shingles[:BEGINNING], BEGINNING_WINDOW)


def is_candidate(common: int, keys: int, others_keys: int) -> bool:
    """Tell whether two texts share enough keys."""
    return common >= max(LEAST, LEAST_SHARE * min(keys, others_keys))


def near(text: TextPrint, found: Iterable[tuple[T, Sketch]]) -> list[T]:
    """Return the texts worth reading, in the order given.

    Each is given with its sketch. Worth reading are all that may turn out to be copies, and the first of
    the others that is no stranger: it is mentioned where the text opens a story of its own.
    """
    measure = _Measure(text)
    worth_reading = []
    least = _Likeness.RELATED
    for name, sketch in found:
        likeness = measure.likeness_of(sketch, least)
        if likeness < least:
            continue
        worth_reading.append(name)
        if likeness is _Likeness.RELATED:
            least = _Likeness.COPY
    return worth_reading


class _Measure:
    """A text against which sketches are measured."""

    def __init__(self, text: TextPrint) -> None:
        self._shingles = text.distinct
        self._size = len(text.distinct)
        self._unquoted = _unquoted_part(self._size, _count_quoted(text.quoted))

    def likeness_of(self, other: Sketch, least: _Likeness) -> _Likeness:
        """Return what another text may be, exactly where that is `least` or more.

        The fewer shingles a text has of its own, the more the shared ones count. So half of its
        shingles and all of them bound the answer, and most texts need no count of doubles.
        """
        # Hot: up to fifty texts for every article, most of which go at the first bound.
        shared = len(self._shingles.intersection(other.shingles))
        size, quoted = len(other.shingles), _count_quoted(other.quoted)
        at_the_most = self._likeness(shared, int(_FEWEST_DISTINCT * size), quoted)
        if at_the_most < least:
            return at_the_most
        at_the_least = self._likeness(shared, size, quoted)
        if at_the_least is _Likeness.COPY:
            return at_the_least
        return self._likeness(shared, len(frozenset(other.shingles)), quoted)

    def _likeness(self, shared: int, size: int, quoted: int) -> _Likeness:
        """Return what a text of `size` shingles may be."""
        if shared < LEAST_TEXT * min(self._size, size):
            return _Likeness.STRANGER
        if shared < _LEAST_UNQUOTED * min(self._unquoted, _unquoted_part(size, quoted)):
            return _Likeness.RELATED
        return _Likeness.COPY


def _unquoted_part(shingles: int, quoted: int) -> int:
    """Return how many shingles are unquoted, at the least."""
    return max(shingles - quoted, int(_UNQUOTED_PART * shingles))


def _count_quoted(ranges: Sequence[int]) -> int:
    """Return how many shingles these ranges hold."""
    return sum(ranges[1::2]) - sum(ranges[::2])
