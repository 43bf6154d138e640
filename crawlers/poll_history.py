"""What the polls of a listing have shown over time (pure).

    facts of one poll + state before ──► streaks: since when, for how many polls, how much of it

A source can answer and bring nothing: its pages all fail, its entries are all left out, or its listing has
stood still for weeks. One poll cannot tell that from a quiet day, so the state remembers it between polls.
The health of sources is judged by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from crawlers.errors import PermanentError
from crawlers.model import Entry, FailureClass, FeedState, ListedAddress, Streak
from crawlers.urls import canonical_url

#: Sentences of a listing that are kept: one that is wrong throughout has hundreds.
PROBLEMS_KEPT = 5
_PROBLEM_CHARS = 300
#: Entries with a date from which a listing shows how often it gets a new one.
_LEAST_DATED = 3
#: Entries that lead to one page before that is no chance: two spellings of one address may.
_LEAST_ON_ONE_PAGE = 3
_HASH_DIGITS = 16
#: A longer address is none that a catalogue can hold.
_WHAT_CHARS = 2048
#: Pages of a listing that are kept, the newest: what leaves a listing early is among them.
LISTED_KEPT = 100


@dataclass(frozen=True, slots=True)
class PollFacts:
    """What one poll found."""

    now: datetime
    #: None where the listing could be read, or had not changed.
    failure: FailureClass | None = None
    #: What the listing lists; None where it could not be read, or is as it was.
    entries: Sequence[Entry] | None = None
    #: Whether these are all entries that the source lists: a section page or an index has more.
    is_whole: bool = True
    #: Where it was found, if every redirect on the way said that it moved for good.
    moved_to: str | None = None
    #: The entries of a listing of which none was used, and the rule that left most of them out.
    left_out: int = 0
    left_out_by: str = ""
    pages_fetched: int = 0
    pages_failed: int = 0
    #: Why the last page failed.
    page_error: str = ""
    #: Why the last page was given up, "" where none was.
    last_loss: str = ""
    #: The page to which the most entries were sent on, and how many they are.
    common_page: str = ""
    led_to_common_page: int = 0
    problems: Sequence[str] = ()


def with_history(before: FeedState, after: FeedState, poll: PollFacts) -> FeedState:
    """Return the state after a poll, with the history.

    `before` and `after` are the states before the poll and after it.
    """
    after = replace(after, first_polled=_first_polled(before, poll), failure=poll.failure)
    if poll.failure is None:
        # A listing that cannot be read says nothing of where it is.
        after = replace(after, moved=_lengthen(before.moved, poll, poll.moved_to or "", 1))
    after = _with_pages(before, after, poll)
    if poll.failure is not None:
        return after
    if poll.entries is None:
        # The listing is as it was, and so is what was found in it.
        return replace(
            after,
            same_entries=_one_poll_longer(before.same_entries),
            left_out=_one_poll_longer(before.left_out),
        )
    return _with_listing(before, after, poll, poll.entries)


def with_pages(state: FeedState, poll: PollFacts) -> FeedState:
    """Return the state after pages were asked for without their listing."""
    return _with_pages(state, state, poll)


def _first_polled(before: FeedState, poll: PollFacts) -> datetime | None:
    if before.polls == 0:
        return poll.now
    return before.first_polled


def _lengthen(streak: Streak | None, poll: PollFacts, what: str, count: int) -> Streak | None:
    """Return a streak that goes on, or a new one.

    None where there is nothing to count.
    """
    if not count or not what or len(what) > _WHAT_CHARS:
        return None
    if streak is None or streak.what != what:
        return Streak(poll.now, 1, count, what)
    return replace(streak, polls=streak.polls + 1, count=count)


def _one_poll_longer(streak: Streak | None) -> Streak | None:
    if streak is None:
        return None
    return replace(streak, polls=streak.polls + 1)


# -- the listing -----------------------------------------------------------------------------------


def _with_listing(
    before: FeedState, after: FeedState, poll: PollFacts, entries: Sequence[Entry]
) -> FeedState:
    same = _lengthen(before.same_entries, poll, _hash_of(entries), max(len(entries), 1))
    assert same is not None
    changed = before.entries_changed
    if before.same_entries is not None and before.same_entries.what != same.what:
        changed = poll.now
    return replace(
        after,
        problems=_shorten(poll.problems),
        listed=_newest_pages(entries, is_whole=poll.is_whole),
        entries_a_day=_entries_a_day(entries),
        same_entries=same,
        entries_changed=changed,
        left_out=_lengthen(before.left_out, poll, poll.left_out_by, poll.left_out),
    )


def _newest_pages(entries: Sequence[Entry], *, is_whole: bool) -> tuple[ListedAddress, ...]:
    """Return the pages that are kept of a listing, the newest first."""
    pages: dict[str, ListedAddress] = {}
    for entry in entries:
        try:
            address = canonical_url(entry.url)
        except PermanentError:
            continue
        # Without all of the listing nobody can say what is missing in it: its dates would tell so.
        published = entry.published if is_whole else None
        pages.setdefault(address, ListedAddress(address, published))
    undated = datetime.min.replace(tzinfo=UTC)
    newest = sorted(pages.values(), key=lambda page: page.published or undated, reverse=True)
    return tuple(newest[:LISTED_KEPT])


def _shorten(problems: Sequence[str]) -> tuple[str, ...]:
    kept = []
    for problem in problems[:PROBLEMS_KEPT]:
        kept.append(" ".join(problem.split())[:_PROBLEM_CHARS])
    if len(problems) > PROBLEMS_KEPT:
        kept.append(f"and {len(problems) - PROBLEMS_KEPT} more of such problems")
    return tuple(kept)


def _hash_of(entries: Sequence[Entry]) -> str:
    """Return the same text for the same addresses, in any order."""
    addresses = set()
    for entry in entries:
        try:
            addresses.add(canonical_url(entry.url))
        except PermanentError:
            addresses.add(entry.url)
    joined = "\n".join(sorted(addresses))
    return hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()[:_HASH_DIGITS]


def _entries_a_day(entries: Sequence[Entry]) -> float | None:
    """Return how many entries a day a listing's own dates show, or None.

    A listing that gives all entries one date dates itself, not them.
    """
    dates = []
    for entry in entries:
        if entry.published is not None:
            dates.append(entry.published)
    if len(dates) < _LEAST_DATED:
        return None
    span = max(dates) - min(dates)
    if not span:
        return None
    # Entries of one hour say nothing of the pace of a day: they may all come from one upload.
    return (len(dates) - 1) / max(span / timedelta(days=1), 1.0)


# -- the pages -------------------------------------------------------------------------------------


def _with_pages(before: FeedState, after: FeedState, poll: PollFacts) -> FeedState:
    """Note the pages of a poll; one that asked for none says nothing of them."""
    if not poll.pages_fetched and not poll.pages_failed:
        return after
    if poll.last_loss:
        after = replace(after, last_loss=poll.last_loss[:_PROBLEM_CHARS])
    one_page = None
    if poll.led_to_common_page >= _LEAST_ON_ONE_PAGE:
        one_page = _lengthen(before.one_page, poll, poll.common_page, poll.led_to_common_page)
    return replace(after, pages_failing=_failing_pages(before.pages_failing, poll), one_page=one_page)


def _failing_pages(before: Streak | None, poll: PollFacts) -> Streak | None:
    if poll.pages_fetched:
        return None
    if before is None:
        return Streak(poll.now, 1, poll.pages_failed, poll.page_error[:_PROBLEM_CHARS])
    return Streak(
        before.since, before.polls + 1, before.count + poll.pages_failed, poll.page_error[:_PROBLEM_CHARS]
    )
