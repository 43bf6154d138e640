"""Saving, editing and pausing a search on pages.

The data folder's own file is changed, as by the command.
"""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crawlers.errors import PermanentError
from pipelines.beat.searches import own_entry, save_entry
from pipelines.web.accounts import Role
from pipelines.web.gate import require_role
from pipelines.web.page import path_to, room_of
from pipelines.web.room import Room

#: Characters of one field that are read.
_MOST = 2000


async def take_search(request: Request) -> Response:
    """Save a query as a search."""
    require_role(request, Role.EDITOR)
    form = await request.form(max_files=0, max_fields=20)
    fields = _fields_of(form)
    fields["id"] = str(form.get("id", "")).strip()[:_MOST]
    await run_in_threadpool(_save_new, room_of(request), fields)
    return RedirectResponse(path_to(request, f"/searches/{fields['id']}", done="saved"), 303)


async def take_edit(request: Request) -> Response:
    """Save a search as a person changed it. What the form does not show stays."""
    require_role(request, Role.EDITOR)
    form = await request.form(max_files=0, max_fields=20)
    search_id = request.path_params["search_id"]
    await run_in_threadpool(_change, room_of(request), search_id, _fields_of(form))
    return RedirectResponse(path_to(request, f"/searches/{search_id}", done="saved"), 303)


def _fields_of(form: FormData) -> dict[str, Any]:
    """Return what a person typed of a search."""
    fields: dict[str, Any] = {}
    for name in ("name", "query", "cadence"):
        # A search is written on one line, however a field of several wraps it.
        fields[name] = " ".join(str(form.get(name, ""))[:_MOST].split())
    fields["to"] = _list_addresses(str(form.get("to", ""))[:_MOST])
    return fields


def _list_addresses(typed: str) -> list[str]:
    """Return the addresses of a field, parted by commas or semicolons."""
    addresses = []
    for part in typed.replace(";", ",").split(","):
        address = part.strip()
        if address:
            addresses.append(address)
    return addresses


def _save_new(room: Room, fields: dict[str, Any]) -> None:
    with room.changing:
        if _has_search(room, fields["id"]):
            raise PermanentError(f"there is a search “{fields['id']}” already; choose another id")
        fields["name"] = fields["name"] or fields["id"]
        _save(room, fields["id"], fields)


def _has_search(room: Room, search_id: str) -> bool:
    return any(parsed.search.id == search_id for parsed in room.searches().standing)


async def take_pause(request: Request) -> Response:
    """Stop the mails of a search, or start them again."""
    require_role(request, Role.EDITOR)
    form = await request.form(max_files=0, max_fields=20)
    search_id = request.path_params["search_id"]
    enabled = form.get("enabled") == "yes"
    await run_in_threadpool(_change, room_of(request), search_id, {"enabled": enabled})
    return RedirectResponse(path_to(request, f"/searches/{search_id}", done="saved"), 303)


def _change(room: Room, search_id: str, fields: dict[str, Any]) -> None:
    with room.changing:
        if not _has_search(room, search_id):
            raise PermanentError(f"no search “{search_id}”; `maplewire searches list` shows them")
        entry = own_entry(room.settings.own_searches, search_id) or {"id": search_id}
        if "name" in fields:
            fields["name"] = fields["name"] or search_id
        _save(room, search_id, entry | fields)


def _save(room: Room, search_id: str, fields: dict[str, Any]) -> None:
    save_entry(room.settings.beat / "searches.yaml", room.settings.own_searches, search_id, fields)
