"""Find many names in a text in one pass: whole words in Latin script, substrings in Chinese.

Latin text is folded (case, accents, full width) one character to one, so that positions in the folded
text are positions in the text. Its words are looked up in a table by first word; Chinese characters in
a table by first character. Both cost one look-up a word, however many names there are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.text.folding import fold_in_place

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
STEM_LETTERS = 3
"""A word with a `*` needs this many letters: shorter stems would take in half the dictionary."""

_WORD = re.compile("[a-z0-9]+")
_HAS_CJK = re.compile(f"[{CJK}]")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\u00ad\u200b-\u200f\u2060\ufeff]")


def clean(text: str) -> str:
    """Return `text` composed (NFC) and without invisible characters: what `Matcher` and quotes work on."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def is_chinese(name: str) -> bool:
    """Tell whether a name is matched as Chinese (any place in the text) and not as whole words."""
    return _HAS_CJK.search(name) is not None


def words_of(name: str) -> tuple[str, ...]:
    """Return the folded words of a Latin name, a final `*` kept with its word."""
    return tuple(re.findall(r"[a-z0-9]+\*?", fold_in_place(clean(name))))


@dataclass(frozen=True, slots=True)
class Spelling:
    """One spelling of a name and the numbers of what it stands for.

    `cased` asks for a capital first letter, in texts that have capitals at all.
    """

    spelling: str
    means: tuple[int, ...]
    cased: bool = False


class Match(NamedTuple):
    """Characters [start, end) of a text that are this form."""

    start: int
    end: int
    form: Spelling


@dataclass(frozen=True, slots=True)
class _Latin:
    words: tuple[str, ...]
    form: Spelling
    joints: frozenset[str]
    """Characters that may stand between the words: "China, Canada" is no "China-Canada"."""
    head: str
    """The first word, without its `*`."""


_JOINTS = frozenset(" \u00a0-\u2010\u2011\u2013'\u2019/&")
_LONGEST_JOINT = 3


class Matcher:
    """The compiled table of some forms. Immutable; safe to share between threads."""

    def __init__(self, forms: Iterable[Spelling]) -> None:
        by_words: dict[tuple[str, str], list[_Latin]] = defaultdict(list)
        by_stem: dict[str, list[_Latin]] = defaultdict(list)
        by_start: dict[str, list[tuple[str, Spelling]]] = defaultdict(list)
        for form in _merged(forms):
            if is_chinese(form.spelling):
                folded = fold_in_place(clean(form.spelling))
                by_start[folded[:2]].append((folded, form))
            elif words := words_of(form.spelling):
                latin = _Latin(words, form, _JOINTS | set(form.spelling), words[0].rstrip("*"))
                if words[0].endswith("*"):
                    by_stem[words[0][:STEM_LETTERS]].append(latin)
                else:
                    by_words[words[0], _second(words)].append(latin)
        self._by_words, self._by_stem, self._by_start = dict(by_words), dict(by_stem), dict(by_start)
        self._first_words = frozenset(first for first, _ in by_words)
        heads = "".join(re.escape(start[0]) for start in self._by_start)
        self._head = re.compile(f"[{heads}]") if heads else re.compile(r"(?!)")

    def find(self, text: str) -> list[Match]:
        """Return every match in a `clean` text, overlapping ones too, by start, the longest first."""
        folded = fold_in_place(text)
        found = [*self._latin(text, folded), *self._chinese(folded)]
        return sorted(found, key=lambda m: (m.start, -m.end))

    def _chinese(self, folded: str) -> Iterator[Match]:
        for head in self._head.finditer(folded):
            start = head.start()
            for key in (folded[start : start + 2], head[0]):
                for spelling, form in self._by_start.get(key, ()):
                    if folded.startswith(spelling, start):
                        yield Match(start, start + len(spelling), form)

    def _latin(self, text: str, folded: str) -> Iterator[Match]:
        tokens = [(m[0], *m.span()) for m in _WORD.finditer(folded)]
        has_capitals = text != text.lower()
        for i, (word, start, _) in enumerate(tokens):
            for latin in self._candidates(word, tokens[i + 1][0] if i + 1 < len(tokens) else _LAST):
                if latin.form.cased and has_capitals and not text[start].isupper():
                    continue
                if (end := _end_of(latin, tokens, i, text)) is not None:
                    yield Match(start, end, latin.form)

    def _candidates(self, word: str, following: str) -> Iterator[_Latin]:
        """Yield the forms that may begin with `word`: of most words none, without a look at the text."""
        if word in self._first_words:
            yield from self._by_words.get((word, _NONE), ())
            yield from self._by_words.get((word, _ANY), ())
            yield from self._by_words.get((word, following), ())
        for latin in self._by_stem.get(word[:STEM_LETTERS], ()):
            if word.startswith(latin.head):
                yield latin


_NONE, _ANY, _LAST = "", "*", "."


def _second(words: tuple[str, ...]) -> str:
    """Return the key of a form's second word: itself, _NONE, or _ANY for one that ends in `*`."""
    if len(words) == 1:
        return _NONE
    return _ANY if words[1].endswith("*") else words[1]


def longest(matches: Iterable[Match]) -> Iterator[Match]:
    """Yield those of sorted matches that do not overlap: at each place the longest wins."""
    end = 0
    for match in matches:
        if match.start >= end:
            yield match
            end = match.end


def _merged(forms: Iterable[Spelling]) -> Iterator[Spelling]:
    """Join forms of one spelling, so that a word may mean several things."""
    merged: dict[tuple[object, bool], Spelling] = {}
    for form in forms:
        spelled: object = (
            fold_in_place(form.spelling) if is_chinese(form.spelling) else words_of(form.spelling)
        )
        key = (spelled, form.cased)
        known = merged.get(key)
        means = (*known.means, *(n for n in form.means if n not in known.means)) if known else form.means
        merged[key] = Spelling(form.spelling, means, form.cased)
    yield from merged.values()


def _end_of(latin: _Latin, tokens: list[tuple[str, int, int]], at: int, text: str) -> int | None:
    """Return where the words after the first of `latin` end, if they follow token `at`, each close by."""
    end = tokens[at][2]
    if len(latin.words) == 1:
        return end
    if at + len(latin.words) > len(tokens):
        return None
    for pattern, (word, start, stop) in zip(latin.words[1:], tokens[at + 1 :], strict=False):
        if word != pattern and not (pattern.endswith("*") and word.startswith(pattern[:-1])):
            return None
        between = text[end:start]
        if len(between) > _LONGEST_JOINT or not latin.joints.issuperset(between):
            return None
        end = stop
    return end
