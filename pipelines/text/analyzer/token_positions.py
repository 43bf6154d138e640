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
    """Return the positions at which these tokens stand side by side.

    A last token with a star at its end is any token that begins so.
    """
    *lead, last = phrase
    if len(last) > 1 and last.endswith("*"):
        starts_of_all: set[int] = set()
        for token in where:
            if token.startswith(last[:-1]):
                starts_of_all.update(phrase_starts(where, (*lead, token)))
        return sorted(starts_of_all)
    if not where.keys() >= set(phrase):
        return []
    starts = set(where[phrase[0]])
    for offset, token in enumerate(phrase[1:], 1):
        starts &= {position - offset for position in where[token]}
    return sorted(starts)


def near_starts(
    where: Places, pieces: Sequence[Sequence[str]], slop: int, *, is_in_order: bool = False
) -> list[tuple[int, ...]]:
    """Return stretches in which all pieces occur, as one start per piece.

    At most `slop` tokens stand between the pieces. For each first piece the nearest others behind it
    are taken: if any choice fits, that one does.
    """
    starts_of_pieces = []
    for piece in pieces:
        starts_of_pieces.append(phrase_starts(where, piece))
    widest = slop + sum(map(len, pieces))
    stretches = []
    lengths = [0] * len(pieces)
    if is_in_order:
        lengths = list(map(len, pieces))
    firsts = starts_of_pieces[0]
    if not is_in_order:
        firsts = sorted(set(chain.from_iterable(starts_of_pieces)))
    for first in firsts:
        starts = _nearest_starts(starts_of_pieces, first, lengths)
        if starts is None:
            break
        ends = []
        for start, piece in zip(starts, pieces, strict=True):
            ends.append(start + len(piece))
        if max(ends) - first <= widest:
            stretches.append(starts)
    return stretches


def _nearest_starts(
    starts_of_pieces: Sequence[Sequence[int]], first: int, lengths: Sequence[int]
) -> tuple[int, ...] | None:
    """Return each piece's next start from a position on, or None if one has none.

    Each is looked for from `lengths` behind the one before: 0 where their order does not count.
    """
    nearest = []
    earliest = first
    for starts, length in zip(starts_of_pieces, lengths, strict=True):
        at = bisect_left(starts, earliest)
        if at == len(starts):
            return None
        nearest.append(starts[at])
        if length:
            earliest = starts[at] + length
    return tuple(nearest)
