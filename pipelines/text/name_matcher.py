"""Find many names in a text in one pass (pure).

Names in scripts with spaces are whole words, but for what is attached to them (والصين, 삼성전자가). Names in
Han and kana are any characters in a row; one in katakana is no part of a longer word in katakana. The text
is folded one character to one (`fold_in_place`), so that positions in the folded text are positions in it.
Words are looked up in a table by first word, Han and kana in a table by first characters. Both cost one
look-up a word, however many names there are.
"""

from __future__ import annotations

import itertools
import re
import string
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crawlers.scripts import BASIC_HAN, HANGUL, KANA, SCRIPTS, scripts_of
from pipelines.text.folding import fold_in_place
from pipelines.text.spellings import (
    SPACED_SCRIPTS,
    attached_beginnings,
    has_kana,
    kana_spellings,
    latin_spellings,
    may_have_particles,
    particles,
    stands_alone,
)

#: A word with a `*` needs this many letters: shorter stems would take in half the dictionary.
STEM_LETTERS = 3
#: In Hangul, where a letter is a syllable.
HANGUL_STEM_LETTERS = 2

#: Letters of a folded word in the Latin alphabet: those of ASCII, and ligatures.
_LATIN_LETTERS = "a-z0-9æœßþ"
_ALL_LETTERS = _LATIN_LETTERS + "".join(map(SCRIPTS.__getitem__, SPACED_SCRIPTS))
_NAME_WORD = re.compile(rf"[{_ALL_LETTERS}]+\*?")
#: A star that no word ends with.
_STRAY_STAR = re.compile(rf"(?<![{_ALL_LETTERS}])\*|\*(?=[{_ALL_LETTERS}])")
_HAS_HAN_OR_KANA = re.compile(f"[{BASIC_HAN}{KANA}]")
_HANGUL_WORD = re.compile(f"[{HANGUL}]")
_HANGUL_OR_KANA = re.compile(f"[{HANGUL}{KANA}]")
_NO_CHARACTER = re.compile(r"(?!)")
#: What is no letter and no digit of ASCII, and spaces.
_MARKS = re.compile(r"[\s\x00-/:-@\[-`{-\x7f]+")

#: Controls, marks of direction, vowel signs of Arabic and Hebrew, and the stroke that stretches Arabic words.
_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\ud800-\udfff\u00ad\u200b-\u200f\u2060\ufeff"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06ed"
)
#: Half-width kana, and Arabic letters in the shape that they have in their word.
_COMPATIBLE = "\uff65-\uff9f\ufb50-\ufdef\ufe70-\ufefc"
_IS_INVISIBLE = re.compile(f"[{_INVISIBLE}]")
_UNCLEAN = re.compile(f"[{_INVISIBLE}{_COMPATIBLE}]+")

#: Characters that may stand between the words of any name, and how many at the most.
_JOINTS = frozenset(" \u00a0-\u2010\u2011\u2013'\u2019\u02bc/&")
_LONGEST_JOINT = 3

#: Keys for the second word of a name: it has none, it may be any that begins in some way, and the text ends.
_NO_SECOND = ""
_ANY_SECOND = "*"
_END_OF_TEXT = "."


_ASCII_WORDS = f"{string.ascii_letters}{string.digits}".encode()
_ASCII_MARKS = bytes(itertools.filterfalse(_ASCII_WORDS.__contains__, range(128)))
#: Bytes of UTF-8: all of ASCII but letters and digits become spaces, and capitals small letters.
_WORDS_ALONE = bytes.maketrans(
    string.ascii_uppercase.encode() + _ASCII_MARKS,
    string.ascii_lowercase.encode() + b" " * len(_ASCII_MARKS),
)


def clean(text: str) -> str:
    """Return a text composed, without invisible characters.

    That is what `NameMatcher` and quotes work on.
    """
    return _UNCLEAN.sub(_clean_part, unicodedata.normalize("NFC", text))


