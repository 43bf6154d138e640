"""The quarantine: pages that were kept aside, and why."""

from __future__ import annotations

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response

from pipelines.web.choices import number_of
from pipelines.web.page import room_of, show_page

#: Pages on one page of the list.
PAGES = 50


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
    }
    return show_page(request, "quarantine.html.j2", facts)
