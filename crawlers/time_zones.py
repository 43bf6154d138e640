"""Names of time zones as people write them (pure)."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

from crawlers.checked_yaml import find_similar


def describe_zone_problem(value: object) -> str | None:
    """Return what is wrong with a time zone, and what to write, or None."""
    try:
        # Opening it is the test: `available_timezones` walks the disk, and takes 20 ms.
        ZoneInfo(str(value))
    except (ValueError, OSError, KeyError):  # no such zone, a folder, a path that leads elsewhere
        advice = _find_time_zone(str(value)) or "an IANA name, as America/Toronto or Asia/Shanghai"
        return f"“{value}” is not a time zone; write {advice}"
    return None


def _find_time_zone(value: str) -> str | None:
    """Return the zone that a misspelled name or the name of a city means, or None."""
    zones = sorted(available_timezones())
    similar = find_similar(value, zones)
    if similar is not None:
        return similar
    # People write the city alone: "Beijing" has no zone, "Shanghai" has Asia/Shanghai.
    city = value.title().replace(" ", "_")
    for zone in zones:
        if zone.endswith(f"/{city}"):
            return zone
    return None
