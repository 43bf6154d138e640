"""A date as a page writes it, and the stamp that it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from crawlers.dates import WrittenDate, is_plausible, read_date
from crawlers.model import CLOCKS_DIFFER, Entry
from pipelines.model import Stamp

#: A day later than this after now is flagged: an event's date, an embargo. So is a time of the day that is
#: ahead by more than clocks differ: Beijing's time labelled GMT is.
FUTURE = timedelta(days=1)
#: Pages were no news before: an earlier year is that of what an article tells, or of an unset clock.
_FIRST_YEAR_OF_PAGES = 1995
#: A time is one of the same day if it is so near to the day's noon: a day, and two hours for the zone.
_HALF_DAY = timedelta(hours=12)
_SAME_DAY = timedelta(hours=26)


_EXACT = frozenset({"minute", "second"})
_COARSE = frozenset({"month", "year"})


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date as written, and where it stood."""

    date: WrittenDate
    where: str

    @property
    def has_time(self) -> bool:
        """Whether a time stands beside the date."""
        return self.date.precision in _EXACT

    @property
    def names_day(self) -> bool:
        """Whether it is more than a month or a year."""
        return self.date.precision not in _COARSE


def find_date(text: str, where: str) -> FoundDate | None:
    """Return the first date that a text shows, or None."""
    date = read_date(text)
    if date is None:
        return None
    return FoundDate(date, where)


def stamp_of(found: FoundDate, zone: str, now: datetime) -> Stamp | None:
    """Return the time that a date stands for, None where no article can be of it.

    `zone` is that of dates without one, `now` the time of collection.
    """
    if not found.has_time:
        # Moving a day by a zone could change it: it stays that day, at midnight UTC.
        midnight = found.date.local.replace(tzinfo=UTC)
        return plausible_stamp(Stamp(midnight, found.date.precision, None, found.where), now)
    moment = found.date.in_utc(zone)
    stamp = Stamp(moment.at, moment.precision, moment.zone, found.where)
    if moment.zone_assumed:
        stamp = replace(stamp, zone=None, flags=("zone_assumed",))
    return plausible_stamp(stamp, now)


def stamp_of_entry(entry: Entry | None, now: datetime) -> Stamp | None:
    """Return when the feed says a page was published, or None."""
    if entry is None or entry.published is None:
        return None
    # Batches of an earlier version hold dates of any year, and the last day of the calendar leaves it in UTC.
    if not is_plausible(entry.published, now):
        return None
    stamp = Stamp(
        at=entry.published.astimezone(UTC),
        precision=entry.published_precision or "second",
        zone=entry.published_zone,
        provenance="feed",
    )
    if entry.zone_assumed:
        stamp = replace(stamp, zone=None, flags=("zone_assumed",))
    return plausible_stamp(stamp, now)


def plausible_stamp(stamp: Stamp, now: datetime) -> Stamp | None:
    """Return the stamp, flagged where it lies in the future.

    None where no article can be of that time.
    """
    if stamp.at.year < _FIRST_YEAR_OF_PAGES or not is_plausible(stamp.at, now):
        return None
    # A day begins at midnight somewhere; a time of the day is wrong as soon as no clock may show it.
    tolerance = FUTURE if stamp.precision == "day" else CLOCKS_DIFFER
    if stamp.at <= now + tolerance:
        return stamp
    return replace(stamp, flags=(*stamp.flags, "future"))


def is_believed(stamp: Stamp) -> bool:
    """Tell whether a stamp names a day that has come."""
    return "future" not in stamp.flags and stamp.precision not in _COARSE


def most_exact_stamp(stamps: Sequence[Stamp]) -> Stamp:
    """Return the first stamp, or one of the same day that knows the time."""
    first = stamps[0]
    if first.precision != "day":
        return first
    noon = first.at + _HALF_DAY
    for stamp in stamps:
        if stamp.precision != "day" and abs(stamp.at - noon) <= _SAME_DAY:
            return stamp
    return first
