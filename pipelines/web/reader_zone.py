"""The clock on which a reader sees times, and by which days of a query are read.

address (`zone=`) ──► else what was chosen before (cookie) ──► else the desk's clock
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from starlette.requests import Request

from pipelines.alerts.wording import clock_name
from pipelines.model import ReaderClock
from pipelines.web.room import Room

#: Keeps the clock that a reader chose.
ZONE_COOKIE = "maplewire_zone"
_PARAMETER = "zone"
_LONGEST_NAME = 60


def reader_clock(request: Request, room: Room) -> ReaderClock:
    """Return the clock of a reader. A zone that does not exist counts for nothing."""
    name = chosen_zone(request) or request.cookies.get(ZONE_COOKIE, "")
    if not is_zone(name):
        return room.beat.clocks[0]
    for clock in room.beat.clocks:
        if str(clock.zone) == name:
            return clock
    return ReaderClock(_city_of(name), ZoneInfo(name))


def chosen_zone(request: Request) -> str | None:
    """Return the zone that an address names, None where it names none."""
    name = request.query_params.get(_PARAMETER, "")
    return name if is_zone(name) else None


def is_zone(name: str) -> bool:
    """Tell whether there is a time zone of this name."""
    if not name or len(name) > _LONGEST_NAME:
        return False
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # no such zone, a folder, a path that leads elsewhere
        return False
    return True


def offered_zones(room: Room, language: str) -> dict[str, str]:
    """Return the zones that a reader may choose, with their names.

    They are those of the desk, of the sources, and UTC.
    """
    offered = {}
    for clock in room.beat.clocks:
        offered[str(clock.zone)] = clock_name(clock, language)
    zones = {source.timezone for source in room.beat.sources}
    for zone in sorted(zones, key=_city_of):
        offered.setdefault(zone, _city_of(zone))
    offered.setdefault("UTC", "UTC")
    return offered


def _city_of(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")
