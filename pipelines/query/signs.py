"""What a text must have in it for a leaf of a query to be found there (pure).

To look for it costs little, and most paragraphs have none of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipelines.query.letter_signs import LetterSigns, letter_signs_of
from pipelines.query.tree import Near, Prefix, TextLeaf, Wildcard, Words
from pipelines.text.analyzer import signs_of_stem

#: Queries whose signs are remembered: the passages of one search ask for the same.
_QUERIES_KEPT = 64


@dataclass(frozen=True, slots=True)
class Signs:
    """Pieces of folded words; a text without any of them has no hit.

    An empty piece stands in every text.
    """

    pieces: tuple[str, ...]
    leaves: tuple[TextLeaf, ...]
    ask_for_nearness: bool
    #: A leaf has several words, which may stand in two paragraphs.
    may_cross_paragraphs: bool
    #: None where letters do not tell.
    in_letters: LetterSigns | None

    def are_in(self, folded: str) -> bool:
        """Tell whether a folded text has one of them."""
        # A token has no apostrophe.
        if "'" in folded:
            folded = folded.replace("'", "")
        return any(piece in folded for piece in self.pieces)

    def are_among(self, streams: tuple[Collection[str], Collection[str]]) -> bool:
        """Tell whether the tokens of a text have all words of a leaf.

        They are its main and its plain ones; the order of the words does not count.
        """
        main, plain = map(frozenset, streams)
        return any(_has_words(leaf, main, plain) for leaf in self.leaves)


@lru_cache(_QUERIES_KEPT)
def signs_of(leaves: tuple[TextLeaf, ...], language: str) -> Signs:
    """Return the signs of any of these leaves in a text of a language."""
    beginnings: dict[str, None] = {}
    inner: dict[str, None] = {}
    for leaf in leaves:
        # A pattern may begin with a star.
        pieces = inner if isinstance(leaf, Wildcard) else beginnings
        pieces |= dict.fromkeys(_pieces_of(leaf, language))
    has_nearness = any(isinstance(leaf, Near) for leaf in leaves)
    crosses = any(map(_has_several_words, leaves))
    return Signs(
        _shortest(beginnings | inner),
        leaves,
        has_nearness,
        crosses,
        letter_signs_of(_shortest(beginnings), _shortest(inner)),
    )


def _pieces_of(leaf: TextLeaf, language: str) -> Iterator[str]:
    match leaf:
        case Words(phrases=phrases, plain=plain):
            for phrase in phrases:
                yield from _pieces_of_phrase(phrase, language, plain=plain)
        case Near(pieces=pieces, plain=plain):
            # All of them have to be there, so one tells enough.
            yield from _pieces_of_phrase(max(pieces, key=_longest_token), language, plain=plain)
        case Prefix(prefix=prefix):
            yield prefix
        case Wildcard(pattern=pattern):
            yield max(re.split(r"[*?]", pattern), key=len)


def _has_words(leaf: TextLeaf, main: frozenset[str], plain: frozenset[str]) -> bool:
    if not isinstance(leaf, Words):
        # Its signs have told enough.
        return True
    tokens = plain if leaf.plain else main
    return any(tokens.issuperset(phrase) for phrase in leaf.phrases)


def _longest_token(phrase: tuple[str, ...]) -> int:
    return max(map(len, phrase))


def _pieces_of_phrase(phrase: tuple[str, ...], language: str, *, plain: bool) -> Iterator[str]:
    token = max(phrase, key=len)
    if plain:
        yield token.removesuffix("*")
    else:
        yield from signs_of_stem(token, language)


def _shortest(pieces: dict[str, None]) -> tuple[str, ...]:
    """Return the pieces without those that have another one in them."""
    kept: list[str] = []
    for piece in sorted(pieces, key=len):
        if not any(other in piece for other in kept):
            kept.append(piece)
    return tuple(kept)


def _has_several_words(leaf: TextLeaf) -> bool:
    match leaf:
        case Words(phrases=phrases):
            return max(map(len, phrases)) > 1
        case Prefix(lead=lead):
            return bool(lead)
    return False
