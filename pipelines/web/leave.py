"""A reader leaves saved searches by the link of a mail (RFC 8058).

Nobody signs in for it. Looking at the page changes nothing, since mail programs look at links by themselves.
Only a form does: that of the page, or the one that a mail program sends for its reader.
"""

from __future__ import annotations

import hashlib
import logging

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pipelines.alerts.leave_links import Leaving
from pipelines.alerts.operator_message import WATERMARK, operator_mail
from pipelines.beat.searches import has_left, leave_search, return_command, return_to_search, searches_of
from pipelines.model import SavedSearch
from pipelines.web.page import room_of, show_page
from pipelines.web.room import Room

log = logging.getLogger(__name__)


def leave_page(request: Request) -> Response:
    """Show which searches a reader leaves, with a button."""
    return _show(request, _leaving_of(request))


async def take_leave(request: Request) -> Response:
    """Take a reader off the searches of a link, or bring them back.

    The answer is no redirect: RFC 8058 §3.1 wants none.
    """
    leaving = _leaving_of(request)
    form = await request.form(max_files=0, max_fields=20)
    comes_back = form.get("back") == "yes"
    await run_in_threadpool(_note, room_of(request), leaving, comes_back=comes_back)
    return await run_in_threadpool(_show, request, leaving)


def _leaving_of(request: Request) -> Leaving:
    links = room_of(request).maplewire.leave_links
    leaving = None if links is None else links.read(request.path_params["token"])
    if leaving is None:
        raise HTTPException(404)
    return leaving


def _show(request: Request, leaving: Leaving) -> Response:
    room = room_of(request)
    searches = searches_of(room.searches().standing, leaving.search_ids, leaving.address)
    facts = {
        "token": request.path_params["token"],
        "address": leaving.address,
        "searches": searches,
        "is_gone": all(has_left(search, leaving.address) for search in searches),
    }
    return show_page(request, "leave.html.j2", facts)


def _note(room: Room, leaving: Leaving, *, comes_back: bool) -> None:
    """Note it in the data folder's own searches, and tell the desk once."""
    beat_file, own = room.settings.beat / "searches.yaml", room.settings.own_searches
    changed: list[SavedSearch] = []
    with room.changing:
        standing = room.searches().standing
        for search in searches_of(standing, leaving.search_ids, leaving.address):
            if has_left(search, leaving.address) != comes_back:
                # A program may send its form twice.
                continue
            if comes_back:
                return_to_search(beat_file, own, search, leaving.address)
            else:
                leave_search(beat_file, own, search, leaving.address)
            changed.append(search)
        if changed:
            _tell_desk(room, leaving.address, changed, comes_back=comes_back)


def _tell_desk(room: Room, address: str, searches: list[SavedSearch], *, comes_back: bool) -> None:
    """Owe the operators a mail; the next run sends it."""
    names = ", ".join(f"“{search.name}” ({search.id})" for search in searches)
    done = "wants mails again of" if comes_back else "unsubscribed from"
    log.warning("%s %s %s", address, done, names)
    to = room.settings.operator_mail
    if not to:
        return
    now = room.now()
    undo = [return_command(search, address) for search in searches]
    text = f"{address} {done} {names}, by the link of a mail.\n\nTo undo it:\n" + "\n".join(undo) + "\n"
    if comes_back:
        text = f"{address} {done} {names}.\n"
    about = f"{address} {done} {names}"
    key = f"left:{hashlib.sha256(about.encode()).hexdigest()[:16]}:{now.timestamp():.6f}"
    mail = operator_mail(
        key, f"{address} {done} {names}", text, to=to, mail_from=room.settings.mail_from, now=now
    )
    room.ledger.enqueue([mail], WATERMARK, 0)
