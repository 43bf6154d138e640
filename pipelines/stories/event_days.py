"""The days, weeks and months that a report speaks of (pure).

    text, day of the report ──► "day:05-13", "week:2026-11", "month:9"

A day that lies beside the day of the report says nothing: every report of that day has it. A weekday does
so too, and is not read. Days of the same week as a “next week” have its mark as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from crawlers.dates.vocabulary import VOCABULARY
from crawlers.folding import without_accents
from pipelines.stories.event_words import WORDS
from pipelines.text.vocabulary import any_word, part_by_spacing

#: Days around the report that it has in common with all others of that day.
_NEAR_DAYS = 2
#: A day without a month is taken for the nearest one within so many days.
_BARE_DAY_REACH = 20
_DAYS_OF_A_WEEK = 7


def _fold(words: tuple[str, ...]) -> list[str]:
    return [without_accents(word).casefold() for word in words]


_MONTHS = VOCABULARY.months
_SPACED_MONTHS, _ = part_by_spacing(_MONTHS)
_LATIN_MONTH = any_word(_SPACED_MONTHS)
_ENDING = any_word(_fold(WORDS.day_endings))
_BETWEEN = any_word(_fold(WORDS.between_day_and_month))
_DAY = r"(?<![\d.,])(?P<day>[0-3]?\d)"
#: What does not stand behind a day: "March 200 workers", "March 3.5 per cent".
_NO_NUMBER_BEHIND = r"(?!\d|[.,]\d)"
_DATES = (
    # March 9th
    re.compile(rf"\b(?P<month>{_LATIN_MONTH})\.? (?P<day>[0-3]?\d){_NO_NUMBER_BEHIND}(?:{_ENDING})?"),
    # 9 March, 1er octobre, 9 de marzo
    re.compile(rf"{_DAY}(?:{_ENDING})? (?:(?:{_BETWEEN}) ?)?(?P<month>{_LATIN_MONTH})\b"),
    # 3月9日, 3월 9일
    re.compile(rf"(?<!\d)(?P<number>[01]?\d)[月월] ?(?P<day>[0-3]?\d){_NO_NUMBER_BEHIND}[日号일]?"),
)
_BARE_DAY = re.compile(r"(?<![\d月])(?P<day>[0-3]?\d)日")
_BARE_MONTH = re.compile(rf"\b(?:{any_word(_fold(WORDS.before_month))}) (?P<month>{_LATIN_MONTH})\b(?! \d)")
_STRETCHES = ("next_week", "last_week", "next_month")
#: Closer to an end of the calendar there are no days around a report; a file of texts may say so.
_FIRST_DAY = date.min + timedelta(days=366)
_LAST_DAY = date.max - timedelta(days=366)


def _list_stretch_words() -> Iterator[tuple[str, str]]:
    """Yield (folded words, name of the stretch)."""
    for name in _STRETCHES:
        for words in getattr(WORDS, name).values():
            for word in _fold(words):
                yield word, name


_STRETCH_OF_WORDS = dict(_list_stretch_words())
_STRETCH = re.compile(any_word(_STRETCH_OF_WORDS))
#: Without one of these, or a month, there is no date.
_SIGN_OF_A_DATE = re.compile("[月日월일]")
_WORD = re.compile(r"\w+")
_MONTH_WORDS = frozenset(_SPACED_MONTHS)


def find_days(text: str, at: datetime) -> tuple[set[str], str]:
    """Return the marks of time in a text, and the text without its dates.

    `at` is the time of the report. Without its dates a text can be searched for other numbers.
    """
    today = min(max(at.date(), _FIRST_DAY), _LAST_DAY)
    marks: set[str] = set()
    folded = without_accents(text).casefold()
    for match in _STRETCH.finditer(folded):
        marks.update(_mark_stretch(_STRETCH_OF_WORDS[match[0]], today))
    if not _may_be_dated(folded):
        return marks, folded
    for pattern in _DATES:
        dates = list(pattern.finditer(folded))
        if not dates:
            continue
        for found in dates:
            marks |= _mark_day(_read_date(found, today), today)
        folded = pattern.sub(" ", folded)
    for found in _BARE_DAY.finditer(folded):
        marks |= _mark_day(_nearest_day(int(found["day"]), today), today)
    folded = _BARE_DAY.sub(" ", folded)
    for found in _BARE_MONTH.finditer(folded):
        month = _MONTHS[found["month"]]
        if month != today.month:
            marks.add(f"month:{month}")
    return marks, folded


def _may_be_dated(folded: str) -> bool:
    """Tell whether a date may stand in a text.

    To look words up is far quicker than to try each month everywhere.
    """
    if _SIGN_OF_A_DATE.search(folded):
        return True
    return not _MONTH_WORDS.isdisjoint(_WORD.findall(folded))


def _mark_stretch(name: str, today: date) -> Iterator[str]:
    if name == "next_month":
        yield f"month:{today.month % 12 + 1}"
        return
    days = _DAYS_OF_A_WEEK if name == "next_week" else -_DAYS_OF_A_WEEK
    yield _mark_week(today + timedelta(days=days))


def _mark_week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"week:{year}-{week}"


def _read_date(found: re.Match[str], today: date) -> date | None:
    """Return the day of this month that lies nearest to the report."""
    groups = found.groupdict()
    month = int(groups["number"]) if groups.get("number") else _MONTHS[groups["month"]]
    candidates = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            candidates.append(date(year, month, int(groups["day"])))
        except ValueError:
            # There is no 30 February, and 29 February in few years only.
            continue
    if not candidates:
        return None
    return min(candidates, key=lambda day: abs(day - today))


def _nearest_day(number: int, today: date) -> date | None:
    for distance in range(_BARE_DAY_REACH):
        for day in (today - timedelta(days=distance), today + timedelta(days=distance)):
            if day.day == number:
                return day
    return None


def _mark_day(day: date | None, today: date) -> set[str]:
    if day is None or abs((day - today).days) <= _NEAR_DAYS:
        return set()
    marks = {f"day:{day:%m-%d}"}
    if day > today:
        marks.add(_mark_week(day))
        if day.month != today.month:
            marks.add(f"month:{day.month}")
    return marks