def _clean_part(unclean: re.Match[str]) -> str:
    return _IS_INVISIBLE.sub("", unicodedata.normalize("NFKC", unclean[0]))


def is_unspaced(name: str) -> bool:
    """Tell whether a name is matched anywhere, as Chinese and Japanese are."""
    return _HAS_HAN_OR_KANA.search(name) is not None


def words_of(name: str) -> tuple[str, ...]:
    """Return the folded words of a name in a script with spaces, with final `*`."""
    return tuple(_NAME_WORD.findall(fold_in_place(clean(name))))


def has_stray_star(name: str) -> bool:
    """Tell whether a `*` stands elsewhere than at the end of a word.

    There it would mean nothing.
    """
    return _STRAY_STAR.search(fold_in_place(clean(name))) is not None


def is_too_short(name: str) -> bool:
    """Tell whether a name is one sign of Hangul or kana, which is part of many words."""
    return len(name) == 1 and _HANGUL_OR_KANA.match(name) is not None


def stem_letters(word: str) -> int:
    """Return how many letters a word needs before its `*`."""
    return HANGUL_STEM_LETTERS if _HANGUL_WORD.match(word) else STEM_LETTERS


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


#: A word of a folded text, and its [start, end).
_Token = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class SpacedName:
    """A name in a script with spaces, cut into words."""

    words: tuple[str, ...]
    form: Spelling
    #: Characters that may stand between the words: "China, Canada" is no "China-Canada".
    joints: frozenset[str]
    #: The first word, without its `*`.
    head: str
    #: Characters of the first word that are no part of the name: the و of وكندا.
    lead: int = 0
    #: The words behind the first one that stand in a text as they are.
    later_words: frozenset[str] = frozenset()

    def allows_between(self, characters: str) -> bool:
        """Tell whether its words may have these between them."""
        return len(characters) <= _LONGEST_JOINT and self.joints.issuperset(characters)


