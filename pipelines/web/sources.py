"""How the sources are: health, volume, and what became of their pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from crawlers.errors import PermanentError
from pipelines.beat.source_health import STATES, Health
from pipelines.model import Outcome, count_arrived
from pipelines.web.choices import choice_of
from pipelines.web.page import room_of, show_page
from pipelines.web.room import VOLUME_DAYS, Room

#: The size of a sparkline in its own units.
_WIDTH = 90
_HEIGHT = 20
#: Pages of one source that are listed.
_PAGES = 200
_GROUPS = ("all", "troubled")


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source with its health, and its pages by day."""

    health: Health
    #: Points of a line, oldest day first; "" where nothing came.
    sparkline: str
    pages: int


def sources(request: Request) -> Response:
    """Show all sources, those that need a look first."""
    room = room_of(request)
    group = choice_of(request, "show", _GROUPS)
    rows = _source_rows(room)
    troubled = []
    for row in rows:
        if row.health.is_troubled:
            troubled.append(row)
    facts = {
        "rows": troubled if group == "troubled" else rows,
        "number": len(rows),
        "troubled": len(troubled),
        "group": group,
        "days": VOLUME_DAYS,
    }
    return show_page(request, "sources.html.j2", facts)


def _health_of(room: Room, source_id: str) -> Health:
    every, _ = room.source_health.at(room.now())
    for health in every:
        if health.source.id == source_id:
            return health
    raise AssertionError(f"source {source_id} is in the beat and has no health")


def _source_rows(room: Room) -> list[SourceRow]:
    now = room.now()
    health, volumes = room.source_health.at(now)
    rows = []
    for one in sorted(health, key=lambda one: STATES.index(one.state)):
        days = _pages_by_day(volumes.get(one.source.id, {}), now.date())
        rows.append(SourceRow(one, draw_sparkline(days), sum(days)))
    return rows


def _pages_by_day(volumes: Mapping[str, Mapping[Outcome, int]], last: date) -> list[int]:
    """Return how many pages brought something on each day, oldest first."""
    days = []
    for ago in range(VOLUME_DAYS - 1, -1, -1):
        outcomes = volumes.get((last - timedelta(days=ago)).isoformat(), {})
        days.append(count_arrived(outcomes))
    return days


def draw_sparkline(numbers: Sequence[int]) -> str:
    """Return the points of a line over some days, "" where all are 0."""
    most = max(numbers, default=0)
    if not most:
        return ""
    step = _WIDTH / max(1, len(numbers) - 1)
    points = []
    for place, number in enumerate(numbers):
        points.append(f"{place * step:.1f},{_HEIGHT - 1 - (_HEIGHT - 2) * number / most:.1f}")
    return " ".join(points)


def source(request: Request) -> Response:
    """Show one source: its health, and what became of each of its pages."""
    room = room_of(request)
    found = room.beat.source(request.path_params["source_id"])
    if found is None:
        named = request.path_params["source_id"]
        raise PermanentError(f"no source “{named}” in this beat; `maplewire sources list` shows them")
    now = room.now()
    since = now - timedelta(days=VOLUME_DAYS)
    facts = {
        "source": found,
        "health": _health_of(room, found.id),
        "state": room.ledger.feed_states().get(found.id),
        "pages": room.ledger.accounted_pages(list(Outcome), since, [found.id], _PAGES),
        "skipped": room.ledger.skipped_entries(since, [found.id], _PAGES),
        "days": VOLUME_DAYS,
    }
    return show_page(request, "source.html.j2", facts)
