"""Who asks, and whether they may: before any page is made.

session cookie or a proxy's header ──► Reader ──► may they? ──► the page
└──► a form needs its token, and comes from our own pages
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, quote, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.model.reading_room import LEAVE_ROOT
from pipelines.web.accounts import Access, Reader, Role, Sessions, hash_token, machine_user
from pipelines.web.rate_limit import RateLimit
from pipelines.web.trusted_hosts import host_of

SESSION_COOKIE = "maplewire_session"
#: The name of a form's token.
TOKEN_FIELD = "token"  # noqa: S105 - a name
#: Everybody may ask for these.
_OPEN_PATHS = ("/static/", "/healthz", "/robots.txt", "/sign-in", "/language/", LEAVE_ROOT)
#: A form of a person is smaller.
MOST_FORM_BYTES = 64 * 1024
#: The page of a story has a box for each of two hundred articles.
MOST_FORM_FIELDS = 500
#: Requests of one reader, in so many seconds: ten a second.
_PACE = (600, 60)
_READING = frozenset({"GET", "HEAD"})


class Gate:
    """Lets readers in, and forms that they sent themselves."""

    def __init__(self, app: ASGIApp, access: Access, sessions: Sessions) -> None:
        self.app = app
        self.access = access
        self.sessions = sessions
        self._pace = RateLimit(*_PACE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its reader, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        path = request.url.path.removeprefix(scope.get("root_path", ""))
        reader = self._find_reader(request)
        scope.setdefault("state", {})
        scope["state"]["reader"] = reader
        scope["state"]["sessions"] = self.sessions
        scope["state"]["access"] = self.access
        if reader is None and not path.startswith(_OPEN_PATHS):
            await self._ask_to_sign_in(request, path)(scope, receive, send)
            return
        if not self._is_in_pace(request, reader):
            await PlainTextResponse("Too many requests; wait a minute.\n", 429)(scope, receive, send)
            return
        if request.method in _READING:
            await self.app(scope, receive, send)
            return
        # A mail program sends the form for a reader: who may leave is signed in the address itself.
        is_signed = path.startswith(LEAVE_ROOT)
        await self._take_form(scope, receive, send, None if is_signed else reader, is_signed=is_signed)

    def _is_in_pace(self, request: Request, reader: Reader | None) -> bool:
        """Tell whether somebody asks no more often than is fair."""
        if self.access.is_open:
            return True
        name = request.client.host if request.client is not None else ""
        if reader is not None:
            name = f"{reader.name} {reader.session}"
        if not self._pace.allows(name):
            return False
        self._pace.note(name)
        return True

    def _find_reader(self, request: Request) -> Reader | None:
        if self.access.is_open:
            # The page of another site cannot read the token, so it can send no form.
            return Reader(machine_user(), Role.ADMIN, "this machine")
        if request.url.path.removeprefix(request.scope.get("root_path", "")).startswith("/api/"):
            program = self._program_of(request)
            if program is not None:
                return program
        told = self._told_by_proxy(request)
        if told is not None:
            return told
        cookie = request.cookies.get(SESSION_COOKIE)
        if cookie is None:
            return None
        return self.sessions.reader_of(cookie, self.access)

    def _program_of(self, request: Request) -> Reader | None:
        """Return the program whose token a request bears."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        name = self.access.tokens.get(hash_token(token.strip()))
        return None if name is None else Reader(name, Role.READER, "token")

    def _told_by_proxy(self, request: Request) -> Reader | None:
        """Return who a trusted proxy says it is."""
        if self.access.header is None or request.client is None:
            return None
        if request.client.host not in self.access.proxies:
            return None
        values = request.headers.getlist(self.access.header)
        # Two of them: the reader sent one too, and nobody knows which is the proxy's.
        if len(values) != 1 or not values[0].strip():
            return None
        name = values[0].strip()
        account = self.access.accounts.get(name)
        role = Role.READER if account is None else account.role
        return Reader(name, role, "proxy")

    def _ask_to_sign_in(self, request: Request, path: str) -> Response:
        if path.startswith("/api/"):
            return JSONResponse({"error": "sign in, or send a token"}, 401)
        if request.method not in _READING or not self.access.accounts:
            return PlainTextResponse("Sign in first.\n", 401)
        back = request.url.path
        if request.url.query:
            back += f"?{request.url.query}"
        prefix = request.scope.get("root_path", "")
        return RedirectResponse(f"{prefix}/sign-in?back={quote(back, safe='')}", 302)

    async def _take_form(
        self, scope: Scope, receive: Receive, send: Send, reader: Reader | None, *, is_signed: bool
    ) -> None:
        """Pass a form on that came from a page of ours and is not too long."""
        refused = None if is_signed else refusal_of_origin(Headers(scope=scope))
        body = b""
        if refused is None:
            read = await _read_body(receive)
            if read is None:
                too_long = f"A form is at most {MOST_FORM_BYTES} bytes long.\n"
                await PlainTextResponse(too_long, 413)(scope, receive, send)
                return
            body = read
        if refused is None and reader is not None and not self.sessions.is_token(reader, _token_in(body)):
            refused = "This form is too old, or no page of ours sent it. Load its page again, then send it."
        if refused is not None:
            await PlainTextResponse(f"{refused}\n", 403)(scope, receive, send)
            return

        async def replay() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, send)


def refusal_of_origin(headers: Mapping[str, str]) -> str | None:
    """Say why a form is refused that another site sent, None where our own page did."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return "This form was sent by another site."
    origin = headers.get("origin")
    if origin is None:
        return None
    try:
        sender = urlsplit(origin).hostname
    except ValueError:
        sender = None
    # The host alone: a proxy that ends TLS changes the scheme.
    if sender != host_of(headers.get("host", "")):
        return "This form was sent by another site."
    return None


def _token_in(body: bytes) -> str:
    """Return the token of a form, "" where none can be read."""
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=MOST_FORM_FIELDS)
    except ValueError:
        return ""
    return fields.get(TOKEN_FIELD, [""])[0]


async def _read_body(receive: Receive) -> bytes | None:
    """Return the body of a form, None where there is none to take.

    It is too long, or its reader left meanwhile.
    """
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += bytes(message.get("body", b""))
        if len(body) > MOST_FORM_BYTES:
            return None
        if not message.get("more_body", False):
            return body


def reader_of(request: Request) -> Reader:
    """Return who asks. The gate has let them in."""
    reader: Reader | None = request.state.reader
    assert reader is not None, "the gate lets nobody in who is not known"
    return reader


def require_role(request: Request, role: Role) -> Reader:
    """Return who asks. Raises NotAllowed for one who may not do this."""
    reader = reader_of(request)
    if reader.role < role:
        raise NotAllowed(role)
    return reader


class NotAllowed(Exception):
    """A reader asks for what only another role may do."""

    def __init__(self, role: Role) -> None:
        super().__init__(f"only an {role.name.lower()} may do this")
        self.role = role
