"""Between which instants a date of news can lie."""

from __future__ import annotations

from datetime import datetime, timedelta

#: Older pages were not on the web: an earlier year is a price, a telephone number or an unset clock.
FIRST_YEAR = 1990
#: The date of a listing may be so far ahead of now: its clock may be wrong by a zone (14 hours at most), or
#: name the next day alone. What is later is an event's date or a mistake, and would stay the newest for ever.
LONGEST_AHEAD = timedelta(days=2)


def is_plausible(at: datetime, now: datetime) -> bool:
    """Tell whether news can be of an instant. Both are in UTC."""
    return at.year >= FIRST_YEAR and at - now <= LONGEST_AHEAD
