"""A moment in the past, as a person types it."""

from __future__ import annotations

from datetime import datetime, timedelta

from crawlers.errors import CatalogueError

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
#: Digits of a number of hours, days or weeks. More of them lead before the year 1.
_MOST_DIGITS = 5


def read_typed_time(text: str, now: datetime) -> datetime:
    """Read "36h", "7d", "2w" or an ISO date as a time in the past.

    A time without a zone is in the zone of `now`. Raises CatalogueError with an example.
    """
    number = text[:-1]
    unit = text[-1:]
    is_number = number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS
    if is_number and unit in _UNITS:
        return now - int(number) * _UNITS[unit]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as e:
        raise CatalogueError([f"“{text}” is not a time; write 36h, 7d, 2w or 2026-01-17"]) from e
    if moment.tzinfo is None:
        return moment.replace(tzinfo=now.tzinfo)
    return moment
