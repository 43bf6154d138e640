"""Times of the day that stand beside a date, with their zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from crawlers.dates.vocabulary import VOCABULARY, DayHalf, any_of, fold_key, split_by_script
from crawlers.dates.zones import ZONE, ZONE_PHRASE

#: How far back a time may begin before its date: “12:30 a.m. EDT on Saturday, July 4”.
_CHARS_BEFORE = 60


class NoSuchTime(ValueError):
    """A time stands beside the date, and no clock shows it: 25:00."""


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """A time of the day as written."""

    #: The distance from the day's midnight; 24 hours and more where the time is in the next day.
    since_midnight: timedelta
    precision: Literal["minute", "second"]
    #: The zone's name as written; None where none stands beside the time.
    zone: str | None


_LATIN_HOURS, _OTHER_HOURS = map(any_of, split_by_script(VOCABULARY.hours))
# “3時間” is a span of time.
_OTHER_HOURS = rf"(?!{any_of(VOCABULARY.spans)}){_OTHER_HOURS}"
_LATIN_HALVES, _OTHER_HALVES = map(any_of, split_by_script(VOCABULARY.half_words))
_MINUTES, _SECONDS = f"[{VOCABULARY.minutes}]", f"[{VOCABULARY.seconds}]"
_HALF_HOUR = f"[{VOCABULARY.half_hours}]"
_WEEKDAYS = any_of(name for name in VOCABULARY.weekdays if len(name) > 1)
# One character alone may begin a word: 日本時間.
_WEEKDAY = rf"(?:{_WEEKDAYS}|{any_of(name for name in VOCABULARY.weekdays if len(name) == 1)}(?!\w))"

# A sign before the hour makes it an offset: “2026-01-17-05:00” is a day of XML Schema.
_HOUR = rf"(?:(?P<half_before>{_OTHER_HALVES}) ?)?(?<![\d+-])(?P<hour>\d{{1,2}})"
_HALF_AFTER = rf"(?: ?(?P<half_after>{_LATIN_HALVES}|{_OTHER_HALVES}))"


def _behind_a_word() -> str:
    """Return what stands before a time with a dot: “kl 14.05”, “kl. 14.05”."""
    places = []
    for word in VOCABULARY.before_dotted_time:
        # A look behind has one length, so each has its own.
        places += [f"(?<={word} )", rf"(?<={word}\. )"]
    return f"(?:{'|'.join(places)})"


# The ways to write a time; each has the group `hour` and some of the other groups. A zone follows.
_TIMES = (
    # “kl. 14.05”
    re.compile(rf"{_behind_a_word()}(?P<hour>\d{{1,2}})\.(?P<minute>\d\d)(?!\d)", re.I),
    # “14:05”, “14:05:30.123”, “16 h 05”, “14时05分30秒”, “14:05 Uhr”. A dot needs a word: “3.04 p.m.”
    re.compile(
        rf"{_HOUR} ?(?::|{_LATIN_HOURS}|{_OTHER_HOURS}|\.(?=\d\d ?(?:{_LATIN_HALVES}|{_LATIN_HOURS})))"
        rf" ?(?P<minute>\d{{1,2}})(?!\d)(?: ?{_MINUTES})?"
        rf"(?: ?(?::|(?<={_MINUTES})) ?(?P<second>\d{{1,2}})(?!\d)(?:[.,]\d+)?(?: ?{_SECONDS})?)?"
        rf"{_HALF_AFTER}?(?: ?{any_of(VOCABULARY.after_time)})?",
        re.I,
    ),
    # “3 p.m.”
    re.compile(rf"{_HOUR}{_HALF_AFTER}", re.I),
    # “下午3时”, “下午3点半”
    re.compile(rf"{_HOUR} ?{_OTHER_HOURS}(?P<half_hour> ?{_HALF_HOUR})?(?! ?\d)", re.I),
    # “14 h”, “14 Uhr MEZ”. “3 h ago” and “5 h de lecture” are spans of time.
    re.compile(rf"{_HOUR} ?{_LATIN_HOURS}(?= ?(?:$|[^\w ]|(?-i:[A-Z]{{2}})))", re.I),
)
# “20260117T140500Z”, “202601171405”, “20260117 1405”: nothing may stand before it but a T or, behind a
# day of eight digits, a space. Elsewhere four digits are any number.
_COMPACT = re.compile(
    r"(?:T|(?<=\d{8}) ?)(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?!\d)(?:[.,]\d+)?", re.I
)
# “14:05 (EST)”, “14:05Z”, “3 p.m., Eastern Time”
_ZONE_BESIDE = re.compile(rf"[ .,]?[ (\[]*(?P<zone>{ZONE})[)\]]?", re.I)

_SIGNS = r"[ ,;|·•\-–—/()\[\]]*"
# “2026-01-17 (Saturday) at 14:05”, “2026-01-17T14:05”, “2026-01-17 北京时间 14:05”
_BETWEEN_DAY_AND_TIME = re.compile(
    rf"(?: ?{any_of(VOCABULARY.after_year)})?{_SIGNS}(?:{_WEEKDAY}\.?{_SIGNS})?"
    rf"(?:T ?(?=\d)|(?:{any_of(VOCABULARY.before_time)}\.?[ ,:]*){{1,2}})?[ ,:]*"
    rf"(?:(?P<zone>{ZONE_PHRASE})[ :]*)?",
    re.I,
)
# “14:05 on Saturday, January 17, 2026”
_BETWEEN_TIME_AND_DAY = re.compile(
    rf"{_SIGNS}(?:{any_of(VOCABULARY.before_day)} ?)?(?:{_WEEKDAY}[ ,.]*)?", re.I
)


def find_time(text: str, day_start: int, day_end: int) -> WrittenTime | None:
    """Return the time beside a day in a folded text.

    None where no time stands there. Raises NoSuchTime for one that no clock shows.
    """
    return _time_after(text, day_end) or _time_before(text[max(0, day_start - _CHARS_BEFORE) : day_start])


def find_zone(text: str, start: int) -> str | None:
    """Return the zone at a place of a folded text, as written."""
    if found := _ZONE_BESIDE.match(text, start):
        return found["zone"]
    return None


def _time_after(text: str, day_end: int) -> WrittenTime | None:
    if compact := _COMPACT.match(text, day_end):
        return _read_time(compact, find_zone(text, compact.end()))
    gap = _BETWEEN_DAY_AND_TIME.match(text, day_end)
    if gap is None:
        return None
    for pattern in _TIMES:
        if found := pattern.match(text, gap.end()):
            return _read_time(found, find_zone(text, found.end()) or gap["zone"])
    return None


def _time_before(lead: str) -> WrittenTime | None:
    """Return the time at a text's end; a weekday may follow it."""
    for pattern in _TIMES:
        for found in pattern.finditer(lead):
            zone, end = None, found.end()
            if beside := _ZONE_BESIDE.match(lead, end):
                zone, end = beside["zone"], beside.end()
            if _BETWEEN_TIME_AND_DAY.fullmatch(lead, end):
                return _read_time(found, zone)
    return None


