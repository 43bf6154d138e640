"""Reading one date: ISO, and the forms that pages write in English, French and Chinese (and their neighbours).

A general parser guesses; here an unknown form is None, since a wrong day is worse than none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

Exactness = Literal["second", "minute", "day"]


@dataclass(frozen=True, slots=True)
class WallTime:
    """A date as written: what the clock showed, how exactly, and the zone named beside it (or None)."""

    wall: datetime
    precision: Exactness
    zone: str | None


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv januar jänner enero janeiro gennaio",
            "february feb février fevrier févr fevr fév februar febrero fevereiro febbraio",
            "march mar mars märz marzo março",
            "april apr avril avr abril aprile",
            "may mai mayo maio maggio",
            "june jun juin juni junio junho giugno",
            "july jul juillet juil juli julio julho luglio",
            "august aug août aout agosto",
            "september sept sep septembre septiembre setembro settembre",
            "october oct octobre oktober okt octubre outubro ottobre",
            "november nov novembre noviembre novembro",
            "december dec décembre decembre déc dezember dez diciembre dezembro dicembre",
        ),
        1,
    )
    for name in names.split()
}
_FIXED = {  # hours from UTC; CST is missing on purpose: it is Chicago's or China's, by the source
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5,
    "HKT": 8, "SGT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11,
    "NST": -3.5, "NDT": -2.5, "AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "HNE": -5, "HAE": -4, "HNA": -4, "HAA": -3, "HNC": -6, "HAC": -5, "HNR": -7, "HAR": -6, "HNP": -8, "HAP": -7,
}  # fmt: skip
_PLACES = {
    "ET": "America/Toronto", "HE": "America/Toronto", "CT": "America/Winnipeg", "MT": "America/Edmonton", "PT": "America/Vancouver",
    "AT": "America/Halifax", "NT": "America/St_Johns", "EASTERN": "America/Toronto", "PACIFIC": "America/Vancouver",
    "HEURE DE L'EST": "America/Toronto", "HEURE DE L’EST": "America/Toronto", "北京时间": "Asia/Shanghai", "北京時間": "Asia/Shanghai",
    "BEIJING TIME": "Asia/Shanghai", "香港时间": "Asia/Hong_Kong", "香港時間": "Asia/Hong_Kong",
}  # fmt: skip

_ZONE = (
    r"(?P<zone>(?:GMT|UTC)?\s?[+\-−]\s?\d{1,2}(?::?\d{2})?(?!\d)|Z\b|"
    + "|".join(
        sorted(
            (rf"{re.escape(n)}\b" if n[0].isascii() else n for n in [*_FIXED, *_PLACES, "CST"]),
            key=len,
            reverse=True,
        )
    )
    + ")"
)
_CLOCK = (
    r"(?P<half1>上午|下午|晚上|凌晨|早上|中午|傍晚)?\s*"
    r"(?P<hour>\d{1,2})(?:\s?[:：时時點点]\s?|\s?[hH]\s?(?=\d{2})|\.(?=\d\d\s?[ap]\.?m))(?P<minute>\d{2})分?(?:[:：](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half2>[ap]\.?\s?m\b\.?))?"
    rf"(?:\s*\(?{_ZONE})?"
)
_BARE_HOUR = (
    rf"(?P<hour_b>\d{{1,2}})\s?(?P<half_b>[ap]\.?\s?m\b\.?)(?:\s*\(?{_ZONE.replace('zone', 'zone_b')})?"
)
_GAP = r"[\s,;|·•\-–—/()]*(?:at|à|a|@|um|às)?[\s,:]*"
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"

_ISO = re.compile(
    r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"
    r"(?:(?:T|\s*[\s,T]\s*)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?:\s?(?P<half2>[ap]\.?m\b\.?))?(?:\s?\(?"
    + _ZONE
    + ")?)?",
    re.I,
)
_COMPACT = re.compile(
    r"^(?P<y>(?:19|20)\d{2})(?P<m>[01]\d)(?P<d>[0-3]\d)(?:T?(?P<hour>[0-2]\d)(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?"
    + _ZONE
    + "?)?$"
)
_HAN = re.compile(
    r"(?<!\d)(?P<y>\d{4})\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?日?(?:\s*(?:星期[一二三四五六日天])?[\s,，]*(?:北京[时時][间間])?\s*"
    + _CLOCK
    + ")?"
)
_MONTH_DAY_YEAR = re.compile(rf"\b{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!\d)", re.I)
_DAY_MONTH_YEAR = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:er|st|nd|rd|th|\.|º)?(?:[\s\-]+|\s+de\s+){_MONTH},?(?:[\s\-]+|\s+de\s+)(?P<y>\d{{4}})(?!\d)",
    re.I,
)
_JS = re.compile(
    rf"\b(?:mon|tue|wed|thu|fri|sat|sun)\w*,?\s+{_MONTH}\s+(?P<d>\d{{1,2}})\s+(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)\s+{_ZONE}?\s*(?P<y>\d{{4}})",
    re.I,
)
_DOTTED = re.compile(r"(?<![\d.\-/])(?P<d>\d{1,2})(?P<sep>[./\-])(?P<m>\d{1,2})(?P=sep)(?P<y>\d{4})(?!\d)")
_CLOCK_AFTER = re.compile(rf"{_GAP}(?:{_CLOCK}|{_BARE_HOUR})", re.I)
_CLOCK_BEFORE = re.compile(
    rf"(?:{_CLOCK}|{_BARE_HOUR}){_GAP}(?:on\s+|le\s+)?(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[\s,]*|(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)[\s,]*)?$",
    re.I,
)
_EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")


def read_date(text: str) -> WallTime | None:
    """Return the first date that `text` shows, with its time where one stands beside it.

    None for an unknown form and for a date that does not exist. 03/04/2026 is no date: a page that
    writes so does not say which of the two it means.
    """
    text = text.strip()[:400]
    if _EPOCH.match(text):
        return _epoch(text)
    for pattern in (_COMPACT, _ISO, _HAN, _JS):
        if (match := pattern.search(text)) and (found := _wall(match.groupdict())):
            return found
    for pattern in (_MONTH_DAY_YEAR, _DAY_MONTH_YEAR, _DOTTED):
        if match := pattern.search(text):
            if pattern is _DOTTED and match["sep"] != "." and max(int(match["d"]), int(match["m"])) <= 12:
                continue
            parts = match.groupdict()
            if pattern is _DOTTED and match["sep"] != "." and int(match["m"]) > 12:
                parts |= {"d": match["m"], "m": match["d"]}
            clock = _CLOCK_AFTER.match(text, match.end()) or _CLOCK_BEFORE.search(
                text[max(0, match.start() - 60) : match.start()]
            )
            found = (clock and _wall(parts | clock.groupdict())) or _wall(parts)
            if found:
                return found
    return None


def to_utc(found: WallTime, default_zone: str) -> datetime:
    """Return the instant in UTC, by the date's own zone or else `default_zone` (an IANA name).

    A date without a time stays that day at midnight UTC: moving it by a zone could change the day.
    """
    if found.precision == "day":
        return found.wall.replace(tzinfo=UTC)
    return found.wall.replace(tzinfo=zone_of(found.zone, default_zone)).astimezone(UTC)


def _epoch(text: str) -> WallTime:
    seconds = int(text[:10])
    return WallTime(datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None), "second", "+00:00")


def _wall(parts: dict[str, str | None]) -> WallTime | None:
    month = _MONTHS[parts["month"].lower()] if parts.get("month") else int(parts.get("m") or 0)  # type: ignore[union-attr]
    hour = parts.get("hour") or parts.get("hour_b")
    half = (parts.get("half1") or parts.get("half2") or parts.get("half_b") or "").lower()
    minute, second = int(parts.get("minute") or 0), parts.get("second")
    try:
        day = datetime(int(parts["y"] or 0), month, int(parts["d"] or 0))  # noqa: DTZ001
        if hour is None:
            return WallTime(day, "day", None)
        wall = day.replace(hour=_hour24(int(hour), half), minute=minute, second=min(int(second or 0), 59))
    except ValueError:
        return None
    zone = parts.get("zone") or parts.get("zone_b")
    if zone is None and (wall.hour, wall.minute, wall.second) == (0, 0, 0) and second is not None:
        return WallTime(day, "day", None)  # a database's way of writing a day
    return WallTime(wall, "second" if second is not None else "minute", zone and _normal_zone(zone))


def _hour24(hour: int, half: str) -> int:
    if half.startswith("p") or half in {"下午", "晚上", "傍晚"}:
        return hour + 12 if hour < 12 else hour
    if (half.startswith("a") or half in {"上午", "凌晨", "早上"}) and hour == 12:
        return 0
    return hour + 12 if half == "中午" and hour < 11 else hour


def _normal_zone(zone: str) -> str:
    zone = zone.strip(" (").upper().replace("−", "-")
    offset = re.fullmatch(r"(?:GMT|UTC)?\s?([+-])\s?(\d{1,2})(?::?(\d{2}))?", zone)
    if not offset:
        return "+00:00" if zone == "Z" else zone
    return f"{offset[1]}{int(offset[2]):02}:{offset[3] or '00'}"


def zone_of(zone: str | None, default_zone: str) -> tzinfo:
    """Return the zone that a name or offset ("-05:00", "EST", "北京时间", or an IANA name) means."""
    if zone is None:
        return ZoneInfo(default_zone)
    if offset := re.fullmatch(r"([+-])(\d\d):(\d\d)", zone):
        shift = timedelta(hours=min(int(offset[2]), 23), minutes=min(int(offset[3]), 59))
        return timezone(shift if offset[1] == "+" else -shift)
    if zone == "CST":
        return timezone(timedelta(hours=8 if default_zone.startswith("Asia/") else -6))
    if zone in _PLACES:
        return ZoneInfo(_PLACES[zone])
    if zone in _FIXED:
        return timezone(timedelta(hours=_FIXED[zone]))
    try:
        return ZoneInfo(zone)
    except (ValueError, OSError):
        return UTC
