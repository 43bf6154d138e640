"""Calendar days as people and programs write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from crawlers.dates.vocabulary import VOCABULARY, any_of, fold_key
from crawlers.dates.weekdays import find_weekday

# What is older is an unset clock: 1970 is the commonest wrong year there is.
_EARLIEST_YEAR = 1980
# A later one would leave `datetime` when it is moved to UTC.
_LATEST_YEAR = 9998

_YEAR_SIGN, _MONTH_SIGN = f"[{VOCABULARY.year_signs}]", f"[{VOCABULARY.month_signs}]"
_DAY_SIGN = f"[{VOCABULARY.day_signs}]"
# A month's name or, as Chinese programs put it into an English form, “1月”.
_MONTH = rf"(?P<month_name>{any_of(VOCABULARY.month_names)}|(?<!\d)\d{{1,2}}{_MONTH_SIGN})\.?"
_ALL_MONTHS = any_of((*VOCABULARY.month_names, *VOCABULARY.months_beside_a_year))
# The same where a year stands behind it; Arabic papers print two names: “كانون الثاني/يناير”.
_OTHER_NAME = rf"(?: ?/ ?{any_of(VOCABULARY.month_names)})?"
_MONTH_OF_YEAR = rf"(?P<month_name>{_ALL_MONTHS}|(?<!\d)\d{{1,2}}{_MONTH_SIGN})\.?{_OTHER_NAME}"
_DAY = rf"(?<!\d)(?P<day>\d{{1,2}}){any_of(VOCABULARY.day_endings)}?(?![\d:])"
_OF = rf"(?:{any_of(VOCABULARY.between_numbers)} )?"
# Two digits are a year only where nothing follows that makes them a number of something else:
# “17 Jan 26 14:05”, but “17 Jan 26 comments”.
_YEAR = r"(?P<year>\d{4}(?![\d:h])|'?\d{2}(?= ?$| ?[,;|)]| \d{1,2} ?(?:[:h]|[ap]\.?m)))"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day in a text, or the first day of a month or year."""

    first: date
    precision: Literal["day", "month", "year"]
    #: Where the day stands in the text.
    start: int
    end: int
    #: Where its year ends, which may stand behind the time.
    year_end: int
    is_strict: bool


@dataclass(frozen=True, slots=True)
class _DayForm:
    """One way to write a day."""

    pattern: re.Pattern[str]
    #: Whether programs write so. Then an impossible time (25:00) beside it makes the whole no date;
    #: beside a spelled date it is something else, such as the length of a video.
    is_strict: bool = False


def _day_form(pattern: str, *, is_strict: bool = False) -> _DayForm:
    return _DayForm(re.compile(pattern, re.I), is_strict)


