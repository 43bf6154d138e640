"""What a crawl's child process is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from crawlers.model import NO_MISSED_PAGES, FeedState, ListedEntry, MissedPages, PageRequest, Source, Window


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """How to crawl. Times are in seconds."""

    batch_dir: Path
    user_agent: str
    #: Addresses, networks (CIDR) or host names in private ranges that may be crawled all the same.
    private_hosts: tuple[str, ...] = ()
    #: Least pause between two requests to a host and port; AutoThrottle makes it longer.
    delay_s: float = 1.0
    #: Wall-clock limit of a whole crawl, after which it is killed. No new page is asked for in its
    #: last part (see `closing_s`), and what has come is handed over before its end (see `handover_s`).
    timeout_s: float = 600.0
    #: For one answer, from the connection to the last byte, however steadily it drips.
    answer_timeout_s: float = 30.0
    #: For one request: the sum of its answers, with all redirects, retries and its robots.txt.
    request_timeout_s: float = 60.0
    #: Pages of one source in one crawl, newest first. What is left over is found again next time.
    page_limit_per_source: int = 200
    #: Whether TLS certificates are checked, but for sources that are trusted without (`Source.verify`).
    verify_certificates: bool = True
    #: The folder in which it is kept what hosts told us, for the next crawl. Without one it is forgotten.
    host_dir: Path | None = None

    @property
    def closing_s(self) -> float:
        """Return the last part of a crawl, kept for requests under way."""
        # An answer may take 30 s, and a throttled host waits 10 s for each.
        return min(90.0, self.timeout_s / 2)

    @property
    def handover_s(self) -> float:
        """Return the very last part of a crawl, kept for writing its batch."""
        # Writing takes a second, a page that is being written or a busy machine some more.
        return min(30.0, self.timeout_s / 4)

    @property
    def share_s(self) -> float:
        """Return the time in which one source may ask for new pages."""
        # 200 pages of a quick site, one a second, take less. One slow site must not keep all others'
        # pages from being processed for the whole time that a crawl may take.
        return self.timeout_s / 2


@dataclass(frozen=True, slots=True)
class Job:
    """One crawl."""

    batch_id: str
    settings: CrawlSettings
    sources: tuple[Source, ...]
    states: Mapping[str, FeedState]
    #: Canonical addresses that need no request, with the time of our last fetch.
    known: Mapping[str, datetime | None]
    #: By source: the words of which an entry of a general feed must name one.
    words: Mapping[str, tuple[str, ...]]
    now: datetime
    #: The id of the process to die with.
    parent: int
    #: Only entries dated inside, or not at all, are fetched; the sources' states stay as they are.
    window: Window | None = None
    #: So many entries of each listing are reported as an event, for a person to look at.
    preview: int = 0
    #: Whether the sources' addresses are those of sites, of which the listings are to be found.
    is_search: bool = False
    #: Pages to see again. Where there are any, no listing is asked for.
    requests: tuple[PageRequest, ...] = ()
    missed: MissedPages = NO_MISSED_PAGES
    #: Sources of which only missed pages are asked for, since their listing is not due.
    pages_only: frozenset[str] = frozenset()
    #: Whether what has come may be handed over as a batch of its own while slow sources are waited for.
    in_parts: bool = False
    #: By source: the entries whose pages were fetched before, the newest ones.
    listed: Mapping[str, tuple[ListedEntry, ...]] = field(default_factory=dict)


job_json = TypeAdapter(Job)
