"""The web application: its routes, and what is said when something fails."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from crawlers.errors import PermanentError, TemporaryError
from pipelines.bootstrap import App
from pipelines.web.accounts import Access, Sessions, session_key
from pipelines.web.api import api_article, api_description, api_sources, api_stories, api_story
from pipelines.web.article import article
from pipelines.web.event import event
from pipelines.web.gate import Gate, NotAllowed
from pipelines.web.guard import LOOPBACK_HOSTS, Guard
from pipelines.web.kept_page import evidence, kept_page, kept_page_frame
from pipelines.web.outbox import mail, outbox
from pipelines.web.outbox_orders import take_resend, take_resume
from pipelines.web.page import LANGUAGE_COOKIE, path_to, room_of, safe_return, show_page
from pipelines.web.person_words import (
    take_link,
    take_mark,
    take_merge,
    take_split,
    take_undo,
    take_unlink,
    words_of_people,
)
from pipelines.web.quarantine import quarantine, take_replay
from pipelines.web.room import Room
from pipelines.web.saved_searches import saved_search, saved_searches, try_search
from pipelines.web.search import search
from pipelines.web.search_editing import take_pause, take_search
from pipelines.web.sign_in import sign_in_page, sign_out, take_sign_in
from pipelines.web.sources import source, sources
from pipelines.web.story import compare, story
from pipelines.web.take_away import export, search_atom, search_json_feed
from pipelines.web.today import today
from pipelines.web.wording import interface_languages

log = logging.getLogger(__name__)

_STATIC = Path(__file__).parent / "static"
#: A year: a reader's choice of language is no secret.
_LANGUAGE_AGE_S = 365 * 24 * 3600
#: For a server that only this machine reaches.
EVERYBODY = Access()


def make_application(
    maplewire: App, access: Access = EVERYBODY, hosts: Collection[str] = LOOPBACK_HOSTS
) -> Guard:
    """Return the application.

    `hosts` are the names under which it answers, beside that of its address.
    """
    known = set(hosts)
    if maplewire.settings.web_url is not None:
        known.add(urlsplit(maplewire.settings.web_url).hostname or "")
    application = Starlette(
        routes=_routes(),
        exception_handlers={
            HTTPException: _say_http_error,
            NotAllowed: _say_not_allowed,
            PermanentError: _say_not_found,
            TemporaryError: _say_busy,
            Exception: _say_bug,
        },
    )
    application.state.room = Room(maplewire)
    # A cookie of a session travels over TLS alone where readers come that way.
    application.state.is_secure = (maplewire.settings.web_url or "").startswith("https:")
    sessions = Sessions(session_key(maplewire.settings.home))
    # Around everything, so that also the answer to a bug has the headers.
    return Guard(Gate(application, access, sessions), known)


def _routes() -> list[BaseRoute]:
    return [
        Route("/", today, name="today"),
        Route("/search", search),
        Route("/story/{story_id}", story),
        Route("/story/{story_id}/compare/{article_id}", compare),
        Route("/story/{story_id}/event", event),
        Route("/article/{article_id}", article),
        Route("/article/{article_id}/page", kept_page),
        Route("/article/{article_id}/page/frame", kept_page_frame),
        Route("/story/{story_id}/evidence.zip", evidence),
        Route("/export", export),
        Route("/search.atom", search_atom),
        Route("/search.json", search_json_feed),
        *_api_routes(),
        Route("/sources", sources),
        Route("/sources/{source_id}", source),
        Route("/searches", saved_searches, methods=["GET"]),
        Route("/searches", take_search, methods=["POST"]),
        Route("/searches/{search_id}/pause", take_pause, methods=["POST"]),
        Route("/searches/try", try_search),
        Route("/searches/{search_id}", saved_search),
        Route("/outbox", outbox),
        Route("/outbox/resume", take_resume, methods=["POST"]),
        Route("/outbox/{key}/resend", take_resend, methods=["POST"]),
        Route("/outbox/{key}", mail),
        Route("/quarantine", quarantine),
        Route("/quarantine/replay", take_replay, methods=["POST"]),
        Route("/words", words_of_people),
        Route("/words/{number:int}/undo", take_undo, methods=["POST"]),
        Route("/article/{article_id}/mark", take_mark, methods=["POST"]),
        Route("/story/{story_id}/merge", take_merge, methods=["POST"]),
        Route("/story/{story_id}/split", take_split, methods=["POST"]),
        Route("/story/{story_id}/link", take_link, methods=["POST"]),
        Route("/story/{story_id}/unlink", take_unlink, methods=["POST"]),
        Route("/sign-in", sign_in_page, methods=["GET"]),
        Route("/sign-in", take_sign_in, methods=["POST"]),
        Route("/sign-out", sign_out, methods=["POST"]),
        Route("/language/{code}", choose_language),
        Route("/healthz", healthz),
        Route("/robots.txt", robots),
        Mount("/static", StaticFiles(directory=_STATIC), name="static"),
    ]


def _api_routes() -> list[BaseRoute]:
    return [
        Route("/api/v1/stories", api_stories),
        Route("/api/v1/stories/{story_id}", api_story),
        Route("/api/v1/articles/{article_id}", api_article),
        Route("/api/v1/sources", api_sources),
        Route("/api/v1/openapi.json", api_description),
    ]


def choose_language(request: Request) -> Response:
    """Keep a reader's language, and go back to the page."""
    code = request.path_params["code"]
    if code not in interface_languages():
        raise HTTPException(404)
    response = RedirectResponse(safe_return(request, request.query_params.get("back", "/")), 302)
    response.set_cookie(
        LANGUAGE_COOKIE,
        code,
        max_age=_LANGUAGE_AGE_S,
        httponly=True,
        samesite="lax",
        path=path_to(request, "/"),
    )
    return response


def healthz(request: Request) -> Response:
    """Say that the ledger can be read: for those who watch the service."""
    try:
        room_of(request).ledger.runs(1)
    except TemporaryError:
        return PlainTextResponse("the ledger cannot be read now\n", 503)
    return PlainTextResponse("ok\n")


def robots(_: Request) -> Response:
    """Ask crawlers to stay away."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


def _say_http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return show_page(request, "problem.html.j2", {"status": status, "message": None}, status)


def _say_not_allowed(request: Request, error: Exception) -> Response:
    role = error.role.name.lower() if isinstance(error, NotAllowed) else ""
    return show_page(request, "problem.html.j2", {"status": 403, "message": None, "role": role}, 403)


def _say_not_found(request: Request, error: Exception) -> Response:
    # A form that names what cannot be done is answered with the reason, a page that is not there likewise.
    status = 400 if request.method == "POST" else 404
    return show_page(request, "problem.html.j2", {"status": status, "message": str(error)}, status)


def _say_busy(request: Request, error: Exception) -> Response:
    return show_page(request, "problem.html.j2", {"status": 503, "message": str(error)}, 503)


def _say_bug(_: Request, error: Exception) -> Response:
    # The cause is in the log; a reader is told nothing of the inside.
    log.error("bug while answering a reader", exc_info=error)
    return PlainTextResponse("Something went wrong here. It was written into the log.\n", 500)
