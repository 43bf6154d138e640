"""Whom a text is compared with: the few that share lookup keys with it (pure).

A key is one of a text's own shingles, about two in seventeen of them, or in thirty-three (see `text`), so the share of keys in common estimates the share of text
in common. Nothing follows from an overlap below a third of what the shorter text tells (`decide`). So texts that share less than one key in
eight are not read, and of those that are, most go after one look at the shingles alone: turns of phrase bring nine
strangers to every report once ten thousand are stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

from pipelines.dedup.text_print import LONG, WIDE_WINDOW, WINDOW, winnow
from pipelines.model import TextPrint

T = TypeVar("T")

LEAST = 2
"""Keys: one may be a coincidence."""
LEAST_SHARE = 0.12
"""Share of the shorter text's keys. A text that small changes cut into pieces keeps half as many keys as words."""
LEAST_TEXT = 0.20
"""Share of the shorter text's shingles below which two texts are strangers."""
_LEAST_TOLD, _LEAST_TELLING = 0.33, 0.25
"""Share of what the shorter text tells below which two texts are no copies: a little less than `decide` asks for at the least, and the part
of a text that counts as telling however much of it is quoted."""
_REPEATING = 0.5
"""Least part of a text's shingles that are not doubles of others. To count them takes as long as the look, so it is done where the answer hangs on it."""
CANDIDATES = 50
FREQUENT = 500
"""A key in more articles than this says little (a cookie notice, a slogan) and would cost more with every article."""
FIRST = 16
"""Of those only the first articles count: enough to find a story of which there are a thousand copies."""


def lookup_keys(text: TextPrint) -> frozenset[int]:
    """Return the 32-bit hashes under which a text is found again. Eighteen words in a row share one, thirty-four in a long text."""
    return winnow(text.shingles, WINDOW if len(text.shingles) <= LONG else WIDE_WINDOW)


def is_candidate(common: int, keys: int, others_keys: int) -> bool:
    """Return whether two texts with so many keys, and so many in common, are to be compared."""
    return common >= max(LEAST, LEAST_SHARE * min(keys, others_keys))


class Sketch(NamedTuple):
    """What of a print shows whether it is worth reading: its shingles, doubles and all, and which of them are quoted."""

    shingles: Sequence[int]
    quoted: Sequence[int]


def near(text: TextPrint, found: Iterable[tuple[T, Sketch]]) -> list[T]:
    """Return those of the texts found, given with their sketches, that are worth reading: in the same order.

    These are all that may turn out to be copies, and the first of the others that is no stranger: what came closest is
    told where a text opens a story of its own.
    """
    mine, told = text.distinct, _told(len(text.distinct), _quoted(text.quoted))
    kept, has_told = [], False
    for name, other in found:
        shared, size = len(mine.intersection(other.shingles)), len(other.shingles)
        likeness = partial(_likeness, shared, len(mine), told, _quoted(other.quoted))
        if likeness(int(_REPEATING * size)) <= has_told:
            continue
        if (like := likeness(size)) < _COPY:
            like = likeness(len(frozenset(other.shingles)))
        if like > has_told:
            has_told = has_told or like == _TOLD
            kept.append(name)
    return kept


_STRANGER, _TOLD, _COPY = range(3)
"""What a text may be at the most: a stranger, one to tell of where no copy is found, a copy."""


def _likeness(shared: int, mine: int, told: int, quoted: int, size: int) -> int:
    """Return what a text may be that shares so many shingles; of more shingles of its own, `size`, it is never more."""
    if shared < LEAST_TEXT * min(mine, size):
        return _STRANGER
    return _COPY if shared >= _LEAST_TOLD * min(told, _told(size, quoted)) else _TOLD


def _quoted(ranges: Sequence[int]) -> int:
    return sum(ranges[1::2]) - sum(ranges[::2])


def _told(shingles: int, quoted: int) -> int:
    """Return how many shingles of a text at least are not quoted."""
    return max(shingles - quoted, int(_LEAST_TELLING * shingles))
