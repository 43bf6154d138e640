"""Which pages left their listing before their time (pure).

A listing drops its oldest entries to make room. A page that goes while older ones stay was taken out by hand.
What is taken out of a listing is often changed or taken away at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from crawlers.address_tokens import place_of
from crawlers.model import ListedAddress

#: More at once are no corrections: the listing was built anew, or shows what is read most.
MOST_AT_ONCE = 5
_SAME_MINUTE = timedelta(minutes=1)


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
    return place_of(page.address), page.published


def is_listed_elsewhere(url: str, published: datetime | None, listed: Sequence[ListedAddress]) -> bool:
    """Tell whether an article is listed at another address than the known one.

    It is one with another token or other parameters, and with the article's time to the minute.
    """
    if published is None:
        return False
    place = place_of(url)
    for page in listed:
        is_of_time = page.published is not None and abs(page.published - published) < _SAME_MINUTE
        if is_of_time and page.address != url and place_of(page.address) == place:
            return True
    return False
