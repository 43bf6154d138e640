"""What a person orders of the outbox on pages.

To send a mail again, or to let an address have mail again. Nothing is sent here: the next run sends what
is owed.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crawlers.errors import PermanentError
from pipelines.alerts.outbox_orders import Person, find_mail, resend, resume_address
from pipelines.stages.locks import lock_outbox
from pipelines.web.accounts import Role
from pipelines.web.gate import require_role
from pipelines.web.page import path_to, room_of
from pipelines.web.room import Room


async def take_resend(request: Request) -> Response:
    """Owe a mail again to those who did not get it, or to one of its readers."""
    reader = require_role(request, Role.EDITOR)
    room = room_of(request)
    key: str = request.path_params["key"]
    form = await request.form(max_files=0, max_fields=20)
    address = str(form.get("address", ""))
    # Without an address it goes to those who did not get it.
    wanted = [address] if address else []
    person = Person(reader.name, room.now())

    def order() -> None:
        if address and address not in find_mail(room.ledger, key).to:
            raise PermanentError(f"this mail was not for “{address}”")
        resend(room.ledger, key, wanted, person)

    await run_in_threadpool(_order, room, order)
    return RedirectResponse(path_to(request, "/outbox", done="ordered"), 303)


async def take_resume(request: Request) -> Response:
    """Owe an address what waited for it."""
    reader = require_role(request, Role.EDITOR)
    room = room_of(request)
    form = await request.form(max_files=0, max_fields=20)
    address = str(form.get("address", ""))
    person = Person(reader.name, room.now())
    await run_in_threadpool(_order, room, lambda: resume_address(room.ledger, address, person, give_up=False))
    return RedirectResponse(path_to(request, "/outbox", done="ordered"), 303)


def _order(room: Room, order: Callable[[], object]) -> None:
    """Carry an order out while nobody sends.

    A sender would note answers from before it.
    """
    with room.changing, lock_outbox(room.settings.home):
        order()
