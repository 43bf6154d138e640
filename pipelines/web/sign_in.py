"""Signing in and out."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipelines.web.accounts import SESSION_S, sign_in
from pipelines.web.gate import SESSION_COOKIE
from pipelines.web.page import path_to, safe_return, show_page
from pipelines.web.rate_limit import RateLimit

#: Five wrong passwords in five minutes, for one name and for one address.
_TRIES = RateLimit(5, 300)
#: Longer ones cost time to hash and are nobody's.
_MOST = 200


def sign_in_page(request: Request) -> Response:
    """Ask for a name and a password."""
    back = safe_return(request, request.query_params.get("back", "/"))
    return show_page(request, "sign_in.html.j2", {"back": back, "problem": None, "name": ""})


async def take_sign_in(request: Request) -> Response:
    """Open a session for who has the right password."""
    form = await request.form(max_files=0, max_fields=20)
    name = str(form.get("name", "")).strip()[:_MOST]
    password = str(form.get("password", ""))[:_MOST]
    back = safe_return(request, str(form.get("back", "/")))
    client = request.client.host if request.client is not None else ""
    facts = {"back": back, "name": name}
    if not (_TRIES.allows(f"name {name}") and _TRIES.allows(f"address {client}")):
        return show_page(request, "sign_in.html.j2", facts | {"problem": "too_many_tries"}, 429)
    # Hashing takes its time, and the others go on meanwhile.
    account = await run_in_threadpool(sign_in, request.state.access, name, password)
    if account is None:
        _TRIES.note(f"name {name}")
        _TRIES.note(f"address {client}")
        return show_page(request, "sign_in.html.j2", facts | {"problem": "wrong_password"}, 403)
    _TRIES.forget(f"name {name}")
    response = RedirectResponse(back, 303)
    response.set_cookie(
        SESSION_COOKIE,
        request.state.sessions.cookie_of(account),
        max_age=SESSION_S,
        httponly=True,
        samesite="lax",
        secure=request.app.state.is_secure,
        path=path_to(request, "/"),
    )
    return response


async def sign_out(request: Request) -> Response:
    """End the session."""
    response = RedirectResponse(path_to(request, "/"), 303)
    response.delete_cookie(SESSION_COOKIE, path=path_to(request, "/"))
    return response
