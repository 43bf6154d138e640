"""How a page is made of a template.

With the words of the reader's language, and addresses.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import cache, partial
from typing import Any, cast
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from crawlers.locales import country_name
from pipelines.alerts.wording import clock_name, marked, on_clock, one_line, web_address
from pipelines.model.reading_room import article_path, search_path, story_path
from pipelines.query.written import field_query
from pipelines.web.accounts import Role
from pipelines.web.gate import SESSION_COOKIE
from pipelines.web.pages_for_commands import with_page_names
from pipelines.web.reader_zone import ZONE_COOKIE, chosen_zone, reader_clock
from pipelines.web.reason_text import ReasonText
from pipelines.web.room import Room
from pipelines.web.wording import InterfaceWords, choose_language, interface_languages

#: Keeps the language that a reader chose.
LANGUAGE_COOKIE = "maplewire_language"
_CHOICE_AGE_S = 365 * 24 * 3600


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("pipelines.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["one_line"] = one_line
    found.filters["marked"] = marked
    found.filters["web_address"] = web_address
    found.filters["with_page_names"] = with_page_names
    return found


def room_of(request: Request) -> Room:
    """Return what the pages read from."""
    return cast(Room, request.app.state.room)


def language_of(request: Request) -> str:
    """Return the language of the interface for this reader."""
    wanted = request.cookies.get(LANGUAGE_COOKIE)
    return choose_language(wanted, request.headers.get("accept-language", ""))


def path_to(request: Request, path: str, **parameters: object) -> str:
    """Return the address of a path on this server, behind a prefix too.

    Parameters that are None or empty are left out.
    """
    written = {}
    for name, value in parameters.items():
        if value not in (None, ""):
            written[name] = str(value)
    address = f"{request.scope.get('root_path', '').rstrip('/')}{path}"
    if written:
        address += f"?{urlencode(written)}"
    return address


def show_page(request: Request, template: str, facts: Mapping[str, Any], status: int = 200) -> Response:
    """Return a page."""
    room = room_of(request)
    language = language_of(request)
    words = InterfaceWords(language)
    clock = reader_clock(request, room)
    everywhere = {
        "word": words,
        "language": language,
        "languages": [(code, InterfaceWords(code)("language_name")) for code in interface_languages()],
        "beat": room.beat.name,
        "here": request.url.path.removeprefix(request.scope.get("root_path", "")),
        "here_whole": _own_address(request),
        "path": partial(path_to, request),
        "story_path": lambda story_id: path_to(request, story_path(story_id)),
        "article_path": lambda *parts: path_to(request, article_path(*parts)),
        "search_path": lambda query: path_to(request, search_path(query)),
        "field_query": field_query,
        "topic_name": lambda topic: room.topic_name(topic, language),
        "country": partial(country_in, language=language),
        "language_of": partial(language_in, language=language),
        "time": partial(time_in, zone=clock.zone, language=language),
        "clock": clock_name(clock, language),
        "reason_text": ReasonText(language, room.beat.terms.side_names, clock, room.now()),
        "query": "",
        "done": _done(request),
    } | _reader_facts(request)
    text = _environment().get_template(template).render(everywhere | dict(facts))
    response = HTMLResponse(text, status)
    if chosen_zone(request) is not None:
        keep_choice(request, response, ZONE_COOKIE, str(clock.zone))
    return response


def keep_choice(request: Request, response: Response, cookie: str, value: str) -> None:
    """Keep what a reader chose for a year; it is no secret."""
    response.set_cookie(
        cookie, value, max_age=_CHOICE_AGE_S, httponly=True, samesite="lax", path=path_to(request, "/")
    )


#: What a person may just have done, as the address of the next page says.
_DONE = frozenset({"marked", "merged", "split", "linked", "unlinked", "undone", "saved", "ordered", "asked"})


def _done(request: Request) -> str | None:
    done = request.query_params.get("done")
    return done if done in _DONE else None


def _reader_facts(request: Request) -> dict[str, Any]:
    """Return who reads the page, what they may do, and the token of their forms."""
    reader = request.state.reader
    if reader is None:
        return {"reader": None, "may_edit": False, "token": "", "signed_in": False}
    return {
        "reader": reader,
        "may_edit": reader.role >= Role.EDITOR,
        "token": request.state.sessions.token_of(reader),
        "signed_in": bool(request.cookies.get(SESSION_COOKIE)) and not request.state.access.is_open,
    }


def safe_return(request: Request, wanted: str) -> str:
    """Return a path of this server to go back to, and never another site's."""
    # Browsers read "//host" and "/\\host" as another site, and skip tabs and newlines.
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    if is_path and wanted.isprintable() and "\\" not in wanted:
        return wanted
    return path_to(request, "/")


def _own_address(request: Request) -> str:
    """Return the path and query of the page that is shown."""
    path = request.url.path
    if request.url.query:
        path += f"?{request.url.query}"
    return path


def time_in(at: datetime | None, zone: tzinfo, language: str) -> str:
    """Return an instant as a reader of this language writes it, "" for None."""
    if at is None:
        return ""
    shown = on_clock(at, zone)
    return f"{format_date(shown, locale=language)} {shown:%H:%M}"


def time_for(request: Request, at: datetime) -> str:
    """Return an instant on the reader's clock, in the reader's language."""
    return time_in(at, reader_clock(request, room_of(request)).zone, language_of(request))


def query_time(request: Request) -> datetime:
    """Return the present moment on the reader's clock.

    A day of a query is a day there, as it is on every page.
    """
    room = room_of(request)
    return room.now().astimezone(reader_clock(request, room).zone)


def country_in(code: str | None, language: str) -> str:
    """Return what a country is called, "" for None."""
    if not code:
        return ""
    return Locale(language).territories.get(code.upper()) or country_name(code)


def language_in(code: str | None, language: str) -> str:
    """Return what a language is called; the code where nobody has a name for it."""
    if not code:
        return ""
    try:
        name = Locale.parse(code.replace("-", "_")).get_display_name(language)
    except (ValueError, UnknownLocaleError):
        return code
    return name or code
