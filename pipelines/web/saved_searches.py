"""The saved searches: who is told what and when, and what each would have found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from crawlers.errors import PermanentError
from pipelines.alerts.arrived_documents import documents_since, stored_span
from pipelines.alerts.backtest import TrialSpan, back_test
from pipelines.alerts.event_ids import EventIds
from pipelines.alerts.search_troubles import search_troubles
from pipelines.beat.searches import DAYS, ParsedSearch
from pipelines.model import SavedSearch, story_ids_of
from pipelines.query import QueryError, parse
from pipelines.web.choices import number_of, text_of
from pipelines.web.page import language_of, query_time, room_of, show_page
from pipelines.web.room import Room
from pipelines.web.story_line import story_lines

#: Days that a back-test looks at, where nobody says otherwise, and the most.
_USUAL_DAYS = 14
_MOST_DAYS = 90
#: Documents that a back-test reads at most, the newest: a reader waits for it.
_MOST_DOCUMENTS = 20_000
#: Stories that a back-test lists.
_STORIES = 20
#: Stands where a new search names nobody.
_NEW = "new-search"


def saved_searches(request: Request) -> Response:
    """Show the saved searches, and what keeps their mails from leaving."""
    room = room_of(request)
    searches = room.searches()
    owed = room.ledger.owed_mails()
    paused = room.ledger.paused_addresses()
    saved: list[SavedSearch] = []
    troubles = {}
    for parsed in searches.standing:
        saved.append(parsed.search)
        troubles[parsed.search.id] = search_troubles(parsed.search, searches.channels, owed, paused)
    counts = room.ledger.alert_counts(room.now() - timedelta(days=7))
    told = {}
    for search_id, days in counts.items():
        told[search_id] = sum(days.values())
    facts = {
        "searches": saved,
        "set_aside": searches.set_aside,
        "troubles": troubles,
        "told": told,
        "days": DAYS,
    }
    return show_page(request, "searches.html.j2", facts)


def saved_search(request: Request) -> Response:
    """Show one saved search with its back-test."""
    room = room_of(request)
    wanted = request.path_params["search_id"]
    for parsed in room.searches().standing:
        if parsed.search.id == wanted:
            facts = {"search": parsed.search, "days_of_week": DAYS, "query": parsed.search.query}
            return show_page(request, "saved_search.html.j2", facts | _trial(request, room, parsed))
    raise PermanentError(f"no search “{wanted}”; `maplewire searches list` shows them")


def try_search(request: Request) -> Response:
    """Show what a query would have told as a saved search."""
    room = room_of(request)
    query = text_of(request, "q")
    try:
        parsed = parse(query, now=query_time(request), of_arrivals=True)
    except QueryError as e:
        raise PermanentError(f"“{query}” cannot be read: {e.message}") from e
    zone = str(room.beat.clocks[0].zone)
    search = ParsedSearch(SavedSearch(_NEW, query, query, zone=zone), parsed)
    facts = {"search": None, "days_of_week": DAYS, "query": query}
    return show_page(request, "saved_search.html.j2", facts | _trial(request, room, search))


def _trial(request: Request, room: Room, parsed: ParsedSearch) -> dict[str, Any]:
    """Return what a search would have found lately."""
    days = number_of(request, "days", _USUAL_DAYS, _MOST_DAYS)
    since = room.now() - timedelta(days=days)
    documents = documents_since(room.ledger, since, _MOST_DOCUMENTS)
    stories = room.ledger.stories(story_ids_of(documents))
    others = []
    names = {}
    for other in room.searches().standing:
        names[other.search.id] = other.search.name
        if other.search.id != parsed.search.id:
            others.append((other.search.id, other.query))
    stored = stored_span(room.ledger, documents, since, room.now(), _MOST_DOCUMENTS)
    span = TrialSpan(days, stored, EventIds(room.ledger).event_of)
    result = back_test(parsed.search, parsed.query, documents, stories, others, span)
    newest = sorted(result.stories, key=lambda story_id: stories[story_id].first_seen, reverse=True)
    return {
        "result": result,
        "days": days,
        "is_cut": len(documents) == _MOST_DOCUMENTS,
        "names": names,
        "found": story_lines(room, newest[:_STORIES], language=language_of(request)),
        "missed": story_lines(room, result.missed[:_STORIES], language=language_of(request)),
    }
