"""When a page is looked at again, and what a look means (pure).

News is edited soon or never: of the bodies that change within a week, four fifths do within a day. So looks are
counted from when we first had the page, and any look counts, whoever caused it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipelines.model import RecheckState

_TRIES = 3
"""Failures in a row (timeouts, 5xx) after which a look is left out and the next one waited for."""
_PAUSE = timedelta(minutes=30)
_CONFIRM = timedelta(hours=1)
"""A page that was not found is looked for once more after this time at the latest."""
_MISSES = 2


@dataclass(frozen=True, slots=True)
class RecheckPolicy:
    """Whether and when pages are looked at again. Times count from when we first had the page.

    Copies change seldom and their changes matter less: what a story says follows its original. So they have
    fewer looks. `limit` and `per_site` bound one round; what is left over is due in the next.
    """

    after: tuple[timedelta, ...] = (
        timedelta(hours=1),
        timedelta(hours=6),
        timedelta(hours=24),
        timedelta(days=7),
    )
    copies_after: tuple[timedelta, ...] = (timedelta(hours=24), timedelta(days=7))
    limit: int = 200
    per_site: int = 20

    def next_due(self, since: datetime, at: datetime, *, is_copy: bool) -> datetime | None:
        """Return the first look after `at`, None when there is none left."""
        steps = self.copies_after if is_copy else self.after
        return next((since + step for step in sorted(steps) if since + step > at), None)


USUAL_RECHECKS = RecheckPolicy()


def looked(
    look: RecheckState, at: datetime, policy: RecheckPolicy, *, is_copy: bool | None = None
) -> RecheckState:
    """Return a look's state after the page was seen, changed or not."""
    copy = look.is_copy if is_copy is None else is_copy
    due = policy.next_due(look.since, at, is_copy=copy)
    return replace(look, last=at, due=due, is_copy=copy, misses=0, tries=0, gone=None)


def missed(
    look: RecheckState, at: datetime, policy: RecheckPolicy, *, is_certain: bool = False
) -> RecheckState:
    """Return a look's state after it found no article. Twice in a row, or once for certain, means deleted.

    A page that is gone is not looked for again; if a listing brings it back, it is seen again.
    """
    misses = look.misses + 1
    if is_certain or misses >= _MISSES:
        return replace(look, last=at, due=None, misses=misses, tries=0, gone=look.gone or at)
    due = policy.next_due(look.since, at, is_copy=look.is_copy)
    return replace(look, last=at, due=min(due or at + _CONFIRM, at + _CONFIRM), misses=misses, tries=0)


def failed(look: RecheckState, at: datetime, policy: RecheckPolicy) -> RecheckState:
    """Return a look's state after nobody could say: it is tried again soon, three times, then left out."""
    if look.tries + 1 < _TRIES:
        return replace(look, due=at + _PAUSE * 2**look.tries, tries=look.tries + 1)
    return replace(look, due=policy.next_due(look.since, at, is_copy=look.is_copy), tries=0)


def chosen(
    due: Iterable[RecheckState], policy: RecheckPolicy, site_of: Callable[[str], str]
) -> Sequence[RecheckState]:
    """Return the looks of one round: longest due first, at most `per_site` of a site and `limit` in all."""
    sites: Counter[str] = Counter()
    found: list[RecheckState] = []
    for look in due:
        site = site_of(look.url)
        if len(found) < policy.limit and sites[site] < policy.per_site:
            sites[site] += 1
            found.append(look)
    return found
