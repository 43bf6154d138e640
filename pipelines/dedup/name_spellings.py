"""One name spelled in two ways (pure).

Sudbury │ Sudbry, Subdury, Sudburry     a letter lost, exchanged, or typed twice
Lévis   │ Levis                         without its accent
Iran    │ Iraq                          two names: in a short one each letter counts
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import filterfalse
from string import ascii_lowercase

from pipelines.model import MANY, TextPrint
from pipelines.text.tokens import is_chinese, name_mark

#: Likeness of letters from which two names in titles are one, spelled in two ways: Kimberly, Kimberley.
RESPELLED = 0.75
#: Letters of the shortest name in which one more, or one less, is a typing error; and another one.
_LETTERS_TO_LOSE = 4
_LETTERS_TO_CHANGE = 6
#: Letters of the longest name of which typing errors are looked for.
_LONGEST_NAME = 24
#: Names whose spellings are kept: a form is compared with several of its kind.
_NAMES_KEPT = 512
_ACCENTED = "àâäçèéêëîïôöùûü"


def are_one_name(one: str, other: str) -> bool:
    """Tell whether two words are one name, spelled in two ways."""
    if _without_accents(one) == _without_accents(other):
        return True
    if len(one) == len(other) < _LETTERS_TO_LOSE + 1 and not any(map(is_chinese, (*one, *other))):
        return False
    return SequenceMatcher(None, one, other).ratio() >= RESPELLED


def marks_of_spellings(name: str, names: Collection[int]) -> frozenset[int]:
    """Return which of these names, as in `TextPrint.names`, are one mistyped."""
    return _marks_of_errors(name).intersection(names)


def shortened_spellings(word: str) -> Iterator[str]:
    """Yield a longer word with one letter left out.

    That is the most frequent typing error.
    """
    if len(word) >= _LETTERS_TO_LOSE and not is_chinese(word[0]):
        for at in range(len(word)):
            yield word[:at] + word[at + 1 :]


def with_name_put_right(text: TextPrint, mistyped: int, right: int) -> TextPrint:
    """Return a print that has one name in place of another."""
    if mistyped not in text.names:
        return text
    names = (text.names - {mistyped}) | {right}
    put_right = replace(text, names=names)
    numbers = dict(zip(put_right.marks, range(1, MANY), strict=False))
    table = bytearray(range(256))
    for number, mark in enumerate(text.marks, 1):
        table[number] = numbers.get(right if mark == mistyped else mark, MANY)
    return replace(put_right, facts=text.facts.translate(table))


@lru_cache(maxsize=_NAMES_KEPT)
def _marks_of_errors(name: str) -> frozenset[int]:
    if len(name) > _LONGEST_NAME or any(map(is_chinese, name)):
        return frozenset()
    return frozenset(map(name_mark, _mistyped(name)))


def _mistyped(name: str) -> Iterator[str]:
    """Yield a name with one typing error each."""
    yield _without_accents(name)
    yield from _with_one_accent(name)
    if len(name) < _LETTERS_TO_LOSE:
        return
    yield from shortened_spellings(name)
    for at in range(len(name)):
        yield name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :]
    yield from _with_letters(name, replaced=0)
    if len(name) >= _LETTERS_TO_CHANGE:
        yield from _with_letters(name, replaced=1)


def _with_one_accent(name: str) -> Iterator[str]:
    for accented in _ACCENTED:
        plain = _without_accents(accented)
        for at, letter in enumerate(name):
            if letter == plain:
                yield name[:at] + accented + name[at + 1 :]


def _with_letters(name: str, replaced: int) -> Iterator[str]:
    """Yield a name with each letter at each place.

    In place of so many, or between two.
    """
    for at in range(len(name) + 1):
        for letter in ascii_lowercase + _ACCENTED:
            yield name[:at] + letter + name[at + replaced :]


@lru_cache(maxsize=_NAMES_KEPT)
def _without_accents(word: str) -> str:
    return "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFD", word)))
