"""Where words that satisfy a query by themselves stand in a text (pure).

    text ──► places with a sign of a word, or with anything unusual (`letter_signs`)
         ──► what stands there between spaces ──► its tokens ──► those that were asked for

To cut all of a text into tokens would take most of the time of a search.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.query.hit_places import Span, spans_of_leaves
from pipelines.query.letter_signs import LetterSigns
from pipelines.query.signs import signs_of
from pipelines.query.tree import Prefix, TextLeaf, Wildcard, Words
from pipelines.text.analyzer import pieces_with_places, tokens_by_piece, wildcard
from pipelines.text.folding import fold_for_search

_LETTERS: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class SingleWords:
    """Leaves that one token of a text satisfies, and what such tokens are."""

    leaves: tuple[TextLeaf, ...]
    main: frozenset[str]
    plain: frozenset[str]
    prefixes: tuple[str, ...]
    forms: tuple[re.Pattern[str], ...]
    #: None where letters do not tell.
    signs: LetterSigns | None

    def spans_in(self, text: str, language: str | None) -> Iterator[Span]:
        """Yield the characters of all such words, in order."""
        tokens_of = tokens_by_piece(language)
        for place, piece in self._pieces_in(text):
            main, plain = tokens_of(piece)
            if self._are_among(main, plain):
                for first, last in self._spans_in_piece(piece, plain, language):
                    yield place + first, place + last

    def _pieces_in(self, text: str) -> Iterable[tuple[int, str]]:
        if self.signs is not None:
            pieces = self.signs.pieces_in(text)
            if pieces is not None:
                return pieces
        return pieces_with_places(text)

    def _spans_in_piece(self, piece: str, plain: str, language: str | None) -> list[Span]:
        word = _LETTERS.search(piece)
        if word is not None and fold_for_search(word[0]) == plain:
            # Nearly every piece is one word between marks.
            return [word.span()]
        return spans_of_leaves(piece, language, self.leaves)

    def _are_among(self, main: str, plain: str) -> bool:
        """Tell whether one is among the tokens of a piece, with spaces between."""
        if main in self.main or plain in self.plain:
            return True
        if " " not in plain:
            return self._has_form(plain)
        plain_tokens = plain.split()
        if not self.main.isdisjoint(main.split()) or not self.plain.isdisjoint(plain_tokens):
            return True
        return any(map(self._has_form, plain_tokens))

    def _has_form(self, token: str) -> bool:
        if self.prefixes and token.startswith(self.prefixes):
            return True
        return any(form.fullmatch(token) for form in self.forms)


def is_single_word(leaf: TextLeaf) -> bool:
    """Tell whether one token of a text satisfies a leaf."""
    match leaf:
        case Words(phrases=phrases):
            return all(map(_is_one_word, phrases))
        case Prefix(lead=lead):
            return not lead
    return isinstance(leaf, Wildcard)


def _is_one_word(phrase: Sequence[str]) -> bool:
    return len(phrase) == 1 and not phrase[0].endswith("*")


def single_words_of(leaves: tuple[TextLeaf, ...], language: str) -> SingleWords:
    """Return the tokens that leaves of single words ask for in texts of a language."""
    tokens: dict[bool, set[str]] = {False: set(), True: set()}
    prefixes: list[str] = []
    forms: list[re.Pattern[str]] = []
    for leaf in leaves:
        match leaf:
            case Words(phrases=phrases, plain=plain):
                tokens[plain].update(*phrases)
            case Prefix(prefix=prefix):
                prefixes.append(prefix)
            case Wildcard(pattern=pattern):
                forms.append(wildcard(pattern))
    signs = signs_of(leaves, language).in_letters
    main, plain_ones = frozenset(tokens[False]), frozenset(tokens[True])
    return SingleWords(leaves, main, plain_ones, tuple(prefixes), tuple(forms), signs)