class NameMatcher:
    """The compiled table of some forms.

    It is immutable, so threads may share it.
    """

    def __init__(self, forms: Iterable[Spelling]) -> None:
        spaced: list[Spelling] = []
        unspaced: list[Spelling] = []
        for form in forms:
            (unspaced if is_unspaced(form.spelling) else spaced).append(form)
        self._index_names(tuple(_spaced_names(spaced)), _unspaced_names(unspaced))

    @classmethod
    def of_names(
        cls, spaced: tuple[SpacedName, ...], unspaced: tuple[tuple[str, Spelling], ...]
    ) -> NameMatcher:
        """Return a matcher made of the `spaced` and `unspaced` of another one.

        To cut spellings into names is most of the work.
        """
        matcher = cls.__new__(cls)
        matcher._index_names(spaced, unspaced)
        return matcher

    def _index_names(
        self, spaced: tuple[SpacedName, ...], unspaced: tuple[tuple[str, Spelling], ...]
    ) -> None:
        #: Names in scripts with spaces.
        self.spaced = spaced
        #: Names in Han and kana, each as texts write it.
        self.unspaced = unspaced
        self._index_spaced_names(spaced)
        self._by_start = _index_unspaced_names(unspaced)
        self._first_character = _character_pattern(self._by_start)
        self._by_part = _index_parts(self._by_start)
        self._part_character = _character_pattern(self._by_part)
        self._word = _word_pattern(name.form.spelling for name in spaced)
        #: Whether words of a text may end in particles.
        self._has_particles = any(may_have_particles(name.form.spelling) for name in spaced)

    def _index_spaced_names(self, names: Iterable[SpacedName]) -> None:
        by_words: dict[tuple[str, str], list[SpacedName]] = defaultdict(list)
        by_stem: dict[str, list[SpacedName]] = defaultdict(list)
        for name in names:
            if name.words[0].endswith("*"):
                by_stem[name.head[: stem_letters(name.head)]].append(name)
            else:
                by_words[name.words[0], _second_key(name.words)].append(name)
        # Plain dictionaries, since looking into a default one would fill it.
        self._by_words, self._by_stem = dict(by_words), dict(by_stem)
        self._by_first_word = _join_by_first_word(by_words)
        self._first_words = frozenset(self._by_first_word)
        self._longest_first_word = max(map(len, self._first_words), default=0)
        self._short_stems = frozenset(stem for stem in by_stem if len(stem) < STEM_LETTERS)

    def find(self, text: str) -> list[Match]:
        """Return all matches in a `clean` text, also overlapping.

        They come by start, the longest first.
        """
        folded = fold_in_place(text)
        matches = [*self._spaced_matches(text, folded), *self._unspaced_matches(folded)]
        return sorted(matches, key=lambda match: (match.start, -match.end))

    def may_find(self, text: str) -> Iterator[Spelling]:
        """Yield every form that `find` finds in a `clean` text, and some more.

        Of those more the words stand in the text, but apart. Each word is looked at once, so that it takes a
        fifth of the time.
        """
        plain, other = _distinct_words(text)
        folded = fold_in_place(other)
        for name in self._names_of(plain.union(self._word.findall(folded))):
            yield name.form
        for first in self._part_character.finditer(folded):
            start = first.start()
            for key in (folded[start : start + 2], first[0]):
                for part, form in self._by_part.get(key, ()):
                    if folded.startswith(part, start):
                        yield form

    def _names_of(self, words: set[str]) -> Iterator[SpacedName]:
        """Yield the names that a text with these words may hold."""
        for first in words & self._first_words:
            for name in self._by_first_word[first]:
                if words.issuperset(name.later_words):
                    yield name
        if self._by_stem:
            for word in filter(self._begins_with_stem, words):
                yield from self._names_with_stem(word)
        if self._has_particles:
            # Most words are ASCII, and that is quick to see.
            for word in filter(may_have_particles, itertools.filterfalse(str.isascii, words)):
                for head in self._heads_before_particles(word):
                    yield from self._by_first_word[head]

    def _unspaced_matches(self, folded: str) -> Iterator[Match]:
        for first in self._first_character.finditer(folded):
            start = first.start()
            for key in (folded[start : start + 2], first[0]):
                for spelling, form, is_kana in self._by_start.get(key, ()):
                    if not folded.startswith(spelling, start):
                        continue
                    end = start + len(spelling)
                    if not is_kana or stands_alone(folded, start, end):
                        yield Match(start, end, form)

    def _spaced_matches(self, text: str, folded: str) -> Iterator[Match]:
        # Hot: each word of each article comes here, so a token is a plain tuple.
        tokens = [(word[0], *word.span()) for word in self._word.finditer(folded)]
        has_capitals = text != text.lower()
        for at, (word, start, _end) in enumerate(tokens):
            # True of most words, and ten times as quick as to look for the names.
            if self._begins_no_name(word):
                continue
            following = tokens[at + 1][0] if at + 1 < len(tokens) else _END_OF_TEXT
            for name in self._names_that_may_begin(word, following):
                if name.form.cased and has_capitals and not _has_capital(text[start + name.lead]):
                    continue
                end = _end_of_name(name, tokens, at, text)
                if end is not None:
                    yield Match(start + name.lead, end, name.form)
            if self._may_have_particles(word):
                yield from self._matches_before_particles(word, start)

    def _begins_no_name(self, word: str) -> bool:
        # As `_begins_with_stem` looks, but each call takes as long as a look.
        if word in self._first_words or word[:STEM_LETTERS] in self._by_stem:
            return False
        if word[:HANGUL_STEM_LETTERS] in self._short_stems:
            return False
        return word.isascii() or not self._may_have_particles(word)

    def _begins_with_stem(self, word: str) -> bool:
        """Tell whether a word begins as some stem does."""
        return word[:STEM_LETTERS] in self._by_stem or word[:HANGUL_STEM_LETTERS] in self._short_stems

    def _may_have_particles(self, word: str) -> bool:
        # Most words are ASCII, and that is quick to see.
        return self._has_particles and not word.isascii() and may_have_particles(word)

    def _names_that_may_begin(self, word: str, following: str) -> Iterator[SpacedName]:
        """Yield the names that may begin with a word."""
        if word in self._first_words:
            yield from self._by_words.get((word, _NO_SECOND), ())
            yield from self._by_words.get((word, _ANY_SECOND), ())
            yield from self._by_words.get((word, following), ())
        yield from self._names_with_stem(word)

    def _names_with_stem(self, word: str) -> Iterator[SpacedName]:
        """Yield the names whose first word is a stem with which a word begins."""
        for name in self._by_stem.get(word[:STEM_LETTERS], ()):
            if word.startswith(name.head):
                yield name
        if self._short_stems and len(word) > HANGUL_STEM_LETTERS:
            for name in self._by_stem.get(word[:HANGUL_STEM_LETTERS], ()):
                if word.startswith(name.head):
                    yield name

    def _matches_before_particles(self, word: str, start: int) -> Iterator[Match]:
        """Yield the names of one word that are followed by nothing but particles."""
        for head in self._heads_before_particles(word):
            for name in self._by_words.get((head, _NO_SECOND), ()):
                yield Match(start + name.lead, start + len(head), name.form)

    def _heads_before_particles(self, word: str) -> Iterator[str]:
        """Yield the first words of names with nothing but particles behind them."""
        # A page may hold a word without an end.
        for end in range(1, min(len(word), self._longest_first_word + 1)):
            head = word[:end]
            if head in self._first_words and particles().fullmatch(word, end):
                yield head


