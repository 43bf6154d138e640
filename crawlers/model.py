"""What a crawl takes and gives: sources and feed states in, pages and new states out.

All values are frozen. Every datetime is aware and in UTC unless its name says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["feed", "sitemap", "section"]
Owner = Literal["private", "public", "state", "government", "wire", "business", "research"]
Scope = Literal["all", "broad"]
Precision = Literal["second", "minute", "day", "month", "year"]


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """Bounds of the adaptive schedule, in seconds (by default 15 minutes, 5 minutes, 24 hours)."""

    every_s: int = 900
    min_s: int = 300
    max_s: int = 86_400


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher we follow, through one feed, sitemap or section page.

    `scope="broad"` means a general feed: only entries whose own title or summary names one of
    `Beat` sides' words are fetched. `timezone` is the zone of dates that come without one.
    `url_pattern` is a regular expression that article addresses must match. `links` is a CSS
    selector, or XPath where it starts with `/` or `(` (section pages only); `next_page` likewise
    finds the link to the following page, at most `max_pages` of them.
    """

    id: str
    name: str
    kind: Kind
    url: str
    country: str | None = None
    language: str | None = None
    owner: Owner = "private"
    tier: int = 2
    scope: Scope = "all"
    timezone: str = "UTC"
    enabled: bool = True
    links: str | None = None
    next_page: str | None = None
    max_pages: int = 1
    url_pattern: str | None = None
    poll: PollPolicy = PollPolicy()
    verified: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the past, from `since` to before `until`, for which sources are asked again."""

    since: datetime
    until: datetime

    def holds(self, at: datetime) -> bool:
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class FeedState:
    """All we remember of a source's listing between two polls. Goes into a crawl and comes out.

    `failure_weight` is the sum of weights since the last success (1, 0.5 or 0.25 each);
    `entries_last` counts the entries of the last good poll: none where there were some is an error.
    `streak` is the number of polls in a row that were mostly known (negative) or mostly new
    (positive), the memory that the adaptive schedule needs.
    """

    source_id: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    interval_s: int | None = None
    next_due: datetime | None = None
    polls: int = 0
    streak: int = 0
    failure_weight: float = 0.0
    failing_since: datetime | None = None
    last_error: str | None = None
    last_polled: datetime | None = None
    last_success: datetime | None = None
    entries_last: int = 0
    newest_entry: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as its feed lists it. `title` and `summary` are plain text, one line each.

    `published` is aware and in UTC; `published_zone` is the offset or zone it was read with,
    and `zone_assumed` tells that the feed gave none and the source's zone was used.
    """

    url: str
    title: str = ""
    summary: str = ""
    guid: str | None = None
    published: datetime | None = None
    published_precision: Precision | None = None
    published_zone: str | None = None
    zone_assumed: bool = False
    updated: datetime | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A listing as read: its own title and language, its wish for a pause, and its entries."""

    entries: tuple[Entry, ...]
    title: str = ""
    language: str | None = None
    ttl_s: int | None = None
    children: tuple[str, ...] = ()
    """Addresses of further listings (a sitemap index names its sitemaps)."""
    problems: tuple[str, ...] = ()
    """What had to be left out, one sentence each."""


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched article page, with what its listing said of it.

    `url` is the address after redirects, `requested_url` the one that was listed. `headers` has
    lower-case names. `body` is decompressed, in the page's own character set.
    """

    url: str
    source_id: str
    body: bytes
    fetched_at: datetime
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    requested_url: str | None = None
    found_through: str | None = None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page that we have and want to see again. `entry` carries what its listing once said and the page does not.

    With the validators of the last answer the site may say "not modified" instead of sending it all.
    """

    url: str
    source_id: str
    etag: str | None = None
    last_modified: str | None = None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """An article page that was asked for and did not come. `kind` decides what happens next."""

    source_id: str
    url: str
    kind: Literal["temporary", "permanent"]
    reason: str
    at: datetime
    status: int | None = None


@dataclass(frozen=True, slots=True)
class SourceReport:
    """The account of one source in one crawl. entries = known + skipped + fetched + failed."""

    source_id: str
    result: Literal["ok", "not_modified", "failed"]
    entries: int = 0
    known: int = 0
    skipped: int = 0
    """Entries left out on purpose: off-beat in a broad feed, or against `url_pattern`."""
    fetched: int = 0
    failed: int = 0
    error: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """What one crawl hands over. Written at the end of the batch itself, so that the pages, the
    new feed states and the accounts arrive together or not at all."""

    batch_id: str
    started: datetime
    finished: datetime
    states: tuple[FeedState, ...]
    reports: tuple[SourceReport, ...]
    failures: tuple[FetchFailure, ...] = ()
    pages: int = 0
    unmodified: tuple[str, ...] = ()
    """Addresses of pages asked for again that are as they were."""
