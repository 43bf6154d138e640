"""Time zones: their names as people write them, and those of newsrooms (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from crawlers.checked_yaml import find_similar, parse_yaml


def describe_zone_problem(value: object) -> str | None:
    """Return what is wrong with a time zone, and what to write, or None."""
    try:
        # Opening it is the test: `available_timezones` walks the disk, and takes 20 ms.
        ZoneInfo(str(value))
    except (ValueError, OSError, KeyError):  # no such zone, a folder, a path that leads elsewhere
        advice = _find_time_zone(str(value)) or "an IANA name, as Europe/Oslo or Asia/Tokyo"
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


def usual_zone(country: str | None, language: str | None = None) -> str:
    """Return the time zone of a source that names none.

    It is that of its country's newsrooms, or of its language's where no country is known, and UTC otherwise.
    """
    newsrooms = _newsroom_zones()
    if country is None:
        return newsrooms["languages"].get((language or "").partition("-")[0], "UTC")
    if country in newsrooms["zones"]:
        return newsrooms["zones"][country]
    zones = _zones_by_country().get(country, ())
    if len(zones) == 1:
        return zones[0]
    return "UTC"


@cache
def _newsroom_zones() -> Mapping[str, Mapping[str, str]]:
    name = "newsroom_zones.yaml"
    content = files("crawlers").joinpath(name).read_bytes()
    values: Mapping[str, Mapping[str, str]] = parse_yaml(content, Path("crawlers", name)).values
    return values


@cache
def _zones_by_country() -> Mapping[str, list[str]]:
    """Return the zones of each country, from the table that comes with tzdata."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    zones: defaultdict[str, list[str]] = defaultdict(list)
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _coordinates, zone, *_comment = line.split("\t")
            zones[country].append(zone)
    return dict(zones)
