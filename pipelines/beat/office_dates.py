"""Days on which an office begins and ends, as a person writes them (pure).

A whole year or month will do, since few know the day: `until: 2025` is the last day of 2025.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime

_YEAR_OR_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?")
_ADVICE = "is not a day; write it as 2025-03-14, 2025-03 or 2025"
_LAST_MONTH = 12


def first_day(value: object) -> date | None:
    """Return the first day of what was written.

    Raises ValueError with what to write.
    """
    day = _find_day(value)
    if value is None or day is not None:
        return day
    year, month = _read_month(value)
    return _make_day(value, year, month or 1, 1)


def last_day(value: object) -> date | None:
    """Return the last day of what was written.

    Raises ValueError with what to write.
    """
    day = _find_day(value)
    if value is None or day is not None:
        return day
    year, month = _read_month(value)
    first = _make_day(value, year, month or _LAST_MONTH, 1)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _find_day(value: object) -> date | None:
    """Return the day of a value that names one, else None."""
    # A time of a day is a date for Python, and is cut to its day.
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _read_month(value: object) -> tuple[int, int | None]:
    """Return a year, and its month where one was written."""
    found = _YEAR_OR_MONTH.fullmatch(str(value))
    if found is None:
        raise ValueError(f"“{value}” {_ADVICE}")
    month = int(found[2]) if found[2] else None
    return int(found[1]), month


def _make_day(value: object, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as e:
        raise ValueError(f"“{value}” {_ADVICE}") from e