# The first form that fits and names a real day wins. The comment shows what it reads.
_FULL_FORMS = (
    # “2026-01-17”, “2026/1/17”, “2026. 1. 17.”, “2026年1月17日”, “2026년 1월 17일”
    _day_form(
        rf"(?<!\d)(?P<year>\d{{4}}) ?(?:{_YEAR_SIGN}|(?P<sign>[-/.])) ?(?P<month>\d{{1,2}}) ?"
        rf"(?:{_MONTH_SIGN}|(?P=sign)) ?(?P<day>\d{{1,2}})(?!\d)"
        rf"(?(sign)(?:{_DAY_SIGN}|\.(?= |$))?|(?: ?{_DAY_SIGN})?)",
        is_strict=True,
    ),
    # “令和8年1月17日”, “民國115年1月17日”, and 元年 for a first year
    _day_form(
        rf"(?P<era>{any_of(VOCABULARY.eras)}) ?(?P<year_of_era>\d{{1,3}}|元) ?{_YEAR_SIGN} ?"
        rf"(?P<month>\d{{1,2}}) ?{_MONTH_SIGN} ?(?P<day>\d{{1,2}}) ?{_DAY_SIGN}"
    ),
    # “20260117”, alone or with a time behind it
    _day_form(
        r"^(?P<year>\d{4})(?P<month>[01]\d)(?P<day>[0-3]\d)(?=$| ?T?\d{4}(?:\d{2})?(?!\d)|[ T]\d\d?:)",
        is_strict=True,
    ),
    # “Sat Jan 17 14:05:00 CST 2026”: the time stands between the day and the year (C's asctime)
    _day_form(
        rf"{_MONTH} {_DAY}(?=,? \d{{1,2}}:\d{{2}}(?::\d{{2}})?"
        r"(?: [a-z]{2,5}\b| ?[+-]\d{2}:?\d{2}){0,3},? (?P<year>\d{4})(?!\d))"
    ),
    # “January 17, 2026”, “Jan. 17th 2026”, “Jan-17-2026”, “Jan 17 '26”
    _day_form(rf"{_MONTH_OF_YEAR}[ -]*{_DAY}[ ,-]+(?P<year>\d{{4}}(?!\d)|'\d{{2}}(?!\d)|\d{{2}}$)"),
    # “17 January 2026”, “17. Januar 2026”, “1er août 2026”, “17 de janeiro de 2026”, “17-Jan-26”
    _day_form(rf"{_DAY}[ .,-]*{_OF}{_MONTH_OF_YEAR}[ ,.-]*{_OF}{_YEAR}"),
    # “2026 Jan. 17”
    _day_form(rf"(?<!\d)(?P<year>\d{{4}}),? {_MONTH}[ -]*{_DAY}"),
    # “17/01/2026”, “01/17/2026”, “17.01.2026”
    _day_form(
        r"(?<![\d./-])(?P<first>\d{1,2})(?P<sign>[./-])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4})(?!\d)"
    ),
    # “30.10.23”, “10/30/23 21:55:58”: two digits are a year only where the text begins with the day, or
    # with a weekday, for versions and scores look the same
    _day_form(
        rf"^(?:{any_of(VOCABULARY.weekdays)}[., ]*)?(?P<first>\d{{1,2}})(?P<sign>[./])(?P<second>\d{{1,2}})"
        r"(?P=sign)(?P<year>\d{2})(?=$|,? \d{1,2} ?[:.h]|[, ]* T?\d{1,2}:)"
    ),
)
# Days without a year, for listings, whose entries are new.
_YEARLESS_FORMS = (
    # “1月17日”, “1월 17일”
    _day_form(rf"(?<!\d)(?P<month>\d{{1,2}}) ?{_MONTH_SIGN} ?(?P<day>\d{{1,2}}) ?{_DAY_SIGN}"),
    # “17 Jan”
    _day_form(rf"{_DAY}[ -]+{_OF}{_MONTH}"),
    # “Jan 17”
    _day_form(rf"{_MONTH}[ -]*{_DAY}"),
)
# A text with a year in it is no text without one: its day is one that does not exist, or too old.
# Four digits or more are one too, whatever they are (9999, 0001), but for an offset (+0800) and a
# remark: “(1200 words)”.
_ANY_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}|(?<![\d+:.(-])\d{4,}(?![\d:.])")
# Months and years are read only where they are the whole text: else any number would be a year.
_COARSE_FORMS = (
    # “2026-01”, “2026年1月”
    _day_form(rf"^(?P<year>\d{{4}}) ?(?:[-/]|{_YEAR_SIGN}) ?(?P<month>\d{{1,2}}) ?{_MONTH_SIGN}?$"),
    # “Nov. 2020”, “novembre de 2020”
    _day_form(rf"^{_MONTH_OF_YEAR},? {_OF}(?P<year>\d{{4}})$"),
    # “2026”, “2026年”
    _day_form(rf"^(?P<year>\d{{4}}){_YEAR_SIGN}?$"),
)


def find_day(text: str, now: datetime | None) -> CalendarDay | None:
    """Return the first certain day of a folded text.

    Where the whole text is a month or a year, it is the first day of that.
    A day without a year is read only where `now` is given: it is the latest that is not after
    tomorrow. None for a day that does not exist and for one whose order is unknown (03/04/2026).
    """
    found = _search_forms(text, _FULL_FORMS, None)
    if found is None:
        found = _search_forms(text, _COARSE_FORMS, None)
    if found is None and now is not None and not _ANY_YEAR.search(text):
        found = _search_forms(text, _YEARLESS_FORMS, now)
    return found


def _search_forms(text: str, forms: Iterable[_DayForm], now: datetime | None) -> CalendarDay | None:
    for form in forms:
        match = form.pattern.search(text)
        if match and (found := _read_day(match, form.is_strict, now, text)):
            return found
    return None


def _read_day(match: re.Match[str], is_strict: bool, now: datetime | None, text: str) -> CalendarDay | None:
    groups = match.groupdict()
    precision: Literal["day", "month", "year"] = "day"
    if "first" in groups:
        order = _order_of_numbers(int(match["first"]), int(match["second"]), match["sign"])
        if order is None:
            order = _order_by_weekday(match, text)
        if order is None:
            return None
        day, month = order
    elif "day" in groups:
        day, month = int(match["day"]), _month_number(groups)
    elif "month" in groups or "month_name" in groups:
        day, month, precision = 1, _month_number(groups), "month"
    else:
        day, month, precision = 1, 1, "year"
    year_read = _read_year(match, month, day, now)
    if year_read is None:
        return None
    year, year_end = year_read
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        return None
    try:
        first = date(year, month, day)
    except ValueError:
        return None
    return CalendarDay(first, precision, match.start(), match.end(), max(match.end(), year_end), is_strict)


def _read_year(match: re.Match[str], month: int, day: int, now: datetime | None) -> tuple[int, int] | None:
    """Return the year of a day and where it ends in the text, or None."""
    groups = match.groupdict()
    if groups.get("year"):
        return _full_year(match["year"]), match.end("year")
    if groups.get("era"):
        return _year_of_era(match["era"], match["year_of_era"]), match.end("year_of_era")
    if now:
        return _latest_year(month, day, now), match.end()
    return None


def _month_number(groups: dict[str, str | None]) -> int:
    name = groups.get("month_name") or groups.get("month") or ""
    digits = name.rstrip(VOCABULARY.month_signs)
    if digits.isdecimal():
        return int(digits)
    key = fold_key(name)
    return VOCABULARY.months.get(key) or VOCABULARY.months_beside_a_year[key]


def _order_of_numbers(first: int, second: int, sign: str) -> tuple[int, int] | None:
    """Return day and month of “17/01” or “01/17”; None if both orders are possible.

    With dots the day comes first: CLDR has no language that writes the month first with dots.
    """
    if sign == "." or first > 12 or first == second:
        return first, second
    if second > 12:
        return second, first
    # 03/04 is April in Toronto's French papers and March in its English ones.
    return None


def _order_by_weekday(match: re.Match[str], text: str) -> tuple[int, int] | None:
    """Return day and month of “Thu, 09/07/2026”.

    None where the weekday does not fit one of the two orders alone.
    """
    weekday = find_weekday(text, match.start(), match.end())
    if weekday is None:
        return None
    year = _full_year(match["year"])
    first, second = int(match["first"]), int(match["second"])
    fitting = []
    for day, month in ((first, second), (second, first)):
        if date(year, month, day).weekday() == weekday:
            fitting.append((day, month))
    if len(fitting) == 1:
        return fitting[0]
    return None


def _year_of_era(era: str, written: str) -> int:
    first_year = 1
    number = first_year if written == "元" else int(written)
    return VOCABULARY.eras[era] + number


def _full_year(written: str) -> int:
    digits = written.lstrip("'")
    year = int(digits)
    if len(digits) == 4:
        return year
    # RFC 5322, section 4.3
    century = 2000 if year < 50 else 1900
    return century + year


def _latest_year(month: int, day: int, now: datetime) -> int:
    """Return the year of the latest such day up to tomorrow."""
    tomorrow = now + timedelta(days=1)
    if (month, day) <= (tomorrow.month, tomorrow.day):
        return tomorrow.year
    return tomorrow.year - 1
