"""Weekdays beside a date."""

from __future__ import annotations

import re

from crawlers.dates.vocabulary import VOCABULARY, any_of, fold_key

#: So many characters before and after a day may hold its weekday: “Donnerstag, den ”.
_CHARS_AROUND = 20

# One character alone (木) is a part of any word.
_NAMES = re.compile(any_of(name for name in VOCABULARY.weekdays if len(name) > 1), re.I)


def find_weekday(text: str, start: int, end: int) -> int | None:
    """Return the weekday beside the day at a place of a folded text, Monday 0.

    None where none stands there, or several that differ.
    """
    around = f"{text[max(0, start - _CHARS_AROUND) : start]} {text[end : end + _CHARS_AROUND]}"
    numbers = set()
    for found in _NAMES.finditer(around):
        numbers.add(VOCABULARY.weekdays[fold_key(found[0])])
    if len(numbers) == 1:
        return numbers.pop()
    return None