def _distinct_words(text: str) -> tuple[set[str], str]:
    """Return each word of a text once: those that are ASCII, folded, and the others.

    The others may have marks in them that are no part of a word.
    """
    # As bytes, because a table for all characters takes thirty times as long.
    spaced = text.encode("utf-8", "replace").translate(_WORDS_ALONE).decode()
    words = set(spaced.split())
    plain = set(filter(str.isascii, words))
    return plain, " ".join(words - plain)


def longest(matches: Iterable[Match]) -> Iterator[Match]:
    """Yield those of sorted matches that do not overlap.

    At each place the longest wins.
    """
    end = 0
    for match in matches:
        if match.start >= end:
            yield match
            end = match.end


# -- the tables -------------------------------------------------------------------------------------------


def _spaced_names(forms: Iterable[Spelling]) -> Iterator[SpacedName]:
    """Yield each way to write each name, once; a word may mean several."""
    merged: dict[tuple[tuple[str, ...], int, bool], SpacedName] = {}
    for form in forms:
        joints = _JOINTS | set(form.spelling)
        for words, lead in _written_words(form.spelling):
            key = (words, lead, form.cased)
            known = merged.get(key)
            joined = _join_forms(known.form, form) if known else form
            merged[key] = SpacedName(words, joined, joints, words[0].rstrip("*"), lead, _later_words(words))
    yield from merged.values()


def _later_words(words: Sequence[str]) -> frozenset[str]:
    """Return the words behind the first that have nothing written behind them."""
    later = []
    for word in words[1:]:
        if not word.endswith("*") and not may_have_particles(word):
            later.append(word)
    return frozenset(later)


def _join_by_first_word(
    by_words: Mapping[tuple[str, str], Sequence[SpacedName]],
) -> dict[str, list[SpacedName]]:
    """Return names by their first word, given by their first two."""
    by_first_word: dict[str, list[SpacedName]] = defaultdict(list)
    for (first, _second), names in by_words.items():
        by_first_word[first] += names
    return dict(by_first_word)


