"""Words that count: numbers, ordinals, days, months and terms (pure).

    "12th package"     ──► ordinal: counts a series
    "ten-year notes"   ──► ordinal: names one of several things
    "14 dead"          ──► counts what happened

The words are in `counting_words.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

from pipelines.text.tokens import tokens
from pipelines.text.vocabulary import Vocabulary, read_vocabulary

_CHINESE_NUMERALS = frozenset("〇零一二三四五六七八九十百千两")
#: Numbers that are years. "2000 dead" is told apart by what stands behind no better than by this.
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
#: Letters of words that are Roman numerals, or the end of an ordinal.
_ROMAN_LETTERS = 2
#: Stands for the number in a phrase.
_NUMBER = "#"

Words = Mapping[str, tuple[str, ...]]


class CountingVocabulary(Vocabulary):
    """The words of `counting_words.yaml`."""

    cardinals: Words
    months: Words
    parts: Words
    before_number: Words
    behind_number: Words
    terms: Words
    not_terms: Words


class _TermPhrase(NamedTuple):
    """The words around the number of a term."""

    before: tuple[str, ...]
    behind: tuple[str, ...]

    def is_around(self, title: Sequence[str], at: int) -> bool:
        start = at - len(self.before)
        if start < 0 or tuple(title[start:at]) != self.before:
            return False
        return tuple(title[at + 1 : at + 1 + len(self.behind)]) == self.behind


class _CountingWords(NamedTuple):
    counting: frozenset[str]
    #: Words that count the parts of a series, besides figures.
    parts: frozenset[str]
    before_number: frozenset[str]
    behind_number: frozenset[str]
    terms: tuple[_TermPhrase, ...]
    not_terms: tuple[_TermPhrase, ...]
    #: Words of one language that count months, or the parts of a series.
    series: tuple[frozenset[str], ...]


def is_counting(token: str) -> bool:
    """Tell whether a token is a number, or a word that counts."""
    return token[0].isdigit() or token in _counting_words().counting or token[0] in _CHINESE_NUMERALS


def is_ordinal(title: Sequence[str], at: int) -> bool:
    """Tell whether a word counts a series or the days, or is a term.

    Others count what happened: "14 dead".
    """
    word = title[at]
    if not is_counting(word):
        return False
    words = _counting_words()
    if word in words.parts or _is_year(word):
        return True
    if at > 0 and title[at - 1] in words.before_number:
        return True
    if at + 1 < len(title) and title[at + 1] in words.behind_number:
        return True
    return _is_term(title, at)


def others_in_series(title: Sequence[str], at: int) -> frozenset[str]:
    """Return the words that count as a word of a title does.

    Months beside a month, ordinals and days beside an ordinal. Nothing for other words, and for figures, of
    which there is no end.
    """
    word = title[at]
    if word in _CHINESE_NUMERALS and is_ordinal(title, at):
        return _CHINESE_NUMERALS - {word}
    for series in _counting_words().series:
        if word in series and len(word) > _ROMAN_LETTERS:
            return series - {word}
    return frozenset()


def _is_year(token: str) -> bool:
    """Tell whether a number is a year of these times."""
    return token.isdigit() and _FIRST_YEAR <= int(token) <= _LAST_YEAR


def _is_term(title: Sequence[str], at: int) -> bool:
    """Tell whether a number says how long something runs."""
    words = _counting_words()
    if any(phrase.is_around(title, at) for phrase in words.not_terms):
        return False
    return any(phrase.is_around(title, at) for phrase in words.terms)


def join_chinese_numbers(title: Sequence[str]) -> list[str]:
    """Return a title's tokens with each Chinese number as one.

    So 第 十 二 批 and 第 十 批 have the same length.
    """
    joined: list[str] = []
    for token in title:
        if token in _CHINESE_NUMERALS and joined and joined[-1][-1] in _CHINESE_NUMERALS:
            joined[-1] += token
        else:
            joined.append(token)
    return joined


# -- the file ---------------------------------------------------------------------------------------------


@cache
def _counting_words() -> _CountingWords:
    words = read_vocabulary("pipelines.dedup", "counting_words.yaml", CountingVocabulary)
    months = _all_words(words.months)
    parts = months | _all_words(words.parts)
    return _CountingWords(
        counting=parts | _all_words(words.cardinals),
        parts=parts,
        before_number=months | _all_words(words.before_number),
        behind_number=months | _all_words(words.behind_number),
        terms=_term_phrases(words.terms),
        not_terms=_term_phrases(words.not_terms),
        series=tuple(map(frozenset, chain(words.months.values(), words.parts.values()))),
    )


def _all_words(by_language: Words) -> frozenset[str]:
    return frozenset(chain.from_iterable(by_language.values()))


def _term_phrases(by_language: Words) -> tuple[_TermPhrase, ...]:
    return tuple(_read_terms(chain.from_iterable(by_language.values())))


def _read_terms(phrases: Iterable[str]) -> Iterable[_TermPhrase]:
    for phrase in phrases:
        before, _, behind = phrase.partition(_NUMBER)
        yield _TermPhrase(tuple(tokens(before)), tuple(tokens(behind)))
