"""Nearness, and what to write for other operators of elsewhere (pure).

The forms are data: `operators.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from pipelines.text.vocabulary import Phrases, Vocabulary, any_of, read_vocabulary

#: Of how many words may stand between.
_MOST_DIGITS = 3


class NearnessForms(Vocabulary):
    """The forms of nearness, by whether the order of the words counts."""

    any_order: Phrases
    in_order: Phrases


class ForeignForms(Vocabulary):
    """Forms with one meaning elsewhere, and what to write here."""

    forms: Phrases
    instead: str
    only_in_capitals: bool = False
    #: Counts only where it stands alone between two words.
    between_two: bool = False
    #: Joins words in another language, and may stand in a headline too.
    joins: bool = False


class DateComparison(Vocabulary):
    """What stands before a date elsewhere, and our sign for it."""

    forms: Phrases
    sign: str


class Conditions(Vocabulary):
    """Conditions that are written with spaces: date aft 2026-01-01."""

    fields: Phrases
    comparisons: tuple[DateComparison, ...]


class OperatorFile(Vocabulary):
    """The operators of other products."""

    nearness: NearnessForms
    words: tuple[ForeignForms, ...]
    ends: tuple[ForeignForms, ...]
    bracketed: tuple[ForeignForms, ...]
    calls: tuple[ForeignForms, ...]
    fields: tuple[ForeignForms, ...]
    conditions: Conditions


class Nearness(NamedTuple):
    """At most so many other words between two operands."""

    slop: int
    is_in_order: bool


@cache
def _operators() -> OperatorFile:
    return read_vocabulary("pipelines.query", "operators.yaml", OperatorFile)


@cache
def _pattern(phrases: Phrases) -> re.Pattern[str]:
    return re.compile(any_of(phrases), re.IGNORECASE)


def nearness_of(typed: str) -> Nearness | None:
    """Return what an operator of nearness says, or None for any other word."""
    number = re.search(r"\d+", typed, re.ASCII)
    if number is None or len(number[0]) > _MOST_DIGITS:
        return None
    forms = _operators().nearness
    for phrases, is_in_order in ((forms.any_order, False), (forms.in_order, True)):
        if _pattern(phrases).fullmatch(typed):
            return Nearness(int(number[0]), is_in_order)
    return None


def advice_on_word(typed: str, *, is_between_two: bool = False, joins: bool = True) -> str | None:
    """Return what to write for an operator of elsewhere, or None.

    `is_between_two` says that it stands alone between two words, `joins` that it may join what is beside it.
    """
    if is_between_two:
        # “canola same tariff” is a search in Factiva, and “on the same page” a headline.
        return _advice(typed, _operators().words) or _advice(typed.upper(), _shouted_words())
    for group in _fitting(typed, _operators().words):
        if not group.between_two and (joins or not group.joins):
            return group.instead
    return None


@cache
def _shouted_words() -> tuple[ForeignForms, ...]:
    """Return the words that count in small letters between two."""
    found: list[ForeignForms] = []
    for group in _operators().words:
        if not group.joins and not group.between_two:
            found.append(group)
    return tuple(found)


def advice_on_end(typed: str) -> str | None:
    """Return what to write for a word that ends in a sign, or None."""
    for group in _operators().ends:
        if _end_pattern(group.forms).fullmatch(typed):
            return group.instead
    return None


@cache
def _end_pattern(phrases: Phrases) -> re.Pattern[str]:
    return re.compile(rf"\W?[^\W\d_]{{3,}}(?:{any_of(phrases)})", re.IGNORECASE)


def advice_on_bracketed(typed: str) -> str | None:
    """Return what to write for a bracket between words, or None."""
    return _advice(typed, _operators().bracketed)


def advice_on_call(typed: str) -> str | None:
    """Return what to write for a word right before a bracket, or None."""
    return _advice(typed, _operators().calls)


def advice_on_field(typed: str) -> str | None:
    """Return what to write for a field of another product, or None."""
    return _advice(typed, _operators().fields)


def is_date_field(typed: str) -> bool:
    """Tell whether a word is a field of dates here or elsewhere."""
    return _pattern(_operators().conditions.fields).fullmatch(typed) is not None


def sign_of_comparison(typed: str) -> str | None:
    """Return our sign for a comparison of elsewhere, or None."""
    for comparison in _operators().conditions.comparisons:
        if _pattern(comparison.forms).fullmatch(typed):
            return comparison.sign
    return None


def _advice(typed: str, groups: Iterable[ForeignForms]) -> str | None:
    for group in _fitting(typed, groups):
        return group.instead
    return None


def _fitting(typed: str, groups: Iterable[ForeignForms]) -> Iterator[ForeignForms]:
    for group in groups:
        is_written_so = typed == typed.upper() or not group.only_in_capitals
        if is_written_so and _pattern(group.forms).fullmatch(typed):
            yield group
