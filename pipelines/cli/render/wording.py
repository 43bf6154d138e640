"""Numbers and times in words, as the command prints them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

import humanize

# Below two days in hours, below two hours in minutes: "a day" would hide the difference of 25 and 47 hours.
_DAYS_FROM = timedelta(days=2)
_HOURS_FROM = timedelta(hours=2)


def duration_words(duration: timedelta) -> str:
    """Return a duration in one unit: "24 minutes", "3 days".

    Rounded down.
    """
    # humanize would give "1 hour and 30 minutes" for 90 minutes; larger units are forbidden to it.
    larger = ["months", "years"]
    unit = "days"
    if duration < _DAYS_FROM:
        larger.append("days")
        unit = "hours"
    if duration < _HOURS_FROM:
        larger.append("hours")
        unit = "minutes"
    return humanize.precisedelta(duration, minimum_unit=unit, suppress=larger, format="%d")


def minute_words(at: datetime, zone: tzinfo = UTC) -> str:
    """Return an instant as "2026-01-17 14:05", in UTC or another zone."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
