"""Phrases and nearness: where tokens stand in a stream (pure)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

#: The positions of each token in a stream, ascending.
Places = Mapping[str, Sequence[int]]


def places(stream: Iterable[str]) -> dict[str, list[int]]:
    """Return the positions of each token in a stream, ascending."""
    positions: dict[str, list[int]] = {}
    for position, token in enumerate(stream):
        positions.setdefault(token, []).append(position)
    return positions


def phrase_starts(where: Places, phrase: Sequence[str]) -> list[int]:
    """Return the positions at which these tokens stand side by side."""
    if not where.keys() >= set(phrase):
        return []
    starts = set(where[phrase[0]])
    for offset, token in enumerate(phrase[1:], 1):
        starts &= {position - offset for position in where[token]}
    return sorted(starts)


def near_starts(where: Places, pieces: Sequence[Sequence[str]], slop: int) -> list[tuple[int, ...]]:
    """Return stretches in which all pieces occur, as one start per piece.

    At most `slop` tokens stand between the pieces. For each first piece the nearest others behind it
    are taken: if any choice fits, that one does.
    """
    starts_of_pieces = []
    for piece in pieces:
        starts_of_pieces.append(phrase_starts(where, piece))
    widest = slop + sum(map(len, pieces))
    stretches = []
    for first in sorted(set(chain.from_iterable(starts_of_pieces))):
        starts = _nearest_starts(starts_of_pieces, first)
        if starts is None:
            break
        ends = []
        for start, piece in zip(starts, pieces, strict=True):
            ends.append(start + len(piece))
        if max(ends) - first <= widest:
            stretches.append(starts)
    return stretches


def _nearest_starts(starts_of_pieces: Sequence[Sequence[int]], first: int) -> tuple[int, ...] | None:
    """Return each piece's next start from a position on, or None if one has none."""
    nearest = []
    for starts in starts_of_pieces:
        at = bisect_left(starts, first)
        if at == len(starts):
            return None
        nearest.append(starts[at])
    return tuple(nearest)
