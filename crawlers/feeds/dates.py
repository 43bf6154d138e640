"""Dates as feeds write them: RFC 822 and its misspellings, ISO 8601, Chinese, English and French prose.

The string is taken apart into a date, a time and a zone, each found on its own, for no grammar covers
what feeds put there. What is missing is known to be missing: a date without a zone is in the
source's zone and says so, one without a time has the precision "day". An ambiguous date (03/04/2026)
is no date: the article's own page will tell.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import timezone as fixed
from functools import lru_cache
from zoneinfo import ZoneInfo

from crawlers.model import Precision

_MAX_CHARS = 100
_EARLIEST_YEAR = 1980
"""What is older is an unset clock: 1970 is the commonest wrong year there is."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv",
            "february feb fevrier fevr fev",
            "march mar mars",
            "april apr avril avr",
            "may mai",
            "june jun juin",
            "july jul juillet juil",
            "august aug aout",
            "september sep sept septembre",
            "october oct octobre",
            "november nov novembre",
            "december dec decembre",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")(?![a-z])\.?"
_DAY = r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|e)?(?![\d:])"
_YEAR = r"(\d{4}|'?\d{2})(?![\d:h])"

# Each names what its groups are; the first that fits wins. `y?` may be missing.
_DATES = (
    (re.compile(r"(?<!\d)(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)\s?[日号]?"), "ymd"),
    (re.compile(r"^(\d{4})(\d{2})(\d{2})(?=\D|\d{4}(?:\d{2})?(?!\d)|$)"), "ymd"),
    (re.compile(_DAY + r"[\s.,-]*(?:de\s)?" + _MONTH + r"[\s,.-]*" + _YEAR), "dby"),
    (re.compile(r"(?<![a-z])" + _MONTH + r"[\s-]*" + _DAY + r"[\s,-]+(\d{4})(?!\d)"), "bdy"),
    (re.compile(r"(?<![a-z])" + _MONTH + r"\s+" + _DAY + r"(?=.*?(?<!\d)(\d{4})$)"), "bdy"),  # asctime
    (re.compile(r"(?<!\d)(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?!\d)"), "??y"),
    (re.compile(r"(?<!\d)(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]"), "md"),
    (re.compile(_DAY + r"[\s-]+" + _MONTH), "db"),
    (re.compile(r"(?<![a-z])" + _MONTH + r"[\s-]*" + _DAY), "bd"),
    (re.compile(r"^(\d{4})\s?[-/年]\s?(\d{1,2})\s?月?$"), "ym"),
    (re.compile(r"^(\d{4})年?$"), "y"),
)
_COMPACT_TIME = re.compile(r"^\s?t?(\d{2})(\d{2})(\d{2})?(?!\d)")
_TIME = re.compile(
    r"(?<![\d+-])(\d{1,2})\s?(?::(?=\s?\d)|h|heures?|[时時点點])\s?"
    r"(?:(\d{1,2})(?!\d)\s?分?(?:\s?:?(\d{1,2})(?!\d)(?:[.,]\d{1,9})?\s?秒?)?)?"
)
_TWELVE = re.compile(
    r"(?<![a-z])(?P<am>a\.?m\.?)(?![a-z])|(?<![a-z])(?P<pm>p\.?m\.?)(?![a-z])|(?P<zham>上午|凌晨|早上|早晨)|(?P<zhpm>下午|晚上|傍晚|中午)"
)
_OFFSET = re.compile(r"(?:gmt|utc|ut|z)?\s?([+-])(\d{1,2}):?(\d{2})?(?!\d)")
_EPOCH = re.compile(r"^(\d{10})(\d{3})?$")

# Hours from UTC. Names are taken literally: "EST" in July is -5, as RFC 822 has it.
_ZONE_HOURS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0,
    "nst": -3.5, "ndt": -2.5, "ast": -4, "adt": -3, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
    "hnt": -3.5, "hat": -2.5, "hna": -4, "haa": -3, "hne": -5, "hae": -4, "hnc": -6, "hac": -5,
    "hnr": -7, "har": -6, "hnp": -8, "hap": -7,
    "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3, "ist": 5.5, "bst": 1, "west": 1,
    "hkt": 8, "sgt": 8, "awst": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip
