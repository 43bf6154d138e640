"""Where words that satisfy a query by themselves stand in a text (pure).

    text ──► folded, a byte a character ──► places with a sign of a word, or with anything unusual
         ──► what stands there between spaces ──► its tokens ──► those that were asked for

Few places of a text have a sign. To cut all of it into tokens would take most of the time of a search.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from pipelines.query.hit_places import Span, spans_of_leaves
from pipelines.query.signs import signs_of
from pipelines.query.tree import Prefix, TextLeaf, Wildcard, Words
from pipelines.text.analyzer import capitals, tokens_of_pieces, wildcard
from pipelines.text.folding import fold_for_search

#: Leaves whose words are remembered: the passages of one search ask for the same.
_LEAVES_KEPT: Final = 64
#: What news has beyond Latin-1 in nearly every text. None of these is, or joins, a letter.
_COMMON_MARKS: Final = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": ","}
#: Stands for a character beyond Latin-1, as `encode` has it.
_UNKNOWN: Final = b"?"
#: Stands for a character of Latin-1 whose fold is none or several, such as ß.
_SEVERAL: Final = b"\xff"
#: A text in which more than one character of so many is unknown is in another script.
_MOST_UNKNOWN: Final = 8
#: Where letters on both sides may be of one word: O'Brien, P.R.C. A possessive 's joins nothing.
_APOSTROPHE: Final = re.compile(rb"'(?!s(?![a-z]))[a-z]")
_INITIAL: Final = re.compile(rb"\.[a-z](?![a-z0-9])")
_LETTERS: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class SingleWords:
    """Leaves that one token of a text satisfies, and what such tokens are."""

    leaves: tuple[TextLeaf, ...]
    main: frozenset[str]
    plain: frozenset[str]
    prefixes: tuple[str, ...]
    forms: tuple[re.Pattern[str], ...]
    #: Each such word of a text has one of them; None where letters do not tell.
    signs: tuple[bytes, ...] | None

    def spans_in(self, text: str, language: str | None) -> Iterator[Span]:
        """Yield the characters of all such words, in order."""
        pieces = _pieces_with_a_sign(text, self.signs)
        if pieces is None:
            pieces = [(0, text)]
        for place, piece in pieces:
            for first, last in self._spans_in_piece(piece, language):
                yield place + first, place + last

    def _spans_in_piece(self, text: str, language: str | None) -> Iterator[Span]:
        place = 0
        for piece, main, plain in tokens_of_pieces(text, language):
            if self._are_among(main, plain):
                word = _LETTERS.search(piece)
                if word is not None and fold_for_search(word[0]) == plain:
                    # Nearly every piece is one word between marks.
                    yield place + word.start(), place + word.end()
                else:
                    for first, last in spans_of_leaves(piece, language, self.leaves):
                        yield place + first, place + last
            place += len(piece) + 1

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


@lru_cache(_LEAVES_KEPT)
def single_words_of(leaves: tuple[TextLeaf, ...], language: str) -> SingleWords | None:
    """Return the tokens that leaves ask for in texts of a language.

    None where one of them asks for several words side by side or near each other.
    """
    tokens: dict[bool, set[str]] = {False: set(), True: set()}
    prefixes: list[str] = []
    forms: list[re.Pattern[str]] = []
    for leaf in leaves:
        match leaf:
            case Words(phrases=phrases, plain=plain) if all(map(_is_one_word, phrases)):
                tokens[plain].update(*phrases)
            case Prefix(prefix=prefix, lead=()):
                prefixes.append(prefix)
            case Wildcard(pattern=pattern):
                forms.append(wildcard(pattern))
            case _:
                return None
    signs = _signs_in_bytes(signs_of(leaves, language).pieces)
    main, plain_ones = frozenset(tokens[False]), frozenset(tokens[True])
    return SingleWords(leaves, main, plain_ones, tuple(prefixes), tuple(forms), signs)


def _is_one_word(phrase: Sequence[str]) -> bool:
    return len(phrase) == 1 and not phrase[0].endswith("*")


def _signs_in_bytes(pieces: Iterable[str]) -> tuple[bytes, ...] | None:
    signs: list[bytes] = []
    for piece in pieces:
        # Rules for numbers look across spaces and marks.
        if not (piece.isascii() and piece.isalpha()):
            return None
        signs.append(piece.encode())
        for written, form in capitals().items():
            if piece in form:
                signs.append(written.lower().encode())
    return tuple(dict.fromkeys(signs))


def _pieces_with_a_sign(text: str, signs: Sequence[bytes] | None) -> list[tuple[int, str]] | None:
    """Return what stands between spaces and has a sign in it, each with its place.

    None where that cannot be told quickly: in another script, or without signs.
    """
    if signs is None:
        return None
    folded = _folded_in_bytes(text)
    if folded is None:
        return None
    pieces: list[tuple[int, str]] = []
    end = -1
    for place in _places_of_signs(folded, signs):
        if place < end:
            continue
        start = folded.rfind(b" ", 0, place) + 1
        end = folded.find(b" ", place)
        if end < 0:
            end = len(folded)
        pieces.append((start, text[start:end]))
    return pieces


def _folded_in_bytes(text: str) -> bytes | None:
    """Return a text folded, one byte for each character; None in another script."""
    if not text.isascii():
        for mark, other in _COMMON_MARKS.items():
            text = text.replace(mark, other)
    encoded = text.encode("latin-1", "replace")
    if encoded.count(_UNKNOWN) * _MOST_UNKNOWN > len(encoded):
        return None
    return encoded.translate(_byte_folds())


@cache
def _byte_folds() -> bytes:
    """Return what each character of Latin-1 becomes."""
    folds = bytearray()
    for code in range(256):
        folds += _byte_fold(chr(code))
    return bytes(folds)


def _byte_fold(char: str) -> bytes:
    if char in " \n":
        return b" "
    folded = fold_for_search(char)
    if len(folded) != 1 or not folded.isascii():
        return _SEVERAL
    # Other blanks separate words, but no pieces.
    return folded.encode().replace(b" ", b"\t")


def _places_of_signs(folded: bytes, signs: Sequence[bytes]) -> list[int]:
    """Return where a sign is, and what may become one in another form."""
    places: set[int] = set()
    for sign in (*signs, _UNKNOWN, _SEVERAL):
        place = folded.find(sign)
        while place >= 0:
            places.add(place)
            place = folded.find(sign, place + 1)
    for unusual in (_APOSTROPHE, _INITIAL):
        for match in unusual.finditer(folded):
            places.add(match.start())
    return sorted(places)
