"""What a crawl takes and gives.

Sources and feed states go in, pages and new states come out.

All values are frozen. Every datetime is aware and in UTC unless its name says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

Kind = Literal["feed", "sitemap", "section"]
Owner = Literal["private", "public", "state", "government", "wire", "business", "research"]
Scope = Literal["all", "broad"]
Precision = Literal["second", "minute", "day", "month", "year"]
#: Why an entry of a listing was left out on purpose.
SkipReason = Literal[
    "too_old",  # older than the source's `max_age`
    "off_beat",  # of a broad source, and names none of the beat's words
    "other_address",  # against the source's `url_pattern`
    "outside_window",  # of a backfill
    "repeated",  # listed twice, under one canonical address
    "no_address",  # what is listed is no web address
    "asked_later",  # its page did not come, and is asked for again later
    "next_crawl",  # left for the next crawl
]
#: The kinds of failures of a poll; `schedule` says what each weighs.
FailureClass = Literal[
    "gone",
    "unreadable",
    "emptied",
    "no_links",
    "refused",
    "not_found",
    "forbidden",
    "rate_limited",
    "server_error",
    "timeout",
    "too_slow",
    "dns",
    "tls",
    "connection",
    "too_large",
    "redirects",
    "paused",
    "interrupted",
    "own_network",
]
#: What a bad answer says of the next request for the same page. "temporary": it may work soon. "doubtful":
#: the site says no (404, 403, a bot wall), and may say otherwise in some hours. "permanent": it fails for
#: ever.
Failing = Literal["temporary", "doubtful", "permanent"]


#: By so much the clocks of several machines may differ. What lies further ahead, a wrong clock wrote.
CLOCKS_DIFFER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """Bounds of the adaptive schedule, in seconds."""

    #: The pause a source begins with: 15 minutes.
    every_s: int = 900
    #: 5 minutes.
    min_s: int = 300
    #: 24 hours.
    max_s: int = 86_400


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher we follow, through one listing."""

    id: str
    name: str
    kind: Kind
    url: str
    country: str | None = None
    language: str | None = None
    owner: Owner = "private"
    tier: int = 2
    #: Hosts that are its own where its listing lies on another site (`bbc.com` of a feed at `bbci.co.uk`).
    #: Without any, its own site is that of `url`.
    sites: tuple[str, ...] = ()
    #: "broad" means a general feed: only entries whose own title or summary names one of the words
    #: of the beat's sides are fetched.
    scope: Scope = "all"
    #: The IANA zone of dates that come without one.
    timezone: str = "UTC"
    enabled: bool = True
    #: Why it is not enabled, in the words of who turned it off (`maplewire sources off --why`).
    off_reason: str | None = None
    #: Section pages only: what selects the articles; a CSS selector, or XPath where it starts with
    #: `/` or `(`.
    links: str | None = None
    #: Likewise what selects the link to the following page, at most `max_pages` of them.
    next_page: str | None = None
    max_pages: int = 1
    #: A regular expression that article addresses must match.
    url_pattern: str | None = None
    poll: PollPolicy = PollPolicy()
    #: The age in seconds from which what it lists is no news. None stands for the usual of its kind.
    max_age_s: int | None = None
    #: Whether its TLS certificate is checked, and why not.
    verify: bool = True
    verify_reason: str | None = None
    #: Whether its cookies are kept within a crawl, for a site that sends on only those who keep them.
    cookies: bool = False
    #: Whether public lists of other projects name this very address.
    listed: bool = False
    #: The last day on which it was tried and answered (`maplewire sources check --write`).
    answered: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the past for which sources are asked again.

    `since` is inside, `until` is not.
    """

    since: datetime
    until: datetime

    def holds(self, at: datetime) -> bool:
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Streak:
    """What all polls of a listing have found since a moment."""

    since: datetime
    polls: int = 1
    #: How many entries or requests it is about.
    count: int = 0
    #: What it is, such as an address or a reason.
    what: str = ""


@dataclass(frozen=True, slots=True)
class ListedAddress:
    """A page that a listing had at its last good poll."""

    #: The canonical address.
    address: str
    #: The date of its entry. None where it has none, and where not all of the listing was seen.
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedState:
    """All we remember of a source's listing between two polls.

    It goes into a crawl and comes out of it.
    """

    source_id: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    interval_s: int | None = None
    next_due: datetime | None = None
    polls: int = 0
    #: How many polls in a row were mostly known (below 0) or mostly new (above 0).
    streak: int = 0
    #: The sum of the weights of failures since the last success (1, 0.5 or 0.25 each).
    failure_weight: float = 0.0
    failing_since: datetime | None = None
    last_error: str | None = None
    last_polled: datetime | None = None
    last_success: datetime | None = None
    #: The entries of the last good poll: none where there were some is an error.
    entries_last: int = 0
    newest_entry: datetime | None = None
    #: None for a source that was polled before this was noted.
    first_polled: datetime | None = None
    #: The kind of the last failure, None after a success.
    failure: FailureClass | None = None
    #: What the last listing that was read complained of, one sentence each.
    problems: tuple[str, ...] = ()
    #: How many entries a day the dates of the listing itself show.
    entries_a_day: float | None = None
    #: The polls that listed the same entries (`what` is their hash).
    same_entries: Streak | None = None
    #: When the listing was last seen to list others than before.
    entries_changed: datetime | None = None
    #: The polls that were sent on to another address for good (`what`).
    moved: Streak | None = None
    #: The polls whose pages all failed: the number of requests, and why the last one failed.
    pages_failing: Streak | None = None
    #: The polls whose entries all led to one page: their number, and its address.
    one_page: Streak | None = None
    #: The polls that used none of their entries: their number, and the rule.
    left_out: Streak | None = None
    #: The newest pages of the last good poll.
    listed: tuple[ListedAddress, ...] = ()
    #: Why the last article was given up that this source lost.
    last_loss: str = ""
    #: The pause between two polls that the feed wishes, in seconds.
    ttl_s: float | None = None
    #: Until when the feed or its server asked not to be polled: such a pause may be longer than the source's
    #: own maximum.
    wished_until: datetime | None = None
    #: When a person last had it asked at once, and who; "" where nobody gave a name.
    asked_at: datetime | None = None
    asked_by: str = ""

    def asked_by_person(self, name: str, at: datetime) -> FeedState:
        """Return a state that is due at once, because a person asks for it."""
        return replace(self, next_due=at, asked_at=at, asked_by=name)

    def is_ahead_of(self, now: datetime) -> bool:
        """Tell whether the last poll lies so far ahead that a wrong clock noted it."""
        return self.last_polled is not None and self.last_polled - now > CLOCKS_DIFFER


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as its feed lists it."""

    url: str
    #: Plain text on one line, as the summary is.
    title: str = ""
    summary: str = ""
    guid: str | None = None
    #: Aware and in UTC.
    published: datetime | None = None
    published_precision: Precision | None = None
    #: The offset or zone that `published` was read with.
    published_zone: str | None = None
    #: Whether the feed gave no zone, so that the source's was used.
    zone_assumed: bool = False
    updated: datetime | None = None
    updated_precision: Precision | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Links of a page that stand in the same elements."""

    #: The CSS selector that finds them.
    selector: str
    links: int
    #: How many of them have words enough to be a headline.
    headlines: int
    examples: tuple[Entry, ...]
    #: A regular expression that their addresses have in common, None where there is none.
    url_pattern: str | None = None


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """An entry whose page was fetched: how its listing named it, and what the page is."""

    source_id: str
    #: Canonical, of what was listed.
    address: str
    #: When we looked last.
    at: datetime
    title: str = ""
    guid: str | None = None
    #: The article that the page turned out to be.
    article_id: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A listing as read."""

    entries: tuple[Entry, ...]
    title: str = ""
    language: str | None = None
    #: The pause that the feed wishes between two polls, in seconds.
    ttl_s: int | None = None
    #: Addresses of further listings (a sitemap index names its sitemaps).
    children: tuple[str, ...] = ()
    #: How many of them have no date. They are the last ones.
    undated_children: int = 0
    #: What had to be left out, one sentence each.
    problems: tuple[str, ...] = ()
    #: Which links a section page has, where somebody tries it.
    link_groups: tuple[LinkGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteLook:
    """What an address of a site tells of the site's listings."""

    #: After redirects.
    url: str
    title: str = ""
    language: str | None = None
    #: What the address itself is, None for a page.
    kind: Kind | None = None
    #: The addresses that it names, the main ones first.
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    link_groups: tuple[LinkGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched article page, with what its listing said of it."""

    #: The address after redirects.
    url: str
    source_id: str
    #: Decompressed, in the page's own character set.
    body: bytes
    fetched_at: datetime
    status: int = 200
    #: Names are in small letters.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: The address that was listed.
    requested_url: str | None = None
    found_through: str | None = None
    entry: Entry | None = None
    #: Where its listing had an entry of this title before. It leads here now, or is gone.
    former_url: str | None = None
    #: `scope: broad` leaves out what its listing says; it was fetched to see what that loses.
    is_scope_sample: bool = False


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page that we have and want to see again."""

    url: str
    source_id: str
    #: With the validators of the last answer the site may say "not modified" instead of sending it all.
    etag: str | None = None
    last_modified: str | None = None
    #: What its listing once said and the page does not.
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class PageValidators:
    """What the next request for a page sends back to its server."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """An article page that was asked for and did not come."""

    source_id: str
    url: str
    kind: Failing
    reason: str
    at: datetime
    status: int | None = None
    #: Whether the article is given up: nobody asks for it again, and we never had it.
    is_lost: bool = False

    @property
    def is_final(self) -> bool:
        """Tell whether the page is not asked for again."""
        return self.is_lost or self.kind == "permanent"


@dataclass(frozen=True, slots=True)
class PageRetry:
    """A listed page that did not come and is asked for again (see `crawlers.retries`).

    It goes into a crawl and comes out of it, like the state of a feed.
    """

    #: The canonical address.
    address: str
    source_id: str
    #: What its listing said, for the page itself does not say all of it.
    entry: Entry
    kind: Failing
    #: Why it did not come at the last request.
    reason: str
    #: When it was asked for first, last, and when it is asked for again.
    since: datetime
    last: datetime
    due: datetime
    #: Answers so far that were no, and not only trouble of the moment.
    refusals: int = 0


@dataclass(frozen=True, slots=True)
class MissedPages:
    """Pages that earlier crawls asked for in vain, by canonical address."""

    retries: Mapping[str, PageRetry] = field(default_factory=dict)


NO_MISSED_PAGES = MissedPages()


@dataclass(frozen=True, slots=True)
class SkippedEntry:
    """An entry that `scope: broad` left out: its listing names nothing of the beat."""

    source_id: str
    #: As listed.
    url: str
    title: str
    summary: str
    #: When its listing was read.
    at: datetime
    published: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class SourceReport:
    """The account of one source in one crawl.

    The numbers add up: entries = known + skipped + fetched + failed.
    """

    source_id: str
    result: Literal["ok", "not_modified", "failed"]
    entries: int = 0
    known: int = 0
    #: Entries left out on purpose.
    skipped: int = 0
    fetched: int = 0
    failed: int = 0
    error: str | None = None
    problems: tuple[str, ...] = ()
    #: How many of the skipped ones were left out for which reason. Older reports do not tell.
    skipped_for: Mapping[SkipReason, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """What one crawl hands over.

    It is written at the end of the batch itself, so that the pages, the new feed states and the
    accounts arrive together or not at all.
    """

    batch_id: str
    started: datetime
    finished: datetime
    states: tuple[FeedState, ...]
    reports: tuple[SourceReport, ...]
    failures: tuple[FetchFailure, ...] = ()
    pages: int = 0
    #: Addresses of pages asked for again that are as they were.
    unmodified: tuple[str, ...] = ()
    #: Of those pages, what the next request sends back. Older batches do not tell.
    validators: tuple[PageValidators, ...] = ()
    #: What `scope: broad` left out, the newest of each source.
    skipped: tuple[SkippedEntry, ...] = ()
    #: Pages that did not come and are asked for again.
    retries: tuple[PageRetry, ...] = ()
    #: Canonical addresses for which no retry is left: they came, or are given up.
    settled: tuple[str, ...] = ()
