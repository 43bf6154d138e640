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
from functools import lru_cache

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
STEM_LETTERS = 3
"""A word with a `*` needs this many letters: shorter stems would take in half the dictionary."""

_WORD = re.compile("[a-z0-9]+")
_HAS_CJK = re.compile(f"[{CJK}]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def _fold_table() -> dict[int, str]:
    table = {}
    for point in (*range(0x41, 0x250), *range(0x1E00, 0x1F00), *range(0xFF10, 0xFF5B)):
        base = unicodedata.normalize("NFKD", chr(point))[:1].lower()
        if len(base) == 1 and base != chr(point):
            table[point] = base
    # NFKD leaves these ligatures whole; one letter stands for them on both sides of a comparison.
    return table | {ord("œ"): "o", ord("Œ"): "o", ord("æ"): "a", ord("Æ"): "a", ord("ø"): "o", ord("Ø"): "o"}


_FOLD = _fold_table()


def clean(text: str) -> str:
    """Return `text` composed (NFC) and without invisible characters: what `Matcher` and quotes work on."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def fold(text: str) -> str:
    """Return `text` without case and accents, exactly as long as it was."""
    return text.translate(_FOLD)


def is_chinese(name: str) -> bool:
    """Tell whether a name is matched as Chinese (any place in the text) and not as whole words."""
    return _HAS_CJK.search(name) is not None


def words_of(name: str) -> tuple[str, ...]:
    """Return the folded words of a Latin name, a final `*` kept with its word."""
    return tuple(re.findall(r"[a-z0-9]+\*?", fold(clean(name))))


@dataclass(frozen=True, slots=True)
class Form:
    """One spelling of a name and the numbers of what it stands for.

    `cased` asks for a capital first letter, in texts that have capitals at all.
    """

    spelling: str
    means: tuple[int, ...]
    cased: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Characters [start, end) of a text that are this form."""

    start: int
    end: int
    form: Form


@dataclass(frozen=True, slots=True)
class _Latin:
    words: tuple[str, ...]
    form: Form
    joints: frozenset[str]
    """Characters that may stand between the words: "China, Canada" is no "China-Canada"."""


_JOINTS = frozenset(" \u00a0-\u2010\u2011\u2013'\u2019/&")
_LONGEST_JOINT = 3


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int


class Matcher:
    """The compiled table of some forms. Immutable; safe to share between threads."""

    def __init__(self, forms: Iterable[Form]) -> None:
        by_word: dict[str, list[_Latin]] = defaultdict(list)
        by_stem: dict[str, list[_Latin]] = defaultdict(list)
        by_char: dict[str, list[tuple[str, Form]]] = defaultdict(list)
        for form in _merged(forms):
            if is_chinese(form.spelling):
                folded = fold(clean(form.spelling))
                by_char[folded[0]].append((folded, form))
            elif words := words_of(form.spelling):
                table, key = (
                    (by_stem, words[0][:STEM_LETTERS]) if words[0].endswith("*") else (by_word, words[0])
                )
                table[key].append(_Latin(words, form, _JOINTS | set(form.spelling)))
        self._by_word = {k: sorted(v, key=lambda x: -len(x.words)) for k, v in by_word.items()}
        self._by_stem = {k: sorted(v, key=lambda x: -len(x.words)) for k, v in by_stem.items()}
        self._by_char = {k: sorted(v, key=lambda x: -len(x[0])) for k, v in by_char.items()}
        heads = "".join(map(re.escape, self._by_char))
        self._head = re.compile(f"[{heads}]") if heads else re.compile(r"(?!)")

    def longest(self, text: str, folded: str) -> list[Match]:
        """Return matches that do not overlap, in order of the text; at each place the longest form wins."""
        found = sorted(self.every(text, folded), key=lambda m: (m.start, -m.end))
        kept: list[Match] = []
        for match in found:
            if not kept or match.start >= kept[-1].end:
                kept.append(match)
        return kept

    def every(self, text: str, folded: str) -> Iterator[Match]:
        """Yield every match, overlapping ones too: Latin ones first, then Chinese ones."""
        yield from self._latin(text, folded)
        for head in self._head.finditer(folded):
            start = head.start()
            for spelling, form in self._by_char[head[0]]:
                if folded.startswith(spelling, start):
                    yield Match(start, start + len(spelling), form)

    def _latin(self, text: str, folded: str) -> Iterator[Match]:
        tokens = [_Token(m[0], m.start(), m.end()) for m in _WORD.finditer(folded)]
        has_capitals = text != text.lower()
        for i, token in enumerate(tokens):
            candidates = self._by_word.get(token.word, ()), self._by_stem.get(token.word[:STEM_LETTERS], ())
            for latin in (c for table in candidates for c in table):
                if latin.form.cased and has_capitals and not text[token.start].isupper():
                    continue
                if (end := _end_of(latin, tokens, i, text)) is not None:
                    yield Match(token.start, end, latin.form)


def _merged(forms: Iterable[Form]) -> Iterator[Form]:
    """Join forms of one spelling, so that a word may mean several things."""
    merged: dict[tuple[object, bool], Form] = {}
    for form in forms:
        spelled: object = fold(form.spelling) if is_chinese(form.spelling) else words_of(form.spelling)
        key = (spelled, form.cased)
        known = merged.get(key)
        means = (*known.means, *(n for n in form.means if n not in known.means)) if known else form.means
        merged[key] = Form(form.spelling, means, form.cased)
    yield from merged.values()


@lru_cache(maxsize=8192)
def _word_matches(pattern: str, word: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def _end_of(latin: _Latin, tokens: list[_Token], at: int, text: str) -> int | None:
    """Return where the words of `latin` end, if they stand one after the other from token `at` on."""
    if at + len(latin.words) > len(tokens) or not _word_matches(latin.words[0], tokens[at].word):
        return None
    end = tokens[at].end
    for pattern, token in zip(latin.words[1:], tokens[at + 1 : at + len(latin.words)], strict=True):
        between = text[end : token.start]
        if len(between) > _LONGEST_JOINT or not latin.joints.issuperset(between):
            return None
        if not _word_matches(pattern, token.word):
            return None
        end = token.end
    return end
