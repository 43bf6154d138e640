"""When a search's mail is due, by the clock of its reader (pure).

All of it is local time of the search's zone: a mail of 08:00 comes at 08:00 in summer and in winter. A time that a
change of clocks skips is taken as the moment after it; one that comes twice counts the first time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipelines.model import SavedSearch

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def local_day(search: SavedSearch, at: datetime) -> date:
    """Return the reader's day of an instant."""
    return at.astimezone(ZoneInfo(search.zone)).date()


def day_start(search: SavedSearch, at: datetime) -> datetime:
    """Return when the reader's day of an instant began, in UTC."""
    return _instant(search, local_day(search, at), time())


def next_slot(search: SavedSearch, after: datetime) -> datetime:
    """Return the first moment after `after` at which the search sends what it has, in UTC.

    An immediate search has those of a daily one.
    """
    if search.cadence == "hourly":
        return _loud_hour(search, _hour(after) + _HOUR, _HOUR)
    first = local_day(search, after) - _DAY
    return next(slot for slot in _slots(search, first, 1) if slot > after)


def next_morning(search: SavedSearch, now: datetime) -> datetime:
    """Return the search's hour on the reader's next day, in UTC: when what a ceiling held back comes."""
    return _instant(search, local_day(search, now) + _DAY, search.at)


def last_slot(search: SavedSearch, until: datetime) -> datetime:
    """Return the newest moment not after `until` at which the search sends what it has, in UTC."""
    if search.cadence == "hourly":
        return _loud_hour(search, _hour(until), -_HOUR)
    first = local_day(search, until) + _DAY
    return next(slot for slot in _slots(search, first, -1) if slot <= until)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _loud_hour(search: SavedSearch, first: datetime, step: timedelta) -> datetime:
    """Return the first full hour from `first` on that lies in no quiet hours; where all of the day is quiet, `first`."""
    hours = (first + n * step for n in range(25))
    return next((hour for hour in hours if _quiet_end(search, hour) is None), first)


def _slots(search: SavedSearch, day: date, step: int) -> Iterator[datetime]:
    while True:
        if search.cadence != "weekly" or day.weekday() == search.weekday:
            yield _instant(search, day, search.at)
        day += step * _DAY


def due_at(search: SavedSearch, now: datetime) -> datetime:
    """Return when something that is known now may be told, in UTC: now, at the end of quiet hours, or at the next slot."""
    if search.cadence != "immediate":
        return next_slot(search, now)
    return _quiet_end(search, now) or now


def _quiet_end(search: SavedSearch, now: datetime) -> datetime | None:
    """Return when the quiet hours end in which an instant lies, None where it lies in none."""
    if search.quiet is None:
        return None
    start, end = search.quiet
    for day in (local_day(search, now) - _DAY, local_day(search, now)):
        last = day + _DAY if end < start else day
        if _instant(search, day, start) <= now < (until := _instant(search, last, end)):
            return until
    return None


def _instant(search: SavedSearch, day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZoneInfo(search.zone)).astimezone(UTC)