def _written_words(spelling: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield the words of a name in each way to write it.

    With each comes how many characters of the first word stand before the name.
    """
    for latin in latin_spellings(clean(spelling)):
        words = words_of(latin)
        if words:
            for first, lead in attached_beginnings(words[0]):
                yield (first, *words[1:]), lead
            if len(words) > 1 and all(map(may_have_particles, words)):
                # Korean papers write many a name in one word or in two.
                yield ("".join(words),), 0


def _unspaced_names(forms: Iterable[Spelling]) -> tuple[tuple[str, Spelling], ...]:
    """Return each way to write each name in Han and kana, once."""
    merged: dict[tuple[str, bool], Spelling] = {}
    for form in forms:
        for spelling in kana_spellings(fold_in_place(clean(form.spelling))):
            key = (spelling, form.cased)
            merged[key] = _join_forms(merged[key], form) if key in merged else form
    names = []
    for (spelling, _cased), form in merged.items():
        names.append((spelling, form))
    return tuple(names)


def _index_unspaced_names(
    names: Iterable[tuple[str, Spelling]],
) -> dict[str, list[tuple[str, Spelling, bool]]]:
    """Return the names in Han and kana by their first two characters.

    Each comes with whether it has kana.
    """
    by_start: dict[str, list[tuple[str, Spelling, bool]]] = defaultdict(list)
    for spelling, form in names:
        by_start[spelling[:2]].append((spelling, form, has_kana(spelling)))
    return dict(by_start)


def _index_parts(
    by_start: Mapping[str, Sequence[tuple[str, Spelling, bool]]],
) -> dict[str, list[tuple[str, Spelling]]]:
    """Return names in Han and kana by the first part that is not ASCII.

    Parts are what spaces cut; the keys are the first two characters of one.
    """
    by_part: dict[str, list[tuple[str, Spelling]]] = defaultdict(list)
    for names in by_start.values():
        for spelling, form, _is_kana in names:
            part = next(itertools.filterfalse(str.isascii, _MARKS.split(spelling)))
            by_part[part[:2]].append((part, form))
    return dict(by_part)


def _join_forms(known: Spelling, form: Spelling) -> Spelling:
    """Return one form that means what both do."""
    added = itertools.filterfalse(known.means.__contains__, form.means)
    return Spelling(form.spelling, (*known.means, *added), form.cased)


def _word_pattern(spellings: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of a word of a folded text.

    A script of which no name is written is left out: words are cut quickest in Latin letters alone.
    """
    scripts = scripts_of(" ".join(spellings))
    letters = [_LATIN_LETTERS]
    for script in SPACED_SCRIPTS:
        if script in scripts:
            letters.append(SCRIPTS[script])
    return re.compile(f"[{''.join(letters)}]+")


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
    is_open = words[1].endswith("*") or may_have_particles(words[1])
    return _ANY_SECOND if is_open else words[1]


# -- one name at one place --------------------------------------------------------------------------------


def _has_capital(letter: str) -> bool:
    """Tell whether a letter is a capital, or of a script that has none."""
    return letter.isupper() or letter.lower() == letter.upper()


def _end_of_name(name: SpacedName, tokens: Sequence[_Token], at: int, text: str) -> int | None:
    """Return where the name that begins here ends, or None.

    None where its other words do not follow, each close by.
    """
    _word, _start, end = tokens[at]
    if len(name.words) == 1:
        return end
    if at + len(name.words) > len(tokens):
        return None
    last = len(name.words) - 1
    for offset in range(1, len(name.words)):
        word, start, end_of_word = tokens[at + offset]
        pattern = name.words[offset]
        if not name.allows_between(text[end:start]):
            return None
        if _is_word(word, pattern):
            end = end_of_word
        elif offset == last and _is_before_particles(word, pattern):
            end = start + len(pattern)
        else:
            return None
    return end


def _is_word(word: str, pattern: str) -> bool:
    """Tell whether a word fits one of a name."""
    if word == pattern:
        return True
    return pattern.endswith("*") and word.startswith(pattern[:-1])


def _is_before_particles(word: str, pattern: str) -> bool:
    """Tell whether a word is the last one of a name, with particles behind it."""
    return (
        may_have_particles(word)
        and word.startswith(pattern)
        and bool(particles().fullmatch(word, len(pattern)))
    )
