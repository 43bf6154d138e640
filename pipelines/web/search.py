"""The search page, and the feeds of a query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from crawlers.errors import PermanentError, TemporaryError
from pipelines.model import StoryHits, StoryOrder
from pipelines.query import Query, QueryError
from pipelines.web.choices import PERIODS, choice_of, number_of, text_of
from pipelines.web.facets import outlet_names, read_facets
from pipelines.web.page import language_of, query_time, room_of, show_page
from pipelines.web.reader_zone import chosen_zone, offered_zones, reader_clock
from pipelines.web.room import Room
from pipelines.web.story_line import StoryLine, story_lines

#: Stories on one page.
STORIES = 20
#: How stories are sorted, the usual way first.
ORDERS: tuple[StoryOrder, ...] = ("newest", "best", "oldest")
#: Everything there is, as a query.
EVERYTHING = "*:*"


def search(request: Request) -> Response:
    """Show the stories that a query finds."""
    room = room_of(request)
    query = text_of(request, "q")
    page = number_of(request, "page", 1)
    order = choice_of(request, "sort", ORDERS)
    facts = _facts_of_form(request, room) | {"query": query, "page": page, "order": order}
    if not query:
        return show_page(request, "search.html.j2", facts)
    try:
        parsed = room.read_query(query, query_time(request))
        found, lines = find_stories(
            room, parsed, STORIES, (page - 1) * STORIES, order=order, language=language_of(request)
        )
    except QueryError as e:
        return show_page(request, "search.html.j2", facts | {"mistake": _split_at_mistake(e)}, 400)
    facts |= {"lines": lines, "total": found.total, "pages": -(-found.total // STORIES)}
    if not found.total:
        facts["doubts"] = _find_doubts(room, query, parsed, query_time(request))
    # Chosen on the first page; further pages are read.
    if page == 1 and found.total > 1:
        facts["facets"] = _find_facets(room, parsed, found.total)
    return show_page(request, "search.html.j2", facts)


def _facts_of_form(request: Request, room: Room) -> dict[str, Any]:
    """Return what the page shows before anything is found."""
    return {
        "orders": ORDERS,
        "mistake": None,
        "lines": [],
        "total": None,
        "pages": 0,
        "facets": {},
        "periods": PERIODS,
        "outlets": outlet_names(room),
        "doubts": [],
        "zone": chosen_zone(request),
        "zones": _zones_with_chosen(request, room),
        "zone_now": str(reader_clock(request, room).zone),
    }


def _split_at_mistake(error: QueryError) -> dict[str, str]:
    """Return a query as typed, cut at its mistake, so that the page can mark it."""
    end = error.position + error.length
    return {
        "before": error.text[: error.position],
        "at": error.text[error.position : end] or " ",
        "after": error.text[end:],
        "message": error.message,
    }


def _find_doubts(room: Room, query: str, parsed: Query, now: datetime) -> Any:
    """Return what may be wrong with a query that finds nothing."""
    with index_trouble():
        return room.results.result(("doubts", parsed), lambda: room.doubts_about(query, now), room.now())


def _find_facets(room: Room, parsed: Query, total: int) -> Any:
    """Return by what a result can be narrowed."""
    with index_trouble():
        return room.results.result(("facets", parsed), lambda: read_facets(room, parsed, total), room.now())


def _zones_with_chosen(request: Request, room: Room) -> Mapping[str, str]:
    """Return the zones to choose from, with that of the reader."""
    clock = reader_clock(request, room)
    return {str(clock.zone): clock.name} | offered_zones(room, language_of(request))


def find_stories(
    room: Room,
    query: Query,
    limit: int,
    offset: int = 0,
    *,
    order: StoryOrder = "newest",
    language: str = "en",
) -> tuple[StoryHits, list[StoryLine]]:
    """Return what a query finds, and its stories as lines of a list."""
    with index_trouble():
        found = room.results.result(
            ("stories", query, limit, offset, order),
            lambda: room.index.search(query, limit=limit, offset=offset, order=order),
            room.now(),
        )
    hits = dict(found.stories)
    return found, story_lines(room, list(hits), hits, language=language)


@contextmanager
def index_trouble() -> Iterator[None]:
    """Turn what is wrong with the index into trouble that passes: a person mends it.

    An index that is missing or of another version is no page that does not exist.
    """
    try:
        yield
    except PermanentError as e:
        raise TemporaryError(str(e)) from e
