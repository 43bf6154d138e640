"""Time zones as dates name them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from crawlers.dates.vocabulary import VOCABULARY, any_of, fold_key

# Kiribati is 14 hours ahead of UTC. What is more is no offset.
_MAX_OFFSET_HOURS = 14

# “GMT-5”, “UTC +8”, “-05:00”, “+0800”, “+00”. A sign and hours alone may begin anything else
# (“14:05 -3 degrees”), so that no word may follow.
_OFFSET = (
    r"(?:(?:GMT|UTC|UT|Z) ?[+-] ?\d{1,2}(?::?\d{2})?(?![\d:])"
    r"|[+-]\d{1,2}:?\d{2}(?![\d:])"
    r"|[+-]\d{1,2}(?! ?[\w:.]))"
)
_IANA_NAME = r"(?:[A-Z][A-Z_]+(?:/[A-Z][A-Z0-9_+-]*[A-Z0-9]){1,2}(?![a-z]))"


def _names_pattern() -> str:
    """Return a pattern for the names of zones.

    Names of two letters are words too (“at”, “et”): small letters count at the end of a text only.
    """
    long_names: list[str] = []
    short_names: list[str] = []
    for name in VOCABULARY.zone_names:
        names = short_names if len(name) == 2 else long_names
        names.append(name)
    short_pattern = any_of(short_names)
    return rf"{any_of(long_names)}|(?-i:{short_pattern}(?![A-Z]))|{short_pattern}(?=[.)\] ]*$)"


#: A zone after a time. To be compiled with `re.IGNORECASE`, on folded text.
ZONE = rf"(?:{_OFFSET}|{_IANA_NAME}|{_names_pattern()})"

#: A zone that may stand before a time: “北京时间 14:05”. An abbreviation there could be any word.
ZONE_PHRASE = any_of(name for name in VOCABULARY.zone_names if " " in name or not name.isascii())

_OFFSET_PARTS = re.compile(r"(?:GMT|UTC|UT|Z)? ?([+-]) ?(\d{1,2}):?(\d{2})?", re.I)


def find_offset(written: str, local: datetime, source_zone: str) -> timedelta | None:
    """Return what a zone means at a local time, or None.

    `written` is the zone as it stands in the text. The source's own zone decides what an
    ambiguous abbreviation means. None where nobody can tell: an unknown name, CST in Paris.
    """
    offset = _parse_offset(written)
    if offset is not None:
        return offset
    if "/" in written:
        return _offset_in_place(_iana_names().get(written.casefold()), local)
    offset = _offset_on_own_clock(written.upper(), local.year, source_zone)
    if offset is not None:
        return offset
    meaning = VOCABULARY.zones.get(fold_key(written), "")
    if not isinstance(meaning, str):
        area = VOCABULARY.areas.get(source_zone.partition("/")[0], "")
        meaning = meaning.get(area, "")
    if "/" in meaning:
        return _offset_in_place(meaning, local)
    return _parse_offset(meaning)


def offset_label(offset: timedelta) -> str:
    """Return an offset in the form “+08:00”."""
    # Clocks before 1972 had odd seconds, which ISO 8601 cannot write: they are cut.
    minutes = int(abs(offset).total_seconds()) // 60
    sign = "-" if offset < timedelta(0) else "+"
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}"


def zone_of_label(label: str | None) -> tzinfo:
    """Return the zone of a label such as “-05:00”, or UTC."""
    offset = _parse_offset(label or "")
    if offset is None:
        return UTC
    return timezone(offset)


def source_offset(local: datetime, source_zone: str) -> timedelta:
    """Return the offset of a source's own clock."""
    return _offset_in_place(source_zone, local) or timedelta(0)


def _parse_offset(text: str) -> timedelta | None:
    """Return the distance of “-05:00” or “GMT+8”, or None."""
    parts = _OFFSET_PARTS.fullmatch(text)
    if parts is None:
        return None
    hours, minutes = int(parts[2]), int(parts[3] or 0)
    if hours > _MAX_OFFSET_HOURS or minutes >= 60:
        return None
    distance = timedelta(hours=hours, minutes=minutes)
    if parts[1] == "-":
        return -distance
    return distance


def _offset_in_place(iana_name: str | None, local: datetime) -> timedelta | None:
    if iana_name is None:
        return None
    return _load_zone(iana_name).utcoffset(local)


def _offset_on_own_clock(abbreviation: str, year: int, source_zone: str) -> timedelta | None:
    """Return what an abbreviation means on the source's clock.

    IST is Ireland's summer time for a source in Dublin and Israel's time for one in Jerusalem.
    """
    zone = _load_zone(source_zone)
    for month in (1, 7):
        day = datetime(year, month, 1, tzinfo=zone)
        if day.tzname() == abbreviation:
            return day.utcoffset()
    return None


@lru_cache(maxsize=64)
def _load_zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@cache
def _iana_names() -> dict[str, str]:
    """Return the names of the IANA database by their small letters."""
    found: dict[str, str] = {}
    for name in available_timezones():
        found[name.casefold()] = name
    return found
