"""From a text to a written date, and to an instant in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crawlers.dates.calendar_days import find_day
from crawlers.dates.chinese_numbers import write_in_digits
from crawlers.dates.clock import NoSuchTime, WrittenTime, find_time, find_zone
from crawlers.dates.vocabulary import fold_text
from crawlers.dates.zones import find_offset, offset_label, source_offset
from crawlers.model import Precision

#: What is read of a text. A date with everything around it takes 100 characters.
_MAX_CHARS = 400

# Seconds or milliseconds since 1970.
_EPOCH = re.compile(r"^(\d{10})(?:\d{3})?$")


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as written, not yet moved to UTC."""

    #: Without a zone; midnight where no time is written.
    local: datetime
    precision: Precision
    #: The zone as written; None where none is named.
    zone: str | None

    def in_utc(self, source_zone: str) -> Moment:
        """Return the instant, by the date's zone or the source's."""
        offset = None
        if self.zone is not None:
            offset = find_offset(self.zone, self.local, source_zone)
        if offset is None:
            at = self.local - source_offset(self.local, source_zone)
            return Moment(at.replace(tzinfo=UTC), self.precision, source_zone, zone_assumed=True)
        at = self.local - offset
        return Moment(at.replace(tzinfo=UTC), self.precision, offset_label(offset), zone_assumed=False)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in UTC and how exact it is."""

    at: datetime
    precision: Precision
    #: The offset it was written with (“+08:00”), or the source's zone where that was assumed.
    zone: str
    zone_assumed: bool


def read_date(text: str, *, now: datetime | None = None) -> WrittenDate | None:
    """Return the first date in a text, with its time and zone.

    With `now`, a day without a year (“Jan 17”) is the latest one that is not after tomorrow; without
    it, such a day is no date. None for an unknown form, for a day or time that does not exist, for
    what lies before 1980, and for a day that is ambiguous (03/04/2026).
    """
    folded = write_in_digits(fold_text(text[:_MAX_CHARS]))
    if epoch := _EPOCH.match(folded):
        return _from_epoch(int(epoch[1]))
    day = find_day(folded, now)
    if day is None:
        return None
    midnight = datetime(day.first.year, day.first.month, day.first.day)  # noqa: DTZ001 - a local time
    day_alone = WrittenDate(midnight, day.precision, None)
    if day.precision != "day":
        return day_alone
    try:
        time = find_time(folded, day.start, day.end)
    except NoSuchTime:
        if day.is_strict:
            return None
        return day_alone
    if time is None:
        return day_alone
    zone = time.zone or find_zone(folded, day.year_end)
    if zone is None and _is_empty_time(time):
        return day_alone
    return WrittenDate(midnight + time.since_midnight, time.precision, zone)


def _from_epoch(seconds: int) -> WrittenDate | None:
    at = datetime.fromtimestamp(seconds, UTC)
    # A clock that was never set starts at 1970.
    if at.year < 1980:
        return None
    return WrittenDate(at.replace(tzinfo=None), "second", "+00:00")


def _is_empty_time(time: WrittenTime) -> bool:
    """Tell whether a time is 00:00:00, which stands for none."""
    return time.precision == "second" and time.since_midnight == timedelta(0)
