"""Which pages left their listing before their time (pure).

A listing drops its oldest entries to make room. A page that goes while older ones stay was taken out by hand,
and what is taken out of a listing is often changed or taken away at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crawlers.address_tokens import without_tokens
from crawlers.model import ListedAddress

#: More at once are no corrections: the listing was built anew, or shows what is read most.
MOST_AT_ONCE = 5


def pages_dropped_early(before: Sequence[ListedAddress], after: Sequence[ListedAddress]) -> list[str]:
    """Return the addresses that left a listing while older pages stayed.

    Both are the pages of a listing at two polls. Those without a date say nothing, and those that are there
    at an address with another token or other parameters have not left.
    """
    present = {page.address for page in after}
    at_other_addresses = {_place_and_time(page) for page in after}
    kept_dates = []
    for page in before:
        if page.address in present and page.published is not None:
            kept_dates.append(page.published)
    if not kept_dates:
        return []
    oldest = min(kept_dates)
    dropped: list[str] = []
    for page in before:
        if page.address in present or page.published is None or page.published <= oldest:
            continue
        if _place_and_time(page) not in at_other_addresses:
            dropped.append(page.address)
    if len(dropped) > MOST_AT_ONCE:
        return []
    return dropped


def _place_and_time(page: ListedAddress) -> tuple[str, datetime | None]:
    """Return a page's address without tokens and parameters, and its time."""
    place = page.address.partition("?")[0]
    return without_tokens(place) or place, page.published
