"""The web application: its routes, and what is said when something fails."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from crawlers.errors import PermanentError, TemporaryError
from pipelines.bootstrap import App
from pipelines.web.accounts import Access, Sessions, session_key
from pipelines.web.gate import Gate, NotAllowed
from pipelines.web.page import LANGUAGE_COOKIE, keep_choice, language_of, room_of, safe_return, show_page
from pipelines.web.pages_for_commands import with_page_names
from pipelines.web.room import Room
from pipelines.web.routes import routes
from pipelines.web.trusted_hosts import LOOPBACK_HOSTS, TrustedHosts
from pipelines.web.wording import InterfaceWords, interface_languages

log = logging.getLogger(__name__)

#: For a server that only this machine reaches.
EVERYBODY = Access()


def make_application(
    maplewire: App, access: Access = EVERYBODY, hosts: Collection[str] = LOOPBACK_HOSTS
) -> TrustedHosts:
    """Return the application.

    `hosts` are the names under which it answers, beside that of its address.
    """
    known = set(hosts)
    if maplewire.settings.web_url is not None:
        known.add(urlsplit(maplewire.settings.web_url).hostname or "")
    application = Starlette(
        routes=[
            *routes(),
            Route("/language/{code}", choose_language),
            Route("/healthz", healthz),
            Route("/robots.txt", robots),
        ],
        exception_handlers={
            HTTPException: _say_http_error,
            NotAllowed: _say_not_allowed,
            ClientDisconnect: _say_nothing,
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
    return TrustedHosts(Gate(application, access, sessions), known)


def choose_language(request: Request) -> Response:
    """Keep a reader's language, and go back to the page."""
    code = request.path_params["code"]
    if code not in interface_languages():
        raise HTTPException(404)
    response = RedirectResponse(safe_return(request, request.query_params.get("back", "/")), 302)
    keep_choice(request, response, LANGUAGE_COOKIE, code)
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
    return _say_why(request, error, status)


def _say_busy(request: Request, error: Exception) -> Response:
    return _say_why(request, error, 503)


def _say_nothing(_: Request, __: Exception) -> Response:
    # Who left in the middle of a form hears no answer, and that is no bug.
    return Response(status_code=400)


def _say_why(request: Request, error: Exception, status: int) -> Response:
    message = with_page_names(str(error), InterfaceWords(language_of(request)))
    return show_page(request, "problem.html.j2", {"status": status, "message": message}, status)


def _say_bug(_: Request, error: Exception) -> Response:
    # The cause is in the log; a reader is told nothing of the inside.
    log.error("bug while answering a reader", exc_info=error)
    return PlainTextResponse("Something went wrong here. It was written into the log.\n", 500)
