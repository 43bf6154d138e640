"""When a feed is due again (pure).

A feed that brings little new is asked less often, one that brings much is asked more often. One that fails is
left alone for longer each time, and none is ever given up. Numbers are those of Media Cloud's rss-fetcher,
which has run for years over ten thousands of feeds, unless a comment says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import get_args

from crawlers.model import CLOCKS_DIFFER, FailureClass, FeedState, PollPolicy, Source

#: Share of known entries from which a feed is asked less often.
MOSTLY_KNOWN = 0.67
#: Share of known entries below which a feed is asked more often.
MOSTLY_NEW = 0.33
#: So many polls of one kind change the interval.
POLLS_IN_A_ROW = 2
#: Factor for less often; its square for more often, since news that comes in a burst is what we are for.
STEP = 1.5
#: Every so many polls. Some servers answer "not modified" for ever, so a conditional GET is not trusted.
UNCONDITIONAL_EVERY = 12
#: Seconds. A pause that a server or a feed asks for goes before the source's maximum up to a day: some ask
#: for years, and a desk would not notice for as long.
LONGEST_WISH_S = 86_400
_ERROR_CHARS = 300
#: Doublings of a pause. 2**30 times any interval is beyond every maximum.
_MAX_DOUBLINGS = 30.0

#: What one failure adds to a feed's weight: 1 (a person must act), 0.5 (may pass), 0.25 (our side).

FAILURE_WEIGHTS: Mapping[FailureClass, float] = {
    # Somebody has to change something: asking again soon cannot help.
    "gone": 1.0,  # 410
    "unreadable": 1.0,  # bytes that are no feed
    "emptied": 1.0,  # no entries where there were some
    "no_links": 1.0,  # a section page on which `links` selects nothing
    "refused": 1.0,  # robots.txt, private address
    "redirects": 1.0,
    "too_large": 1.0,
    # May pass by itself.
    "not_found": 0.5,
    "forbidden": 0.5,  # 401, 403: often a bot wall that comes and goes
    "rate_limited": 0.5,
    "server_error": 0.5,
    "timeout": 0.5,
    "too_slow": 0.5,  # it used up its share of a crawl's time
    "dns": 0.5,
    "tls": 0.5,
    "connection": 0.5,
    # Says nothing about the feed.
    "paused": 0.25,  # its host wants to be left alone, because of any of its addresses
    "interrupted": 0.25,
    "own_network": 0.25,
}
assert set(FAILURE_WEIGHTS) == set(get_args(FailureClass))


def failure_weight(name: FailureClass) -> float:
    """Return what one failure of a class adds to a feed's weight."""
    return FAILURE_WEIGHTS[name]


def failure_of_status(status: int) -> FailureClass:
    """Return the failure class of an HTTP status.

    Only for one that is neither a success nor "not modified".
    """
    match status:
        case 404:
            return "not_found"
        case 410:
            return "gone"
        case 429:
            return "rate_limited"
        case 401 | 402 | 403 | 407 | 451:
            return "forbidden"
    if 300 <= status < 400:
        return "redirects"
    return "server_error"


def is_due(state: FeedState, now: datetime, policy: PollPolicy) -> bool:
    """Tell whether the feed should be polled now.

    No pause is longer than the source's maximum but where the feed or its server asked for it. A poll that
    lies further ahead was set by a clock that was wrong, or under a longer maximum, and is due. So is one
    whose last poll is still to come.
    """
    if state.next_due is None or state.next_due <= now or state.is_ahead_of(now):
        return True
    if state.next_due - now <= timedelta(seconds=policy.max_s):
        return False
    if state.wished_until is None or state.wished_until <= now:
        return True
    return state.wished_until - now > timedelta(seconds=LONGEST_WISH_S)


def wants_unconditional(state: FeedState) -> bool:
    """Tell whether the next poll must send no validators."""
    return state.polls % UNCONDITIONAL_EVERY == UNCONDITIONAL_EVERY - 1


def has_lost_its_entries(state: FeedState, entries: int) -> bool:
    """Tell whether a listing that had entries came without any.

    That is a failure ("emptied") and no quiet day: listings show the last entries whatever their
    age, so an empty one was moved, blocked or rebuilt.
    """
    return entries == 0 and state.entries_last > 0


