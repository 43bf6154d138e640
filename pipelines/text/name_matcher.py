"""Find many names in a text in one pass (pure).

Latin names are whole words, Chinese ones any characters in a row. The text is folded one character to
one (`fold_in_place`), so that positions in the folded text are positions in the text. Latin words are
looked up in a table by first word, Chinese characters in a table by first characters. Both cost one
look-up a word, however many names there are.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.text.folding import fold_in_place

#: Han characters of the basic plane, for the inside of a character class.
CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
#: A word with a `*` needs this many letters: shorter stems would take in half the dictionary.
STEM_LETTERS = 3

_WORD = re.compile("[a-z0-9]+")
_NAME_WORD = re.compile(r"[a-z0-9]+\*?")
_HAS_CJK = re.compile(f"[{CJK}]")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\u00ad\u200b-\u200f\u2060\ufeff]")
_NO_CHARACTER = re.compile(r"(?!)")

#: Characters that may stand between the words of any name, and how many at the most.
_JOINTS = frozenset(" \u00a0-\u2010\u2011\u2013'\u2019/&")
_LONGEST_JOINT = 3

#: Keys for the second word of a name: it has none, it may be any that begins in some way, and the text ends.
_NO_SECOND = ""
_ANY_SECOND = "*"
_END_OF_TEXT = "."


def clean(text: str) -> str:
    """Return a text composed, without invisible characters.

    That is what `Matcher` and quotes work on.
    """
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def is_chinese(name: str) -> bool:
    """Tell whether a name is matched anywhere, as Chinese is."""
    return _HAS_CJK.search(name) is not None


def words_of(name: str) -> tuple[str, ...]:
    """Return the folded words of a Latin name, with final `*`."""
    return tuple(_NAME_WORD.findall(fold_in_place(clean(name))))


@dataclass(frozen=True, slots=True)
class Spelling:
    """One spelling of a name and the numbers of what it stands for."""

    spelling: str
    means: tuple[int, ...]
    #: Whether it needs a capital first letter, in texts that have capitals at all.
    cased: bool = False


class Match(NamedTuple):
    """Characters [start, end) of a text that are this form."""

    start: int
    end: int
    form: Spelling


#: A Latin word of a folded text, and its [start, end).
_Token = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class _LatinName:
    """A name in Latin script, cut into words."""

    words: tuple[str, ...]
    form: Spelling
    #: Characters that may stand between the words: "China, Canada" is no "China-Canada".
    joints: frozenset[str]
    #: The first word, without its `*`.
    head: str

    def allows_between(self, characters: str) -> bool:
        """Tell whether its words may have these between them."""
        return len(characters) <= _LONGEST_JOINT and self.joints.issuperset(characters)


class Matcher:
    """The compiled table of some forms.

    It is immutable, so threads may share it.
    """

    def __init__(self, forms: Iterable[Spelling]) -> None:
        by_words: dict[tuple[str, str], list[_LatinName]] = defaultdict(list)
        by_stem: dict[str, list[_LatinName]] = defaultdict(list)
        by_start: dict[str, list[tuple[str, Spelling]]] = defaultdict(list)
        for form in _merge_forms(forms):
            if is_chinese(form.spelling):
                folded = fold_in_place(clean(form.spelling))
                by_start[folded[:2]].append((folded, form))
                continue
            words = words_of(form.spelling)
            if not words:
                continue
            name = _LatinName(words, form, _JOINTS | set(form.spelling), words[0].rstrip("*"))
            if words[0].endswith("*"):
                by_stem[words[0][:STEM_LETTERS]].append(name)
            else:
                by_words[words[0], _second_key(words)].append(name)
        # Plain dictionaries, since looking into a default one would fill it.
        self._by_words, self._by_stem, self._by_start = dict(by_words), dict(by_stem), dict(by_start)
        first_words = set()
        for first, _second in by_words:
            first_words.add(first)
        self._first_words = frozenset(first_words)
        self._first_character = _character_pattern(self._by_start)

    def find(self, text: str) -> list[Match]:
        """Return all matches in a `clean` text, also overlapping.

        They come by start, the longest first.
        """
        folded = fold_in_place(text)
        matches = [*self._latin_matches(text, folded), *self._chinese_matches(folded)]
        return sorted(matches, key=lambda match: (match.start, -match.end))

    def _chinese_matches(self, folded: str) -> Iterator[Match]:
        for first in self._first_character.finditer(folded):
            start = first.start()
            for key in (folded[start : start + 2], first[0]):
                for spelling, form in self._by_start.get(key, ()):
                    if folded.startswith(spelling, start):
                        yield Match(start, start + len(spelling), form)

    def _latin_matches(self, text: str, folded: str) -> Iterator[Match]:
        # Hot: each word of each article comes here, so a token is a plain tuple.
        tokens = [(word[0], *word.span()) for word in _WORD.finditer(folded)]
        has_capitals = text != text.lower()
        for at, (word, start, _end) in enumerate(tokens):
            following = tokens[at + 1][0] if at + 1 < len(tokens) else _END_OF_TEXT
            for name in self._names_that_may_begin(word, following):
                if name.form.cased and has_capitals and not text[start].isupper():
                    continue
                end = _end_of_name(name, tokens, at, text)
                if end is not None:
                    yield Match(start, end, name.form)

    def _names_that_may_begin(self, word: str, following: str) -> Iterator[_LatinName]:
        """Yield the names that may begin with a word.

        Of most words there are none, and no look at the text is needed.
        """
        if word in self._first_words:
            yield from self._by_words.get((word, _NO_SECOND), ())
            yield from self._by_words.get((word, _ANY_SECOND), ())
            yield from self._by_words.get((word, following), ())
        for name in self._by_stem.get(word[:STEM_LETTERS], ()):
            if word.startswith(name.head):
                yield name


def longest(matches: Iterable[Match]) -> Iterator[Match]:
    """Yield those of sorted matches that do not overlap.

    At each place the longest wins.
    """
    end = 0
    for match in matches:
        if match.start >= end:
            yield match
            end = match.end


def _character_pattern(starts: Iterable[str]) -> re.Pattern[str]:
    """Return what matches the first character of any of these."""
    characters = "".join(re.escape(start[0]) for start in starts)
    if not characters:
        return _NO_CHARACTER
    return re.compile(f"[{characters}]")


def _second_key(words: Sequence[str]) -> str:
    """Return the key of a name's second word."""
    if len(words) == 1:
        return _NO_SECOND
    return _ANY_SECOND if words[1].endswith("*") else words[1]


