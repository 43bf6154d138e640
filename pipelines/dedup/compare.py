"""What two texts have in common, exactly, and where it stands (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.model import TextPrint

_GAP = 4
"""Shingles: a changed word breaks three of them, so a passage goes on across a gap of this size."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A print made ready for comparing it with several others."""

    text: TextPrint
    shingles: frozenset[int]
    quoted: frozenset[int]

    @classmethod
    def of(cls, text: TextPrint) -> Reading:
        return cls(text, frozenset(text.shingles), _quoted(text))


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of text `a` stands in text `b` and the other way round.

    Shares count distinct shingles, 0..1. `told_a` and `told_b` are the same shares of the text outside quotation
    marks. `shared` and `told` are the numbers of shingles in common, near enough words. `passage` is
    the longest run of shared text in `a`, in words, small changes inside it allowed.
    """

    of_a: float
    of_b: float
    told_a: float
    told_b: float
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
    def told_of_smaller(self) -> float:
        return max(self.told_a, self.told_b)


def compare(a: Reading, b: Reading, passages_from: float = 0.0) -> Overlap:
    """Return the exact overlap of two texts.

    Passages are looked for where the share of the shorter text reaches `passages_from`; below, they are given as 0.
    """
    in_a, in_b = a.shingles, b.shingles
    common = in_a & in_b
    quoted = a.quoted | b.quoted
    told = common - quoted
    told_in_a, told_in_b = (len(side) - len(side & quoted) for side in (in_a, in_b))
    is_close = len(common) >= passages_from * min(len(in_a), len(in_b))
    runs = list(_passages(a.text, common)) if common and is_close else []
    longest = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
    return Overlap(
        of_a=len(common) / len(in_a) if in_a else 0.0,
        of_b=len(common) / len(in_b) if in_b else 0.0,
        told_a=len(told) / told_in_a if told_in_a else 0.0,
        told_b=len(told) / told_in_b if told_in_b else 0.0,
        shared=len(common),
        told=len(told),
        passage=longest[1] - longest[0] + 2 if runs else 0,
        passage_told=max((sum(s not in quoted for s in a.text.shingles[x:y]) for x, y in runs), default=0),
        passages=len(runs),
        numbers=agreement(a.text.numbers, b.text.numbers),
        names=agreement(a.text.names, b.text.names),
    )


def _quoted(text: TextPrint) -> frozenset[int]:
    flat = text.quoted
    return frozenset(
        shingle
        for start, end in zip(flat[::2], flat[1::2], strict=True)
        for shingle in text.shingles[start:end]
    )


def _passages(text: TextPrint, common: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Return the (start, end) shingle ranges of `text` that are shared, over gaps of a changed word."""
    start = end = -1
    for at, shingle in enumerate(text.shingles):
        if shingle in common:
            if start < 0:
                start = at
            elif at - end > _GAP:
                yield start, end
                start = at
            end = at + 1
    if start >= 0:
        yield start, end


def agreement(a: frozenset[int], b: frozenset[int]) -> float | None:
    """Return the share of the smaller set that the other has too; None where there is too little to tell."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller >= 3 else None