@dataclass(frozen=True, slots=True)
class Validators:
    """What the next poll sends back, so that an unchanged listing is not sent again."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class ListingSummary:
    """What a poll found in a listing, and what the next one sends back."""

    entries: int
    #: How many of the entries had been seen before.
    known: int
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    #: The pause that the feed or its server asked for.
    ttl_s: float | None = None
    #: The latest date of an entry.
    newest: datetime | None = None


def after_success(state: FeedState, source: Source, listing: ListingSummary, *, now: datetime) -> FeedState:
    """Return the state after a listing was read.

    The pause that the feed asked for is kept, whatever the source's maximum.
    """
    # A listing without entries brought nothing new.
    share_known = listing.known / listing.entries if listing.entries else 1.0
    polled = _after_answer(replace(state, ttl_s=_wish_s(listing.ttl_s)), source, now, share_known)
    # What is dated ahead is no newer than now: it would stay the newest until its day.
    dates = []
    for at in (state.newest_entry, listing.newest):
        if at:
            dates.append(min(at, now))
    return replace(
        polled,
        etag=listing.etag,
        last_modified=listing.last_modified,
        body_hash=listing.body_hash,
        entries_last=listing.entries,
        newest_entry=max(dates, default=None),
    )


def after_not_modified(
    state: FeedState,
    source: Source,
    *,
    now: datetime,
    ttl_s: float | None = None,
    validators: Validators | None = None,
) -> FeedState:
    """Return the state after "not modified" or the same body.

    `validators` are those of this answer: servers renew them although the listing stays the same.
    """
    if ttl_s is not None:
        state = replace(state, ttl_s=_wish_s(ttl_s))
    if validators is not None:
        state = replace(state, etag=validators.etag, last_modified=validators.last_modified)
    return _after_answer(state, source, now, 1.0)


def after_failure(
    state: FeedState,
    source: Source,
    *,
    now: datetime,
    weight: float,
    error: str,
    retry_after_s: float | None = None,
) -> FeedState:
    """Return the state after a poll that failed.

    What is known of the feed's content stays. The pause doubles with each unit of weight, up to the source's
    maximum, and is at least what the server or the feed asked for.
    """
    total = state.failure_weight + weight
    # The sum itself may grow for years.
    pause = _interval_in_force(state, source) * 2 ** min(total, _MAX_DOUBLINGS)
    pause = min(pause, source.poll.max_s)
    wish = max(_wish_s(retry_after_s) or 0.0, _wish_s(state.ttl_s) or 0.0)
    last_success = state.last_success
    if last_success is not None and last_success - now > CLOCKS_DIFFER:
        # A clock that was ahead noted it, so nobody knows when it was.
        last_success = None
    return replace(
        state,
        polls=state.polls + 1,
        failure_weight=total,
        failing_since=min(state.failing_since or now, now),
        last_success=last_success,
        last_error=" ".join(error.split())[:_ERROR_CHARS],
        last_polled=now,
        next_due=now + timedelta(seconds=max(pause, wish)),
        wished_until=_wished_until(now, wish),
    )


def after_pause_of_host(state: FeedState, until: datetime, *, now: datetime) -> FeedState:
    """Return a state whose next poll is not before a time that the host asked for."""
    until = min(until, now + timedelta(seconds=LONGEST_WISH_S))
    if state.next_due is not None and state.next_due >= until:
        return state
    return replace(state, next_due=until, wished_until=until)


def _after_answer(state: FeedState, source: Source, now: datetime, share_known: float) -> FeedState:
    """Return the state after a poll that was answered."""
    streak = _next_streak(state.streak, share_known)
    interval = float(_interval_in_force(state, source))
    if streak <= -POLLS_IN_A_ROW:
        interval, streak = interval * STEP, 0
    elif streak >= POLLS_IN_A_ROW:
        interval, streak = interval / STEP**2, 0
    interval = round(min(max(interval, source.poll.min_s), source.poll.max_s))
    # The feed's wish stays in the state: "not modified" comes without the body that holds it.
    wish = _wish_s(state.ttl_s) or 0.0
    return replace(
        state,
        interval_s=interval,
        next_due=now + timedelta(seconds=max(interval, wish)),
        wished_until=_wished_until(now, wish),
        polls=state.polls + 1,
        streak=streak,
        failure_weight=0.0,
        failing_since=None,
        last_error=None,
        last_polled=now,
        last_success=now,
    )


def _next_streak(streak: int, share_known: float) -> int:
    """Return how many polls in a row were mostly new, or known.

    The number is below 0 for known ones.
    """
    if share_known >= MOSTLY_KNOWN:
        return min(streak, 0) - 1
    if share_known < MOSTLY_NEW:
        return max(streak, 0) + 1
    return 0


def _interval_in_force(state: FeedState, source: Source) -> int:
    """Return a feed's interval inside the source's bounds."""
    # Bounds that were changed in the catalogue hold at once.
    interval = source.poll.every_s if state.interval_s is None else state.interval_s
    return min(max(interval, source.poll.min_s), source.poll.max_s)


def _wish_s(seconds: float | None) -> float | None:
    """Return the pause that was asked for, at most a day; None for none."""
    if seconds is None or math.isnan(seconds) or seconds <= 0:
        return None
    return min(seconds, LONGEST_WISH_S)


def _wished_until(now: datetime, wish_s: float) -> datetime | None:
    if wish_s <= 0:
        return None
    return now + timedelta(seconds=wish_s)
