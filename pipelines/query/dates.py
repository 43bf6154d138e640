"""Dates as a query writes them, on the reader's clock.

A day, a month, a moment, or `now` with simple arithmetic. Each is read as the stretch of time that
it names, [start, end): `2026-01` is the whole of January.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo

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
#: Part of a date -> the unit it names, from the finest; the finest one given is the stretch.
_UNITS = {"second": "s", "minute": "m", "hour": "h", "day": "d", "month": "M", "year": "y"}
#: Units of one length. Months and years have several and go by the calendar.
_SPANS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
_CLOCK_UNITS = "hms"
_TICK = timedelta(microseconds=1)
_LAST = datetime.max.replace(tzinfo=UTC)


def stretch(text: str, now: datetime | None) -> Stretch:
    """Return the time that a date names, as instants in UTC.

    Days and hours are those of the zone of `now`; without one, of UTC. Raises ValueError where there is no
    such date. Without `now` the machine's clock is asked, and only if the date is relative.
    """
    zone = UTC if now is None else now.tzinfo or UTC
    try:
        if match := _NOW.fullmatch(text):
            return _in_utc(_read_relative(match, (now or datetime.now(UTC)).astimezone(zone)))
        if match := _DATE.fullmatch(text):
            return _in_utc(_read_absolute(match, zone))
    except OverflowError as e:
        raise ValueError(f"{text} is beyond the calendar") from e
    raise ValueError(f"{text} is not a date")


def _in_utc(found: Stretch) -> Stretch:
    start, end = found
    return start.astimezone(UTC), end.astimezone(UTC)


def _read_absolute(match: re.Match[str], zone: tzinfo) -> Stretch:
    if match["zone"]:
        zone = UTC
    start = datetime(
        int(match["year"]),
        int(match["month"] or 1),
        int(match["day"] or 1),
        int(match["hour"] or 0),
        int(match["minute"] or 0),
        int(match["second"] or 0),
        tzinfo=zone,
    )
    fraction = match["fraction"] or ""
    start += timedelta(microseconds=int(fraction.ljust(6, "0")))
    start -= _read_offset(match["zone"])
    if fraction:
        return start, start + _TICK
    return start, _next_start(start, _finest_unit(match))


def _finest_unit(match: re.Match[str]) -> str:
    for part, unit in _UNITS.items():
        if match[part] is not None:
            return unit
    raise AssertionError("a date has a year")


def _read_offset(zone: str | None) -> timedelta:
    if not zone or zone in "Zz":
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    # No clock on earth is further from Greenwich than +14:00.
    if hours > 14 or minutes > 59:
        raise ValueError(f"{zone} is not an offset")
    offset = timedelta(hours=hours, minutes=minutes)
    if zone[0] == "-":
        return -offset
    return offset


def _read_relative(match: re.Match[str], now: datetime) -> Stretch:
    """Return what `now-7d` or `now-1M/M` (a whole month) names."""
    at = now
    for sign, count, unit in _STEP.findall(match[1]):
        at = _moved_by(at, int(sign + count), unit)
    rounded_to = match[2]
    if not rounded_to:
        return at, at + _TICK
    start = _start_of(at, rounded_to)
    return start, _next_start(start, rounded_to)


def _moved_by(at: datetime, count: int, unit: str) -> datetime:
    """Return a moment moved by so many units.

    31 January and a month is the last day of February.
    """
    if unit in _CLOCK_UNITS:
        # An hour is an hour, also in the night when clocks are put forward.
        return (at.astimezone(UTC) + count * _SPANS[unit]).astimezone(at.tzinfo)
    if unit in _SPANS:
        return at + count * _SPANS[unit]
    months = at.year * 12 + at.month - 1
    months += count * 12 if unit == "y" else count
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    last_day = monthrange(year, month + 1)[1]
    return at.replace(year=year, month=month + 1, day=min(at.day, last_day))


def _start_of(at: datetime, unit: str) -> datetime:
    """Return the start of the unit in which a moment lies."""
    # A week starts on Monday, as in ISO 8601.
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    match unit:
        case "y":
            return midnight.replace(month=1, day=1)
        case "M":
            return midnight.replace(day=1)
        case "w":
            return midnight - timedelta(days=at.weekday())
        case "d":
            return midnight
        case "h":
            return at.replace(minute=0, second=0, microsecond=0)
        case "m":
            return at.replace(second=0, microsecond=0)
    return at.replace(microsecond=0)


def _next_start(start: datetime, unit: str) -> datetime:
    """Return the start of the next unit."""
    # In the year 9999 there is none, and the stretch ends with the calendar.
    try:
        return _moved_by(start, 1, unit)
    except OverflowError:
        return _LAST
