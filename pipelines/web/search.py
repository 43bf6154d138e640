"""The search page, and the feeds of a query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from pipelines.model import StoryHits
from pipelines.query import QueryError, parse
from pipelines.web.choices import number_of, text_of
from pipelines.web.page import room_of, show_page
from pipelines.web.room import Room
from pipelines.web.story_line import StoryLine, story_lines

#: Stories on one page.
STORIES = 20
#: Everything there is, as a query.
EVERYTHING = "*:*"


def search(request: Request) -> Response:
    """Show the stories that a query finds."""
    room = room_of(request)
    query = text_of(request, "q")
    page = number_of(request, "page", 1)
    facts: dict[str, Any] = {"query": query, "page": page, "mistake": None, "lines": [], "total": None}
    if not query:
        return show_page(request, "search.html.j2", facts | {"pages": 0})
    try:
        found, lines = find_stories(room, query, STORIES, (page - 1) * STORIES)
    except QueryError as e:
        # The query as typed, cut at the mistake, so that the page can mark it.
        end = e.position + e.length
        facts["mistake"] = {
            "before": e.text[: e.position],
            "at": e.text[e.position : end] or " ",
            "after": e.text[end:],
            "message": e.message,
        }
        return show_page(request, "search.html.j2", facts | {"pages": 0}, 400)
    facts |= {"lines": lines, "total": found.total, "pages": -(-found.total // STORIES)}
    return show_page(request, "search.html.j2", facts)


def find_stories(
    room: Room, query: str, limit: int, offset: int = 0, since: datetime | None = None
) -> tuple[StoryHits, list[StoryLine]]:
    """Return what a query finds, and its stories as lines of a list.

    Raises QueryError for a query that cannot be read.
    """
    parsed = parse(query, now=room.now())
    found = room.index.search(parsed, limit=limit, offset=offset, since=since)
    hits = dict(found.stories)
    return found, story_lines(room, list(hits), hits)
