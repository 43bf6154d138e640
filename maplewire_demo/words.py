"""What the sites write around a text: dates and labels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml
from babel.dates import format_date, format_time

_EN_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# As the Associated Press shortens them in a dateline.
_AP_MONTHS = (
    "Jan.", "Feb.", "March", "April", "May", "June",
    "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.",
)  # fmt: skip
_FR_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_EN_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FR_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def day_words(day: datetime) -> Mapping[str, str]:
    """Return the words for a day, as texts may use them."""
    return {
        "en_day": f"{_AP_MONTHS[day.month - 1]} {day.day}, {day.year}",
        "en_date": f"{_EN_MONTHS[day.month - 1]} {day.day}",
        "en_weekday": _EN_DAYS[day.weekday()],
        "fr_date": f"{_french_day(day)} {_FR_MONTHS[day.month - 1]} {day.year}",
        "fr_weekday": _FR_DAYS[day.weekday()],
        "zh_day": f"{day.month}月{day.day}日",
        "ja_day": f"{day.month}月{day.day}日",
        "nb_date": format_date(day, "d. MMMM", "nb"),
        "nb_weekday": format_date(day, "EEEE", "nb"),
        "de_date": format_date(day, "d. MMMM", "de"),
        "de_weekday": format_date(day, "EEEE", "de"),
    }


def visible_time(at: datetime, lang: str) -> str:
    """Return a local time as it stands above an article."""
    if lang == "fr":
        day = f"{_french_day(at)} {_FR_MONTHS[at.month - 1]} {at.year}"
        return f"{day} à {at.hour} h {at.minute:02}"
    if lang.startswith("zh"):
        return f"{at.year}年{at.month:02}月{at.day:02}日 {at:%H:%M}"
    if lang != "en":
        return f"{format_date(at, 'long', lang)} {format_time(at, 'HH:mm', locale=lang)}"
    day = f"{_EN_MONTHS[at.month - 1]} {at.day}, {at.year}"
    half = "a.m."
    if at.hour >= 12:
        half = "p.m."
    return f"{day}, {at.hour % 12 or 12}:{at.minute:02} {half}"


def _french_day(at: datetime) -> str:
    """Return the day of the month in French.

    Only the first is an ordinal.
    """
    if at.day == 1:
        return "1er"
    return str(at.day)


@cache
def labels() -> Mapping[str, Mapping[str, str]]:
    """Return the words of navigation and footers, by language."""
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(
        Path(__file__).with_name("labels.yaml").read_text("utf-8")
    )
    return found
