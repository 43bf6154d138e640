"""Signs of words in the letters of a text, without its tokens (pure).

The text is folded to one byte a character. That costs a tenth of what a look at each token does, and most
of a text has no sign of the words of a query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from pipelines.text.analyzer import capitals
from pipelines.text.folding import fold_for_search

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


@dataclass(frozen=True, slots=True)
class LetterSigns:
    """Letters of which each word that is looked for has some."""

    #: A word begins with these.
    beginnings: tuple[bytes, ...]
    #: A word has these anywhere.
    inner: tuple[bytes, ...] = ()

    def may_be_in(self, text: str) -> bool:
        """Tell whether a text may have one of the words."""
        folded = _folded_in_bytes(text)
        return folded is None or bool(self._places_in(folded))

    def pieces_in(self, text: str) -> list[tuple[int, str]] | None:
        """Return what stands between spaces and may be one of the words.

        Each has its place. None of a text in another script.
        """
        folded = _folded_in_bytes(text)
        if folded is None:
            return None
        pieces: list[tuple[int, str]] = []
        end = -1
        for place in self._places_in(folded):
            if place < end:
                continue
            start = folded.rfind(b" ", 0, place) + 1
            end = folded.find(b" ", place)
            if end < 0:
                end = len(folded)
            pieces.append((start, text[start:end]))
        return pieces

    def _places_in(self, folded: bytes) -> list[int]:
        """Return where a sign is, and what may become one in another form."""
        places: list[int] = []
        for sign in self.beginnings:
            for place in _places_of(sign, folded):
                if not folded[place - 1 : place].isalpha():
                    places.append(place)
        for sign in (*self.inner, _UNKNOWN, _SEVERAL):
            places += _places_of(sign, folded)
        for unusual in (_APOSTROPHE, _INITIAL):
            for match in unusual.finditer(folded):
                places.append(match.start())
        return sorted(places)


def _places_of(sign: bytes, folded: bytes) -> Iterator[int]:
    place = folded.find(sign)
    while place >= 0:
        yield place
        place = folded.find(sign, place + 1)


def letter_signs_of(beginnings: Iterable[str], inner: Iterable[str]) -> LetterSigns | None:
    """Return the signs of words that begin with one of these, or have one of those.

    None where letters do not tell: an empty piece is in every word, and rules for numbers look across spaces.
    """
    first = _in_bytes(beginnings)
    others = _in_bytes(inner)
    if first is None or others is None:
        return None
    return LetterSigns(first, others)


def _in_bytes(pieces: Iterable[str]) -> tuple[bytes, ...] | None:
    signs: dict[bytes, None] = {}
    for piece in pieces:
        if not piece.isalpha():
            return None
        # Other characters are looked at wherever they are.
        if piece.isascii():
            signs[piece.encode()] = None
        for written, form in capitals().items():
            if piece in form:
                signs[written.lower().encode()] = None
    return tuple(signs)


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
