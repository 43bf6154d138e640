"""The quarantine: pages that were kept aside, why, and processing them again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crawlers.errors import PermanentError
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.replay import replay_quarantine
from pipelines.web.accounts import Role
from pipelines.web.choices import number_of
from pipelines.web.gate import require_role
from pipelines.web.page import path_to, room_of, show_page
from pipelines.web.person_words import do_alone

#: Pages on one page of the list.
PAGES = 50
#: Digits of a number in an address or a form; more are none of ours.
MOST_DIGITS = 15


def quarantine(request: Request) -> Response:
    """Show what was kept aside, newest first."""
    room = room_of(request)
    page = number_of(request, "page", 1)
    kept = list(reversed(room.ledger.quarantined()))
    first = (page - 1) * PAGES
    facts = {
        "kept": kept[first : first + PAGES],
        "number": len(kept),
        "stages": Counter(one.stage for one in kept).most_common(),
        "page": page,
        "pages": -(-len(kept) // PAGES),
        "replayed": _number_in(request, "replayed"),
        "left": _number_in(request, "left") or 0,
    }
    return show_page(request, "quarantine.html.j2", facts)


async def take_replay(request: Request) -> Response:
    """Process the pages that a form names again, from their batches.

    A form names at most the pages of one list, so that nobody waits for a whole quarantine. Mails are left
    to the next run, since the reading room may have no mail server.
    """
    require_role(request, Role.EDITOR)
    form = await request.form(max_files=0, max_fields=PAGES + 10)
    wanted = _numbers_of(form.getlist("page"))

    def act(context: RunContext, problems: RunProblems) -> int:
        return len(replay_quarantine(context, problems, wanted, tells=False))

    replayed = await run_in_threadpool(do_alone, room_of(request), act)
    left = len(wanted) - replayed
    return RedirectResponse(path_to(request, "/quarantine", replayed=replayed, left=left), 303)


def _numbers_of(values: Sequence[object]) -> frozenset[int]:
    """Return the numbers of pages, raise PermanentError where there are none."""
    numbers = []
    for value in values:
        written = str(value)
        if not written.isascii() or not written.isdecimal() or len(written) > MOST_DIGITS:
            raise PermanentError(f"“{written[:40]}” is no page of the quarantine; use its buttons")
        numbers.append(int(written))
    if not numbers:
        raise PermanentError("no page was named; use the buttons of the quarantine")
    return frozenset(numbers)


def _number_in(request: Request, name: str) -> int | None:
    """Return a number that the address says, None without."""
    written = request.query_params.get(name, "")
    if not written.isascii() or not written.isdecimal() or len(written) > MOST_DIGITS:
        return None
    return int(written)
