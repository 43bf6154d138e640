"""The addresses of the reading room, and the file and function that answers each.

A page is loaded when it is first asked for: who opens the reading room need not wait for what replays a
quarantine or writes an evidence pack.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from inspect import isawaitable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

_STATIC = Path(__file__).parent / "static"

#: Address, and the function that shows it, under its file.
PAGES = {
    "/": "today.today",
    "/search": "search.search",
    "/story/{story_id}": "story.story",
    "/story/{story_id}/compare/{article_id}": "story.compare",
    "/story/{story_id}/event": "event.event",
    "/article/{article_id}": "article.article",
    "/article/{article_id}/page": "kept_page.kept_page",
    "/article/{article_id}/page/frame": "kept_page.kept_page_frame",
    "/story/{story_id}/evidence.zip": "kept_page.evidence",
    "/export": "take_away.export",
    "/search.atom": "take_away.search_atom",
    "/search.json": "take_away.search_json_feed",
    "/api/v1/stories": "api.api_stories",
    "/api/v1/stories/{story_id}": "api.api_story",
    "/api/v1/articles/{article_id}": "api.api_article",
    "/api/v1/sources": "api.api_sources",
    "/api/v1/openapi.json": "api.api_description",
    "/sources": "sources.sources",
    "/sources/{source_id}": "sources.source",
    "/searches": "saved_searches.saved_searches",
    "/searches/try": "saved_searches.try_search",
    "/searches/{search_id}": "saved_searches.saved_search",
    "/outbox": "outbox.outbox",
    "/outbox/{key}": "outbox.mail",
    "/quarantine": "quarantine.quarantine",
    "/words": "person_words.words_of_people",
    "/leave/{token}": "leave.leave_page",
    "/sign-in": "sign_in.sign_in_page",
}
#: Address, and the function that takes a form sent to it.
FORMS = {
    "/searches": "search_editing.take_search",
    "/searches/{search_id}/edit": "search_editing.take_edit",
    "/searches/{search_id}/pause": "search_editing.take_pause",
    "/outbox/resume": "outbox_orders.take_resume",
    "/outbox/{key}/resend": "outbox_orders.take_resend",
    "/quarantine/replay": "quarantine.take_replay",
    "/sources/{source_id}/retry": "source_orders.take_retry",
    "/words/{number:int}/undo": "person_words.take_undo",
    "/article/{article_id}/mark": "person_words.take_mark",
    "/story/{story_id}/merge": "person_words.take_merge",
    "/story/{story_id}/split": "person_words.take_split",
    "/story/{story_id}/link": "person_words.take_link",
    "/story/{story_id}/unlink": "person_words.take_unlink",
    "/leave/{token}": "leave.take_leave",
    "/story/{story_id}/remark": "person_words.take_remark",
    "/sign-in": "sign_in.take_sign_in",
    "/sign-out": "sign_in.sign_out",
}

Handler = Callable[[Request], Response | Awaitable[Response]]


def routes() -> Iterator[BaseRoute]:
    """Return the routes of all pages and forms."""
    for address, place in PAGES.items():
        yield Route(address, _answer_of(place), methods=["GET"])
    for address, place in FORMS.items():
        yield Route(address, _answer_of(place), methods=["POST"])
    yield Mount("/static", StaticFiles(directory=_STATIC), name="static")


def handler_at(place: str) -> Handler:
    """Return the function of this file and name, such as `today.today`."""
    file, _, name = place.partition(".")
    handler: Handler = getattr(import_module(f"pipelines.web.{file}"), name)
    return handler


def _answer_of(place: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        # In a thread: whoever asks first waits until the file is loaded, and nobody else does.
        made = await run_in_threadpool(_call, place, request)
        return await made if isawaitable(made) else made

    return answer


def _call(place: str, request: Request) -> Response | Awaitable[Response]:
    """Return a page, or what reads a form and then makes one."""
    return handler_at(place)(request)