_AMERICAN_ONLY = {"cst", "cdt", "ast", "adt", "mst", "nst", "hst"}
_ZONE_RULES = {
    "et": "America/Toronto",
    "ct": "America/Chicago",
    "mt": "America/Edmonton",
    "pt": "America/Vancouver",
}
_BEIJING = re.compile(r"北京[时時][间間]|beijing\s?time")
_ZONE_NAME = re.compile(
    r"(?<![a-z])(" + "|".join(sorted({*_ZONE_HOURS, *_ZONE_RULES}, key=len, reverse=True)) + r")(?![a-z])"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in UTC, how exact it is, the offset or zone it was read with, and whether that was assumed."""

    at: datetime
    precision: Precision
    zone: str
    zone_assumed: bool


def read_date(raw: str, *, timezone: str, now: datetime) -> Moment | None:
    """Read a date in the source's `timezone`; None where it is no date, or an ambiguous one.

    A date without a year is the latest one that is not after tomorrow. "CST" is China's time for a
    source in Asia, America's for one in America, and no zone elsewhere.
    """
    if len(raw) > _MAX_CHARS:
        return None
    text = _folded(raw)
    if epoch := _EPOCH.match(text):
        return Moment(datetime.fromtimestamp(int(epoch[1]), UTC), "second", "+00:00", False)
    parts = _date_parts(text, now)
    if parts is None:
        return None
    year, month, day, precision, rest = parts
    clock, precision, rest = _clock(rest, precision)
    zone, assumed = _zone(rest if precision in ("minute", "second") else "", timezone)
    try:
        midnight = clock == (24, 0, 0)  # ISO 8601 lets a day end with 24:00
        local = datetime(year, month, day, *((0, 0, 0) if midnight else clock), tzinfo=zone) + timedelta(
            days=midnight
        )
        at = local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if year < _EARLIEST_YEAR:
        return None
    return Moment(at, precision, timezone if assumed else _offset_label(local), assumed)


def _folded(raw: str) -> str:
    text = unicodedata.normalize("NFKD", raw).casefold()
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).split())


def _date_parts(text: str, now: datetime) -> tuple[int, int, int, Precision, str] | None:
    for pattern, order in _DATES:
        found = pattern.search(text)
        if not found:
            continue
        if order == "??y":
            order = _which_is_the_day(found)
            if not order:
                return None
        value = dict(zip(order, found.groups(), strict=False))
        month = _MONTHS[value["b"]] if "b" in value else int(value.get("m", 1))
        day = int(value.get("d", 1))
        year = _full_year(value["y"]) if "y" in value else _latest_year(month, day, now)
        precision: Precision = "day" if "d" in value else "month" if "m" in value else "year"
        rest = text[: found.start()] + " " + text[found.end() :]
        if text[found.end() :] and (compact := _COMPACT_TIME.match(text[found.end() :])) and ":" not in text:
            rest = f" {compact[1]}:{compact[2]}" + (f":{compact[3]}" if compact[3] else "")
            rest += " " + text[found.end() + compact.end() :]
        return year, month, day, precision, rest
    return None


def _which_is_the_day(found: re.Match[str]) -> str:
    first, second = int(found[1]), int(found[2])
    if first > 12 >= second or first == second:
        return "dmy"
    return "mdy" if second > 12 >= first else ""


def _full_year(digits: str) -> int:
    year = int(digits.lstrip("'"))
    if len(digits.lstrip("'")) == 4:
        return year
    return year + (2000 if year < 50 else 1900)  # RFC 5322, section 4.3


def _latest_year(month: int, day: int, now: datetime) -> int:
    tomorrow = now + timedelta(days=1)
    return (
        now.year
        if (month, day) <= (tomorrow.month, tomorrow.day) or tomorrow.year > now.year
        else now.year - 1
    )


def _clock(rest: str, precision: Precision) -> tuple[tuple[int, int, int], Precision, str]:
    found = _TIME.search(rest) if precision == "day" else None
    twelve = _TWELVE.search(rest)
    if (
        not found
        and precision == "day"
        and twelve
        and (hour_only := re.search(r"(?<!\d)(\d{1,2})\s?(?=[ap]\.?m)", rest))
    ):
        found = hour_only
    if not found:
        return (0, 0, 0), precision, rest
    groups = (*found.groups(), None, None)
    hour, minute, second = (int(group or 0) for group in groups[:3])
    if twelve:
        is_pm = bool(twelve["pm"] or twelve["zhpm"])
        hour = hour % 12 + 12 if is_pm and hour <= 12 else 0 if hour == 12 else hour
    # A leap second is the last one of its minute to `datetime`.
    clock = (hour, minute, min(second, 59) if second == 60 else second)
    after = rest[: found.start()] + " " + rest[found.end() :]
    return clock, "second" if groups[2] else "minute", after


def _zone(rest: str, timezone: str) -> tuple[tzinfo, bool]:
    if offset := _OFFSET.search(rest):
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        if hours <= 14 and minutes < 60:
            distance = timedelta(hours=hours, minutes=minutes)
            return fixed(-distance if offset[1] == "-" else distance), False
    if _BEIJING.search(rest):
        return fixed(timedelta(hours=8)), False
    if named := _ZONE_NAME.search(rest):
        name = named[1]
        if name in _ZONE_RULES:
            return _zone_info(_ZONE_RULES[name]), False
        if name == "cst" and timezone.startswith("Asia/"):
            return fixed(timedelta(hours=8)), False
        if name not in _AMERICAN_ONLY or timezone.startswith(("America/", "Canada/", "US/")):
            return fixed(timedelta(hours=_ZONE_HOURS[name])), False
    return _zone_info(timezone), True


@lru_cache(maxsize=64)
def _zone_info(name: str) -> tzinfo:
    return ZoneInfo(name)


def _offset_label(local: datetime) -> str:
    label = local.strftime("%z")
    return f"{label[:3]}:{label[3:5]}"