def _merge_forms(forms: Iterable[Spelling]) -> Iterator[Spelling]:
    """Join forms of one spelling: a word may mean several."""
    merged: dict[tuple[object, bool], Spelling] = {}
    for form in forms:
        key = (_spelling_key(form.spelling), form.cased)
        means = form.means
        if key in merged:
            known = merged[key].means
            means = (*known, *itertools.filterfalse(known.__contains__, form.means))
        merged[key] = Spelling(form.spelling, means, form.cased)
    yield from merged.values()


def _spelling_key(spelling: str) -> object:
    """Return what spellings of one name have in common."""
    if is_chinese(spelling):
        return fold_in_place(spelling)
    return words_of(spelling)


def _end_of_name(name: _LatinName, tokens: Sequence[_Token], at: int, text: str) -> int | None:
    """Return where the name that begins here ends, or None.

    None where its other words do not follow, each close by.
    """
    _word, _start, end = tokens[at]
    if len(name.words) == 1:
        return end
    if at + len(name.words) > len(tokens):
        return None
    for offset in range(1, len(name.words)):
        word, start, end_of_word = tokens[at + offset]
        if not _is_word(word, name.words[offset]) or not name.allows_between(text[end:start]):
            return None
        end = end_of_word
    return end


def _is_word(word: str, pattern: str) -> bool:
    """Tell whether a word fits one of a name."""
    if word == pattern:
        return True
    return pattern.endswith("*") and word.startswith(pattern[:-1])
