"""Conditions of elsewhere: `date aft 2026-01-01` (pure).

As words they would find nothing, or what nobody asked for. The forms are data: `operators.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipelines.query.fields import canonical_name
from pipelines.query.operators import advice_on_field, is_date_field, sign_of_comparison

_WORD = re.compile(r'"[^"]*"|[^\s"]+')
#: A date of elsewhere: a year, a day as we write it, 20260101, 1/15/2026.
_DATE = re.compile(r"\d{4}(?:-\d{1,2}){0,2}|\d{8}|\d{1,2}[/.]\d{1,2}[/.]\d{4}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_EQUAL_SIGNS = frozenset(["=", "==", "!=", "<>", ":=", "≠"])
_OPERATORS_OF_TEXT = frozenset(["contains", "like", "equals", "matches"])
#: Words of a condition alone.
_WORDS_OF_CONDITION = 3
_LETTERS_OF_CODE = 2


class Condition(NamedTuple):
    """A condition of elsewhere, its place, and what to write."""

    start: int
    end: int
    instead: str


class _Word(NamedTuple):
    typed: str
    start: int
    end: int


def foreign_condition(text: str, *, is_pasted: bool) -> Condition | None:
    """Return the first condition of elsewhere in a query, or None."""
    words: list[_Word] = []
    for match in _WORD.finditer(text):
        words.append(_Word(match[0], *match.span()))
    for name, comparison, value in zip(words, words[1:], words[2:], strict=False):
        is_alone = len(words) == _WORDS_OF_CONDITION
        instead = _instead_of_date(name.typed, comparison.typed, value.typed, is_pasted=is_pasted)
        if instead is None:
            instead = _instead_of_range(name.typed, comparison.typed, value.typed)
        if instead is None:
            instead = _instead_of_value(name.typed, comparison.typed, value.typed, is_alone=is_alone)
        if instead is not None:
            return Condition(name.start, value.end, instead)
    if is_pasted:
        return None
    return _date_without_field(words)


def _instead_of_date(name: str, comparison: str, value: str, *, is_pasted: bool) -> str | None:
    sign = sign_of_comparison(comparison)
    date = value.strip("()'\"")
    if sign is None or not is_date_field(name.strip("()")) or not _DATE.fullmatch(date):
        return None
    # “Release date is 2026” may be a headline, a whole day after it is not.
    if is_pasted and comparison.isalpha() and not re.search(r"\d\D\d|\d{8}", date):
        return None
    return f"Write published:{sign}{_as_typed_here(date)}"


def _instead_of_range(begin: str, between: str, end: str) -> str | None:
    """Return what to write for `published:2026-01-01 TO 2026-01-31`, or None."""
    name, _, date = begin.partition(":")
    if (
        between.casefold() != "to"
        or not is_date_field(name)
        or not (_DATE.fullmatch(date) and _DATE.fullmatch(end))
    ):
        return None
    return f"Write published:[{_as_typed_here(date)} TO {_as_typed_here(end)}]"


def _as_typed_here(date: str) -> str:
    if re.fullmatch(r"\d{8}", date):
        return f"{date[:4]}-{date[4:6]}-{date[6:]}"
    if re.fullmatch(r"\d{4}(?:-\d{2}){0,2}", date):
        return date
    # 1/5/2026 is in January or in May.
    return "2026-01-01 with the year first"


def _instead_of_value(name: str, comparison: str, value: str, *, is_alone: bool) -> str | None:
    """Return what to write for `title = canola` or `lang is fr`, or None."""
    known = canonical_name(name)
    if known is None and advice_on_field(name) is None:
        return None
    here = f"Write {known}:{value[:40]}" if known else str(advice_on_field(name)).rstrip(".")
    if comparison in _EQUAL_SIGNS:
        return here
    if not is_alone:
        return None
    is_code = known in ("lang", "country") and len(value) == _LETTERS_OF_CODE
    if comparison.casefold() in _OPERATORS_OF_TEXT or (comparison.casefold() == "is" and is_code):
        return here
    return None


def _date_without_field(words: Sequence[_Word]) -> Condition | None:
    for comparison, value in pairwise(words):
        sign = sign_of_comparison(comparison.typed)
        if sign and comparison.typed.isalpha() and _DAY.fullmatch(value.typed):
            return Condition(comparison.start, value.end, f"Write published:{sign}{value.typed}")
    return None
