"""Nearness, and what to write for other operators of elsewhere (pure).

The forms are data: `operators.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from pipelines.text.vocabulary import Phrases, Vocabulary, any_of, read_vocabulary


class NearnessForms(Vocabulary):
    """The forms of nearness, by whether the order of the words counts."""

    any_order: Phrases
    in_order: Phrases


class ForeignForms(Vocabulary):
    """Forms with one meaning elsewhere, and what to write here."""

    forms: Phrases
    instead: str
    only_in_capitals: bool = False


class OperatorFile(Vocabulary):
    """The operators of other products."""

    nearness: NearnessForms
    words: tuple[ForeignForms, ...]
    calls: tuple[ForeignForms, ...]
    fields: tuple[ForeignForms, ...]


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
    number = re.search(r"\d{1,3}", typed, re.ASCII)
    if number is None:
        return None
    forms = _operators().nearness
    for phrases, is_in_order in ((forms.any_order, False), (forms.in_order, True)):
        if _pattern(phrases).fullmatch(typed):
            return Nearness(int(number[0]), is_in_order)
    return None


def advice_on_word(typed: str) -> str | None:
    """Return what to write for a word that is an operator elsewhere, or None."""
    return _advice(typed, _operators().words)


def advice_on_call(typed: str) -> str | None:
    """Return what to write for a word right before a bracket, or None."""
    return _advice(typed, _operators().calls)


def advice_on_field(typed: str) -> str | None:
    """Return what to write for a field of another product, or None."""
    return _advice(typed, _operators().fields)


def _advice(typed: str, groups: Iterable[ForeignForms]) -> str | None:
    for group in _fitting(typed, groups):
        return group.instead
    return None


def _fitting(typed: str, groups: Iterable[ForeignForms]) -> Iterator[ForeignForms]:
    for group in groups:
        is_written_so = typed == typed.upper() or not group.only_in_capitals
        if is_written_so and _pattern(group.forms).fullmatch(typed):
            yield group
