"""How well the words of a document answer a query: BM25, lengths left out."""

from __future__ import annotations

from collections.abc import Callable

from pipelines.query import Near, Prefix, Wildcard, Words
from pipelines.query.fields import stream
from pipelines.query.ranking import SATURATION, weight_of
from pipelines.query.tree import TextLeaf
from pipelines.text.analyzer import Places, near_starts, phrase_starts, wildcard


def leaf_score(leaf: TextLeaf, places_in: Callable[[str], Places]) -> float:
    """Return what a leaf is worth in a document, from 0 to 1, before its rarity.

    `places_in` tells where tokens stand in a stream of the document.
    """
    weight = 0.0
    for field in leaf.fields:
        name = stream(field, _is_plain(leaf))
        weight += weight_of(name) * _occurrences(leaf, places_in(name))
    return weight / (weight + SATURATION)


def _is_plain(leaf: TextLeaf) -> bool:
    if isinstance(leaf, Words | Near):
        return leaf.plain
    return True


def _occurrences(leaf: TextLeaf, where: Places) -> int:
    match leaf:
        case Words(phrases=phrases):
            return sum(len(phrase_starts(where, phrase)) for phrase in phrases)
        case Near():
            return len(near_starts(where, leaf.pieces, leaf.slop, is_in_order=leaf.is_in_order))
        case Prefix():
            return len(phrase_starts(where, (*leaf.lead, f"{leaf.prefix}*")))
        case Wildcard():
            form = wildcard(leaf.pattern)
            return sum(len(places) for token, places in where.items() if form.fullmatch(token))
