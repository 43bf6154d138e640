"""Which pages left their listing before their time (pure).

A listing drops its oldest entries to make room. A page that goes while older ones stay was taken out by hand,
and what is taken out of a listing is often changed or taken away at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawlers.model import ListedAddress

#: More at once are no corrections: the listing was built anew, or shows what is read most.
MOST_AT_ONCE = 5


def pages_dropped_early(before: Sequence[ListedAddress], after: Sequence[ListedAddress]) -> list[str]:
    """Return the addresses that left a listing while older pages stayed.

    Both are the pages of a listing at two polls. Those without a date say nothing.
    """
    present = {page.address for page in after}
    kept_dates = []
    for page in before:
        if page.address in present and page.published is not None:
            kept_dates.append(page.published)
    if not kept_dates:
        return []
    oldest = min(kept_dates)
    dropped: list[str] = []
    for page in before:
        if page.address not in present and page.published is not None and page.published > oldest:
            dropped.append(page.address)
    if len(dropped) > MOST_AT_ONCE:
        return []
    return dropped
