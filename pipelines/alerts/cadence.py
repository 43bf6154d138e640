"""When a search's mail is due, by the clock of its reader (pure).

All of it is local time of the search's zone: a mail of 08:00 comes at 08:00 in summer and in winter.
A time that a change of clocks skips is taken as the moment after it. One that comes twice counts the
first time. What is returned is in UTC.
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
    """Return when the reader's day of an instant began."""
    return _instant(search, local_day(search, at), time())


def next_slot(search: SavedSearch, after: datetime) -> datetime:
    """Return the first moment after `after` at which the search sends.

    An immediate search has the moments of a daily one.
    """
    if search.cadence == "hourly":
        return _loud_hour(search, _full_hour(after) + _HOUR, _HOUR)
    # A zone that changes its offset can move a slot by a day: the search begins one day early.
    for slot in _slots_from(search, local_day(search, after) - _DAY, _DAY):
        if slot > after:
            return slot
    raise AssertionError("days do not end")


def last_slot(search: SavedSearch, until: datetime) -> datetime:
    """Return the newest moment up to `until` at which the search sends."""
    if search.cadence == "hourly":
        return _loud_hour(search, _full_hour(until), -_HOUR)
    for slot in _slots_from(search, local_day(search, until) + _DAY, -_DAY):
        if slot <= until:
            return slot
    raise AssertionError("days do not end")


def next_morning(search: SavedSearch, now: datetime) -> datetime:
    """Return the search's hour on the reader's next day.

    Then comes what a ceiling held back.
    """
    return _instant(search, local_day(search, now) + _DAY, search.at)


def due_at(search: SavedSearch, now: datetime) -> datetime:
    """Return when something that is known now may be told.

    That is now, at the end of quiet hours, or at the next slot of a digest.
    """
    # Digests need no look at quiet hours: their readers chose the hour themselves.
    if search.cadence != "immediate":
        return next_slot(search, now)
    return _quiet_end(search, now) or now


def is_quiet(search: SavedSearch, at: datetime) -> bool:
    """Tell whether quiet hours hold mail back at a moment.

    Of a reader whose whole day is quiet they hold nothing back: a mail must leave at some time.
    """
    if _quiet_end(search, at) is None:
        return False
    return _quiet_end(search, _loud_hour(search, _full_hour(at) + _HOUR, _HOUR)) is None


def _full_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _loud_hour(search: SavedSearch, first: datetime, step: timedelta) -> datetime:
    """Return the first full hour from `first` on that lies outside quiet hours.

    Where all of the day is quiet that is `first`: a mail must leave at some time.
    """
    for hours in range(25):
        hour = first + hours * step
        if _quiet_end(search, hour) is None:
            return hour
    return first


def _slots_from(search: SavedSearch, day: date, step: timedelta) -> Iterator[datetime]:
    """Yield the search's hour on each of its days, forwards or backwards, without end."""
    while True:
        if search.cadence != "weekly" or day.weekday() == search.weekday:
            yield _instant(search, day, search.at)
        day += step


def _quiet_end(search: SavedSearch, now: datetime) -> datetime | None:
    """Return when the quiet hours end that an instant lies in, or None."""
    if search.quiet is None:
        return None
    start, end = search.quiet
    today = local_day(search, now)
    # Quiet hours over midnight began yesterday.
    for first_day in (today - _DAY, today):
        last_day = first_day + _DAY if end < start else first_day
        until = _instant(search, last_day, end)
        if _instant(search, first_day, start) <= now < until:
            return until
    return None


def _instant(search: SavedSearch, day: date, at: time) -> datetime:
    """Return a moment of the reader's clock in UTC."""
    # An hour that comes twice is the first one (fold=0). A skipped one counts by the clock before the change.
    return datetime.combine(day, at, ZoneInfo(search.zone)).astimezone(UTC)
