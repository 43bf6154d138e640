"""When a page is fetched again, and what a fetch means for the next one (pure).

News is edited soon or never: of the bodies that change within a week, four fifths do within a day (GDELT).
So fetches are counted from when we first had the page, and any fetch counts, whoever caused it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pipelines.model import RecheckPolicy, RecheckState

#: Failures in a row (timeouts, 5xx) after which a recheck is left out and the next one waited for.
_MOST_FAILURES = 3
#: The wait after a first failure; it doubles with each further one.
_RETRY_AFTER = timedelta(minutes=30)
#: A page that was not found is looked for once more after this time at the latest.
_CONFIRM_AFTER = timedelta(hours=1)
#: Fetches in a row that find no article, after which a page counts as deleted.
_MISSES_UNTIL_GONE = 2
#: A page that is gone is looked for once more after these times: some come back after a bad night, others
#: once a lawyer has read them. They count from when it was gone.
LOOK_FOR_GONE_AFTER = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
#: A page that is gone and still listed is looked for after these pauses: in the first hours, in the first
#: day, and from then on. Its listing says that it should be there.
_LISTED_PAUSES = (
    (timedelta(hours=6), timedelta(hours=1)),
    (timedelta(hours=24), timedelta(hours=6)),
    (timedelta.max, timedelta(hours=24)),
)


def state_after_fetch(
    state: RecheckState, at: datetime, policy: RecheckPolicy, *, is_copy: bool | None = None
) -> RecheckState:
    """Return the state after the page was fetched, changed or not.

    `is_copy` is None where it is as before.
    """
    state = _with_past_since(state, at)
    if is_copy is None:
        is_copy = state.is_copy
    due = policy.next_due(state.since, at, is_copy=is_copy)
    return replace(state, last=at, due=due, is_copy=is_copy, misses=0, tries=0, gone=None, is_final=False)


def state_after_miss(
    state: RecheckState, at: datetime, policy: RecheckPolicy, *, is_certain: bool = False
) -> RecheckState:
    """Return the state after a fetch found no article.

    Twice in a row, or once for certain, means deleted. A page that is gone is looked for a few times more,
    and as long as it is listed (`state_when_listed`); one that is gone for certain is not.
    """
    state = _with_past_since(state, at)
    misses = state.misses + 1
    if is_certain or misses >= _MISSES_UNTIL_GONE:
        gone = replace(state, last=at, misses=misses, tries=0, gone=state.gone or at, is_final=is_certain)
        return replace(gone, due=_next_due(gone, at, policy))
    confirm = at + _CONFIRM_AFTER
    due = policy.next_due(state.since, at, is_copy=state.is_copy) or confirm
    return replace(state, last=at, due=min(due, confirm), misses=misses, tries=0)


def state_after_failure(state: RecheckState, at: datetime, policy: RecheckPolicy) -> RecheckState:
    """Return the state after a fetch failed.

    It is tried again soon, three times, then left out.
    """
    state = _with_past_since(state, at)
    if state.tries + 1 < _MOST_FAILURES:
        return replace(state, due=at + _RETRY_AFTER * 2**state.tries, tries=state.tries + 1)
    return replace(state, due=_next_due(state, at, policy), tries=0)


def state_when_listed(state: RecheckState, at: datetime, policy: RecheckPolicy) -> RecheckState:
    """Return the state of a page that its listing has at a poll.

    One that is gone is looked for again before it would be otherwise.
    """
    if state.gone is None or state.is_final or policy.is_never:
        return state
    pause = next(pause for age, pause in _LISTED_PAUSES if at - state.gone < age)
    wanted = max(at, state.last + pause)
    if state.due is not None and state.due <= wanted:
        return state
    return replace(state, due=wanted)


def state_when_dropped(state: RecheckState, at: datetime, policy: RecheckPolicy) -> RecheckState:
    """Return the state of a page that left its listing early: it is looked at at once."""
    if state.gone is not None or policy.is_never:
        return state
    return replace(state, due=at)


def _next_due(state: RecheckState, at: datetime, policy: RecheckPolicy) -> datetime | None:
    """Return the first look after `at`, None when there is none left."""
    if state.gone is None:
        return policy.next_due(state.since, at, is_copy=state.is_copy)
    if state.is_final or policy.is_never:
        return None
    for step in LOOK_FOR_GONE_AFTER:
        if state.gone + step > at:
            return state.gone + step
    return None


def _with_past_since(state: RecheckState, at: datetime) -> RecheckState:
    """Return a state whose page we did not first have in the future.

    A clock that was ahead noted that. Rechecks would count from a day that is still to come.
    """
    if state.since <= at:
        return state
    return replace(state, since=at)


def choose_rechecks(
    due: Iterable[RecheckState], policy: RecheckPolicy, site_of: Callable[[str], str]
) -> Sequence[RecheckState]:
    """Return the rechecks of one round.

    Longest due first, at most `per_site` of a site and `limit` in all.
    """
    per_site: Counter[str] = Counter()
    chosen: list[RecheckState] = []
    for state in due:
        site = site_of(state.url)
        if len(chosen) < policy.limit and per_site[site] < policy.per_site:
            per_site[site] += 1
            chosen.append(state)
    return chosen
