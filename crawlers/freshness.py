"""What is too old to be news (pure).

A listing may name the whole past of a site. Only what is young enough is asked for; at its first poll a
source gives a baseline, which is taken in and told to nobody. `backfill` fetches the past on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from crawlers.model import Entry, FeedState, Precision, Source

#: For feeds, news sitemaps and section pages: readers are told of a week's news after a long weekend, too.
USUAL_MAX_AGE = timedelta(days=7)
#: For plain sitemaps. They list everything, and Google takes only two days of a news sitemap.
#: https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
PLAIN_SITEMAP_MAX_AGE = timedelta(days=2)

#: How long what is named by a date lasts: "29 November" may be its last minute.
_LENGTHS: Mapping[Precision, timedelta] = {
    "second": timedelta(0),
    "minute": timedelta(minutes=1),
    "day": timedelta(days=1),
    "month": timedelta(days=31),
    "year": timedelta(days=366),
}


def max_age(source: Source, entry: Entry | None) -> timedelta:
    """Return the age from which a source's entry, or its page, is no news."""
    if source.max_age_s is not None:
        return timedelta(seconds=source.max_age_s)
    # What has a date of publication, or a title, stands in a news sitemap.
    is_plain = entry is None or (entry.published is None and not entry.title)
    if source.kind == "sitemap" and is_plain:
        return PLAIN_SITEMAP_MAX_AGE
    return USUAL_MAX_AGE


def is_old(at: datetime, precision: Precision | None, limit: timedelta, now: datetime) -> bool:
    """Tell whether something of this date was older than `limit` at `now`."""
    return at + _LENGTHS[precision or "second"] + limit < now


def is_old_entry(entry: Entry, source: Source, state: FeedState, now: datetime) -> bool:
    """Tell whether a listing dates an entry so that it is no news.

    The age is counted up to our last good poll: what came while a source could not be read is not lost.
    An entry without a date is taken for news: its page will tell.
    """
    asked_before = now
    if state.last_success is not None:
        # A clock that was ahead may have noted a time that is still to come.
        asked_before = min(state.last_success, now)
    at, precision = entry.published, entry.published_precision
    if at is None:
        at, precision = entry.updated, entry.updated_precision
    return at is not None and is_old(at, precision, max_age(source, entry), asked_before)


def takes_baseline(state: FeedState) -> bool:
    """Tell whether a source is read for the first time."""
    return state.last_success is None