def since_midnight(hour: int, minute: int, second: int) -> timedelta:
    """Return how far from midnight a time is.

    Raises NoSuchTime for 25:00.

    ISO 8601 lets a day end with 24:00. A leap second counts as the last second of its minute, for
    `datetime` knows none.
    """
    is_end_of_day = (hour, minute, second) == (24, 0, 0)
    if (hour > 23 and not is_end_of_day) or minute > 59 or second > 60:
        raise NoSuchTime(f"{hour}:{minute:02}:{second:02}")
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


def _read_time(found: re.Match[str], zone: str | None) -> WrittenTime | None:
    """Return the time of a match; None where the word beside the hour does not fit it."""
    groups = found.groupdict()
    hour = int(found["hour"])
    minute = int(groups.get("minute") or 0)
    if groups.get("half_hour"):
        minute = 30
    second = int(groups.get("second") or 0)
    half_word = groups.get("half_before") or groups.get("half_after")
    if half_word:
        distance = _in_half_of_day(hour, minute, second, VOCABULARY.halves[fold_key(half_word)])
    else:
        distance = since_midnight(hour, minute, second)
    if distance is None:
        return None
    precision: Literal["minute", "second"] = "second" if groups.get("second") else "minute"
    return WrittenTime(distance, precision, zone)


def _in_half_of_day(hour: int, minute: int, second: int, half: DayHalf) -> timedelta | None:
    """Return how far from midnight a time with a word like “p.m.” is, or None.

    “晚上12点” ends its day and is no noon. “晚上2点” may be the night before or after: unknown.
    Hours beyond 12 stand for themselves: “下午15:30”.
    """
    if half is DayHalf.NIGHT and hour == 12:
        return timedelta(days=1) + since_midnight(0, minute, second)
    if half is DayHalf.NIGHT and hour < 5:
        return None
    # 中午11点 is before twelve o'clock, 中午1点 is after it.
    last_hour_on_dial = 11 if half is DayHalf.NOON else 12
    if half is DayHalf.AM and hour == 12:
        hour = 0
    elif half is not DayHalf.AM and hour < last_hour_on_dial:
        hour += 12
    return since_midnight(hour, minute, second)
