"""Dates as a query writes them: a day, a month, a moment, or `now` with simple arithmetic. All in UTC.

Everything is read as the stretch of time it names, [start, end): `2026-01` is the whole of January.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta

Stretch = tuple[datetime, datetime]

FORMS = "2026, 2026-01, 2026-01-17, 2026-01-17T09:30Z, now or now-7d"

_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d?)(?:-(?P<day>\d\d?)"
    r"(?:T(?P<hour>\d\d)(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,6}))?)?)?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?)?)?)?",
    re.IGNORECASE | re.ASCII,
)
_NOW = re.compile(r"now((?:[+-]\d{1,6}[yMwdhms])*)(?:/([yMwdhms]))?", re.ASCII)
_STEP = re.compile(r"([+-])(\d+)([yMwdhms])")
_SPANS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
_TICK = timedelta(microseconds=1)
_LAST = datetime.max.replace(tzinfo=UTC)


def stretch(text: str, now: datetime | None) -> Stretch:
    """Return the time that a date names. Raises ValueError where there is no such date.

    Without `now` the machine's clock is asked, and only if the date is relative.
    """
    try:
        if match := _NOW.fullmatch(text):
            return _relative(match, now or datetime.now(UTC))
        if match := _DATE.fullmatch(text):
            return _absolute(match)
    except OverflowError as e:
        raise ValueError(f"{text} is beyond the calendar") from e
    raise ValueError(f"{text} is no date")


def _absolute(match: re.Match[str]) -> Stretch:
    year, month, day, hour, minute, second = (
        int(match[part]) if match[part] else None
        for part in ("year", "month", "day", "hour", "minute", "second")
    )
    assert year is not None
    start = datetime(
        year,
        1 if month is None else month,
        1 if day is None else day,
        hour or 0,
        minute or 0,
        second or 0,
        tzinfo=UTC,
    )
    start += timedelta(microseconds=int((match["fraction"] or "").ljust(6, "0")))
    unit = next(
        (
            unit
            for unit, given in (("s", second), ("m", minute), ("h", hour), ("d", day), ("M", month))
            if given is not None
        ),
        "y",
    )
    start -= _offset(match["zone"])
    return start, start + _TICK if match["fraction"] else _after(start, unit)


def _offset(zone: str | None) -> timedelta:
    if not zone or zone in "Zz":
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if hours > 14 or minutes > 59:
        raise ValueError(f"{zone} is no offset")
    return (-1 if zone[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes)


def _relative(match: re.Match[str], now: datetime) -> Stretch:
    at = now.astimezone(UTC)
    for sign, count, unit in _STEP.findall(match[1]):
        at = _moved(at, int(sign + count), unit)
    if match[2]:
        start = _floor(at, match[2])
        return start, _after(start, match[2])
    return at, at + _TICK


def _moved(at: datetime, count: int, unit: str) -> datetime:
    if unit in _SPANS:
        return at + count * _SPANS[unit]
    months = at.year * 12 + at.month - 1 + count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


def _floor(at: datetime, unit: str) -> datetime:
    if unit == "w":
        at -= timedelta(days=at.weekday())
    finer = {"month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0, "microsecond": 0}
    kept = {"y": 0, "M": 1, "w": 2, "d": 2, "h": 3, "m": 4, "s": 5}[unit]
    for part in list(finer)[:kept]:
        del finer[part]
    return at.replace(**finer)  # type: ignore[arg-type]


def _after(start: datetime, unit: str) -> datetime:
    """Return the start of the next unit; the calendar's last moment where there is none."""
    try:
        return _moved(start, 1, unit)
    except OverflowError:
        return _LAST
