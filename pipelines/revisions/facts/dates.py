"""The months and days of the week that a sentence names (pure).

English ones count with their capital only, since reporters may march. Chinese dates are numbers.
"""

from __future__ import annotations

import re
from typing import Literal

from pipelines.revisions.vocabulary import VOCABULARY

#: ("month", 1) is January, ("day", 1) is Monday.
NamedDate = tuple[Literal["month", "day"], int]


def _by_name() -> dict[str, NamedDate]:
    dates: dict[str, NamedDate] = {}
    for months in VOCABULARY.months:
        for number, month in enumerate(months, 1):
            dates[month] = ("month", number)
    for month, number in VOCABULARY.more_months.items():
        dates[month] = ("month", number)
    for weekdays in VOCABULARY.weekdays:
        for number, weekday in enumerate(weekdays, 1):
            dates[weekday] = ("day", number)
    return dates


_DATES = _by_name()
_DATE = re.compile(rf"\b(?:{'|'.join(sorted(_DATES, key=len, reverse=True))})\b")


def find_dates(text: str) -> dict[NamedDate, str]:
    """Return the months and days of the week of a text, each as printed first."""
    found: dict[NamedDate, str] = {}
    for match in _DATE.finditer(text):
        found.setdefault(_DATES[match.group()], match.group())
    return found
