"""Read dates as feeds and pages write them; never guess.

    text ─► calendar_days: the day ─► clock: the time and zone beside it ─► WrittenDate
    WrittenDate + the source's zone ─► zones: the offset ─► Moment in UTC

`crawlers.date_bounds` says between which instants the date of news can lie.
The words (months, weekdays, zones …) stand in `vocabulary.yaml`; the patterns hold none.

A general parser such as dateparser guesses: it reads 03/04/2026 and “May”. Here an unknown form is
None, since a wrong day is worse than none.

Pure: reads no clock. `now` is given by the caller.
"""

from crawlers.date_bounds import FIRST_YEAR, LONGEST_AHEAD, is_plausible
from crawlers.dates.chinese_numbers import has_chinese_numbers
from crawlers.dates.reading import Moment, WrittenDate, read_date
from crawlers.dates.zones import zone_of_label

__all__ = [
    "FIRST_YEAR",
    "LONGEST_AHEAD",
    "Moment",
    "WrittenDate",
    "has_chinese_numbers",
    "is_plausible",
    "read_date",
    "zone_of_label",
]
