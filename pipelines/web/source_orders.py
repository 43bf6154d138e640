"""What a person orders of a source on its page: that the next run asks it."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.source_orders import ask_sources_again
from pipelines.web.accounts import Role
from pipelines.web.gate import require_role
from pipelines.web.page import path_to, room_of
from pipelines.web.person_words import do_alone


async def take_retry(request: Request) -> Response:
    """Have the next run ask a source."""
    reader = require_role(request, Role.EDITOR)
    room = room_of(request)
    source_id: str = request.path_params["source_id"]

    def act(context: RunContext, _: RunProblems) -> None:
        ask_sources_again(context.ledger, room.beat, [source_id], reader.name, context.clock.now())

    await run_in_threadpool(do_alone, room, act)
    return RedirectResponse(path_to(request, f"/sources/{source_id}", done="asked"), 303)
