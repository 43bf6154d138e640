"""When an article page that did not come is asked for again (pure).

Sites say no to good pages: an address is listed before its page is there, a bot wall stands for some hours, a
server answers 404 for all of a bad night. One answer must not cost an article. So a "no" is believed when it
was said four times within a day, and only what fails for ever is final at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from crawlers.model import CLOCKS_DIFFER, Entry, Failing, PageRetry

#: How long after the first request a refused page is asked for again. Most walls and late pages are over
#: within the hour; what is away for a day was taken away.
RETRY_AFTER = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
#: Between two requests, where a crawl comes late: otherwise all retries would follow at once.
_LEAST_PAUSE = timedelta(hours=1)
#: What is due so soon is due now: a crawl that begins each hour does so some seconds earlier or later.
_SOON = timedelta(minutes=2)
#: For so long a page in trouble of the moment (a timeout, a 5xx) is asked for at each poll.
_EACH_POLL_FOR = timedelta(hours=24)
#: And from then on no sooner than after this time.
_THEN_EVERY = timedelta(hours=6)
#: No wait is longer. What lies further ahead, a wrong clock noted.
_LONGEST_WAIT = max(*RETRY_AFTER, _THEN_EVERY) + CLOCKS_DIFFER


def first_failure(
    address: str, source_id: str, entry: Entry, kind: Failing, reason: str, at: datetime
) -> PageRetry | None:
    """Return when a page that failed for the first time is asked for again, or None."""
    retry = PageRetry(address, source_id, entry, kind, reason, since=at, last=at, due=at)
    return next_failure(retry, kind, reason, at)


def next_failure(
    retry: PageRetry, kind: Failing, reason: str, at: datetime, *, is_listed: bool = True
) -> PageRetry | None:
    """Return when a page that failed once more is asked for again, or None.

    A page that its listing has dropped is not asked for again.
    """
    if kind == "permanent" or not is_listed:
        return None
    # A clock that was ahead noted it: the times would count from a day that is still to come.
    since = min(retry.since, at)
    if kind == "temporary":
        pause = _THEN_EVERY if at - since > _EACH_POLL_FOR else timedelta(0)
        return replace(retry, kind=kind, reason=reason, since=since, last=at, due=at + pause)
    if retry.refusals >= len(RETRY_AFTER):
        return None
    due = max(since + RETRY_AFTER[retry.refusals], at + _LEAST_PAUSE)
    refusals = retry.refusals + 1
    return replace(retry, kind=kind, reason=reason, since=since, last=at, due=due, refusals=refusals)


def is_retry_due(retry: PageRetry, now: datetime) -> bool:
    """Tell whether a page is to be asked for again."""
    return retry.due <= now + _SOON or retry.due - now > _LONGEST_WAIT


def sources_with_due_pages(retries: Iterable[PageRetry], now: datetime) -> set[str]:
    """Return the sources of which a page is due, whatever their listing is.

    Trouble of the moment waits for the listing: that is asked often enough.
    """
    found = set()
    for retry in retries:
        if retry.kind == "doubtful" and is_retry_due(retry, now):
            found.add(retry.source_id)
    return found


def waiting_pages(retries: Mapping[str, PageRetry], now: datetime | None) -> frozenset[str]:
    """Return the addresses that are not asked for yet; without a time, none."""
    if now is None:
        return frozenset()
    return frozenset(address for address, retry in retries.items() if not is_retry_due(retry, now))


def newer_retry(known: PageRetry | None, offered: PageRetry) -> PageRetry:
    """Return the retry to keep: an older batch that comes in late changes nothing."""
    if known is None or known.last <= offered.last:
        return offered
    # What lies beyond the longest wait is no late batch: a clock that was ahead wrote what is known.
    if known.last - offered.last > _LONGEST_WAIT:
        return offered
    return known


def describe_loss(retry: PageRetry | None, reason: str, *, is_listed: bool = True) -> str:
    """Return why an article is given up, with how often it was asked for."""
    told = reason
    if retry is not None:
        told = f"{reason}; tried in vain since {retry.since:%Y-%m-%d %H:%M} UTC"
    if not is_listed:
        told = f"{told}; its listing no longer has it"
    return told
