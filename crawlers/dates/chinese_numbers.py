"""Days in Chinese numbers: 二〇二六年一月十七日."""

from __future__ import annotations

import re

from crawlers.dates.vocabulary import VOCABULARY

_TEN = 10
_NUMBER = f"[{''.join(VOCABULARY.chinese_numbers)}]"
_YEAR_SIGN = f"[{VOCABULARY.year_signs}]"
#: Not 二十六年, which may be how long something takes: the year has its four digits.
_DAY = re.compile(
    rf"(?<!{_NUMBER})(?P<year>{_NUMBER}{{4}}) ?{_YEAR_SIGN} ?"
    rf"(?P<month>{_NUMBER}{{1,2}}) ?[{VOCABULARY.month_signs}] ?"
    rf"(?P<day>{_NUMBER}{{1,3}}) ?[{VOCABULARY.day_signs}]"
)


def has_chinese_numbers(text: str) -> bool:
    """Tell whether a text has a day in Chinese numbers."""
    return _DAY.search(text) is not None


def write_in_digits(text: str) -> str:
    """Return a text with its days in Chinese numbers as 2026年1月17日."""
    return _DAY.sub(_in_digits, text)


def _in_digits(match: re.Match[str]) -> str:
    year = "".join(str(VOCABULARY.chinese_numbers[sign]) for sign in match["year"])
    return f"{year}年{_number_of(match['month'])}月{_number_of(match['day'])}日"


def _number_of(written: str) -> int:
    """Return the number below 100 that some characters write: 十七, 二十三, 一七."""
    tens, ten, ones = written.partition("十")
    if ten:
        return _TEN * _digits_of(tens or "一") + _digits_of(ones or "〇")
    return _digits_of(written)


def _digits_of(written: str) -> int:
    number = 0
    for sign in written:
        number = _TEN * number + VOCABULARY.chinese_numbers[sign]
    return number
