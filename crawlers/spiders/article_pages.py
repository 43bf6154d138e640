"""The base of all sources in a crawl: from a listing to the article pages that are new, in the batch.

    listing(s) ─► entries ─► select: known │ skipped │ to fetch ─► pages ─► batch
                                                              └─► failures

A source asks for two pages at a time and for the next when one has come. So no source's backlog
stands in the way of another's, and a crawl that runs out of time has little under way.
"""

from __future__ import annotations

import hashlib
import logging
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Literal

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from crawlers import schedule
from crawlers.batch import BatchWriter
from crawlers.errors import CatalogueError, CrawlError, PermanentError
from crawlers.model import Entry, Feed, FeedState, FetchFailure, Page, Source, SourceReport
from crawlers.selection import select
from crawlers.spiders.job import Job
from crawlers.spiders.parsing import ListingParser
from crawlers.spiders.trouble import Trouble, of_exception, of_status
from crawlers.urls import canonical_url

log = logging.getLogger(__name__)

_HTML = ("text/html", "application/xhtml+xml")
_UNTOLD = ("", "text/plain", "application/octet-stream", "application/xml", "text/xml", "binary/octet-stream")
_HTML_MARKS = (b"<html", b"<!doctype html", b"<head", b"<body")
_AT_ONCE = 2


@dataclass
class Crawl:
    """What all sources of one crawl share."""

    job: Job
    writer: BatchWriter
    parser: ListingParser
    tell: Callable[[Mapping[str, Any]], None]
    known: Mapping[str, datetime | None] = field(default_factory=dict)
    """Canonical addresses that need no request, with the time we last looked."""
    claimed: set[str] = field(default_factory=set)
    """Canonical addresses that some source has asked for: the second source need not."""
    written: set[str] = field(default_factory=set)
    """Canonical addresses of the pages in the batch, after redirects."""
    answers: int = 0
    """Responses of any kind from anywhere. None at all means that our own network is down."""
    _started: float = field(default_factory=monotonic)

    def now(self) -> datetime:
        """Return the crawl's own time: the `now` it was given, and what has passed since."""
        return self.job.now + timedelta(seconds=monotonic() - self._started)

    def is_closing(self) -> bool:
        settings = self.job.settings
        return monotonic() - self._started > settings.timeout_s - settings.closing_s


class ArticlePages(ABC):
    """One source in one crawl. Subclasses say how its listing is read."""

    def __init__(self, source: Source, crawl: Crawl) -> None:
        self.source = source
        self.crawl = crawl
        self.state = crawl.job.states.get(source.id) or FeedState(source.id)
        self.failures: list[FetchFailure] = []
        self.problems: list[str] = []
        self.is_done = False
        self._trouble: Trouble | None = None
        self._not_modified = False
        self._listings: dict[str, Feed | None] = {}
        self._listings_to_come = 1
        self._validators: dict[str, str | None] = {}
        self._waiting: deque[Entry] = deque()
        self._under_way = 0
        self._counts: dict[str, Any] = dict.fromkeys(("entries", "known", "skipped", "fetched", "failed"), 0)
        self._known_in_listing = 0
        self._comes_back = False
        """True where the next poll must see the whole listing again, since something is left to fetch."""

    # -- what a kind of listing does in its own way ------------------------------------------------

    @abstractmethod
    async def read(self, response: Response) -> Feed:
        """Return what one listing says; `children` are further listings. Raises PermanentError."""

    def further_limit(self) -> int:
        """Return how many further listings (sitemaps of an index, following pages) are asked for."""
        return 0

    def goes_on(self, feed: Feed) -> bool:  # noqa: ARG002 - for subclasses
        """Tell whether the further listings that this one names are worth a request."""
        return True

    def is_fully_described(self) -> bool:
        """Tell whether "not modified" of the first listing speaks for all of the source."""
        return True

    # -- the listing -------------------------------------------------------------------------------

    def first_requests(self) -> Iterator[Request]:
        """Yield what the source begins with. Raises ValueError where its address is none."""
        yield self.first_request()

    def first_request(self) -> Request:
        headers: dict[str, bytes] = {}
        if not schedule.wants_unconditional(self.state):
            if self.state.etag:
                headers["If-None-Match"] = self.state.etag.encode("latin-1", "ignore")
            if self.state.last_modified:
                headers["If-Modified-Since"] = self.state.last_modified.encode("latin-1", "ignore")
        return self._listing_request(self.source.url, headers)

    async def on_listing(self, response: Response, asked: str) -> AsyncIterator[Request]:
        self.crawl.answers += 1
        if asked == self.source.url and self._is_unchanged(response):
            self._not_modified = True
            self._finish()
            return
        trouble = of_status(response, self.crawl.now())
        feed = None
        if trouble is None:
            feed = await self._read(response, asked)
        else:
            self._listing_failed(asked, trouble)
        for request in self._listed(asked, feed):
            yield request

    def on_listing_error(self, failure: Any) -> Iterator[Request]:
        asked = failure.request.cb_kwargs["asked"]
        self._listing_failed(asked, of_exception(failure.value))
        yield from self._listed(asked, None)

    async def _read(self, response: Response, asked: str) -> Feed | None:
        if asked == self.source.url:
            self._note_move(response)
        try:
            return await self.read(response)
        except CrawlError as e:
            self._listing_failed(asked, of_exception(e))
        except Exception as e:
            log.exception("source %s: the listing made its reader fail", self.source.id)
            why = f"the listing made its reader fail: {e!r}"
            self._listing_failed(asked, Trouble("permanent", why[:300], "unreadable"))
        return None

    def _is_unchanged(self, response: Response) -> bool:
        """Tell whether there is nothing new; remember how to ask next time."""
        if response.status == 304:
            assert response.request is not None
            return bool({b"If-None-Match", b"If-Modified-Since"} & response.request.headers.keys())
        if response.status != 200:
            return False
        self._validators = {
            "etag": _short_header(response, "ETag"),
            "last_modified": _short_header(response, "Last-Modified"),
            "body_hash": hashlib.sha256(response.body).hexdigest(),
        }
        return self._validators["body_hash"] == self.state.body_hash and not schedule.wants_unconditional(
            self.state
        )

    def _note_move(self, response: Response) -> None:
        reasons = response.meta.get("redirect_reasons", [])
        if reasons and all(reason in (301, 308) for reason in reasons):
            self.problems.append(
                f"the listing has moved for good: write url: {response.url} in the catalogue"
            )

    def _listing_failed(self, asked: str, trouble: Trouble) -> None:
        """A further listing that fails leaves a line; the first one is the source itself."""
        if asked == self.source.url:
            self._trouble = trouble
        else:
            self.problems.append(f"{asked}: {trouble.reason}")
            self._comes_back = True

    def _listed(self, asked: str, feed: Feed | None) -> Iterator[Request]:
        """Go on to further listings, and when all have come to the pages."""
        self._listings[asked] = feed
        if self._trouble is not None:
            self._finish()
            return
        if feed is not None:
            for url in feed.children:
                if len(self._listings) > self.further_limit() or self.crawl.is_closing():
                    break
                if url not in self._listings and self.goes_on(feed):
                    self._listings[url] = None
                    self._listings_to_come += 1
                    yield self._listing_request(url, {})
        self._listings_to_come -= 1
        if self._listings_to_come == 0:
            self._choose()
            yield from self._next_pages()

    def _listing_request(self, url: str, headers: dict[str, bytes]) -> Request:
        return Request(
            url,
            callback=self.on_listing,
            errback=self.on_listing_error,
            cb_kwargs={"asked": url},
            headers=headers,
            dont_filter=True,
            priority=10,
            meta={"source_id": self.source.id},
        )

    # -- the pages ---------------------------------------------------------------------------------

    def _choose(self) -> None:
        """Decide which entries are asked for."""
        feeds = [feed for feed in self._listings.values() if feed is not None]
        entries = _each_once(entry for feed in feeds for entry in feed.entries)
        self.problems += [problem for feed in feeds for problem in feed.problems]
        if schedule.has_lost_its_entries(self.state, len(entries)):
            had = f"it had {self.state.entries_last} entries at the last good poll"
            self._trouble = Trouble("permanent", f"the listing is empty; {had}", "emptied")
            return
        try:
            chosen = select(
                entries,
                self._source_to_select(),
                self.crawl.known,
                self._words(),
                self.crawl.now(),
                self.crawl.job.window,
            )
        except CatalogueError as e:
            self._trouble = Trouble("permanent", str(e), "refused")
            return
        self._known_in_listing = chosen.known
        self._counts |= {"entries": len(entries), "known": chosen.known, "skipped": chosen.skipped}
        self._waiting.extend(self._newest_first(chosen.to_fetch))
        self._leave_for_next_time(self.crawl.job.settings.page_limit_per_source, "more than one crawl takes")
        if self.crawl.job.preview:
            self._show(feeds, entries)

    def _words(self) -> Sequence[str]:
        return self.crawl.job.words.get(self.source.id, ())

    def _source_to_select(self) -> Source:
        """A general source for which nobody gave words would bring nothing at all: take all of it."""
        return self.source if self._words() else replace(self.source, scope="all")

    def _newest_first(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Keep the listing's order unless something must be left for the next crawl."""
        if len(entries) <= self.crawl.job.settings.page_limit_per_source:
            return entries
        undated = datetime.max.replace(tzinfo=UTC)
        return sorted(entries, key=lambda entry: entry.published or entry.updated or undated, reverse=True)

    def _leave_for_next_time(self, keep: int, why: str) -> None:
        left = len(self._waiting) - keep
        if left <= 0:
            return
        while len(self._waiting) > keep:
            self._waiting.pop()
        self._counts["skipped"] += left
        self._comes_back = True
        self.problems.append(f"{left} entries are left for the next crawl: {why}")

    def _next_pages(self) -> Iterator[Request]:
        if self.crawl.is_closing():
            self._leave_for_next_time(0, "this one ran out of time")
        while self._waiting and self._under_way < _AT_ONCE:
            request = self._page_request(self._waiting.popleft())
            if request is not None:
                self._under_way += 1
                yield request
        if not self._under_way:
            self._finish()

    def _page_request(self, entry: Entry) -> Request | None:
        """Return the request for an entry's page, None where it needs none."""
        try:
            address = canonical_url(entry.url)
            request = Request(
                entry.url,
                callback=self.on_page,
                errback=self.on_page_error,
                cb_kwargs={"entry": entry},
                dont_filter=True,
                meta={"source_id": self.source.id, "is_page": True},
            )
        except (PermanentError, ValueError) as e:
            self._page_failed(entry, of_exception(e))
            return None
        if address in self.crawl.claimed:
            self._counts["known"] += 1
            return None
        self.crawl.claimed.add(address)
        return request

    def on_page(self, response: Response, entry: Entry) -> Iterator[Request]:
        self.crawl.answers += 1
        self._under_way -= 1
        trouble = of_status(response, self.crawl.now()) or _no_page(response)
        if trouble is not None:
            self._page_failed(entry, trouble)
            if trouble.status == 429 or trouble.retry_after_s:
                self._leave_for_next_time(0, f"the site asked for a pause ({trouble.reason})")
        else:
            self._keep(response, entry)
        yield from self._next_pages()

    def on_page_error(self, failure: Any) -> Iterator[Request]:
        self._under_way -= 1
        self._page_failed(failure.request.cb_kwargs["entry"], of_exception(failure.value))
        yield from self._next_pages()

    def _keep(self, response: Response, entry: Entry) -> None:
        try:
            address = canonical_url(response.url)
        except PermanentError as e:
            self._page_failed(entry, of_exception(e))
            return
        if self._is_kept(address, entry):
            self._counts["known"] += 1
            return
        self.crawl.written.add(address)
        self.crawl.claimed.add(address)
        page = Page(
            url=response.url,
            source_id=self.source.id,
            body=response.body,
            fetched_at=self.crawl.now(),
            status=response.status,
            headers=_headers(response),
            requested_url=entry.url,
            found_through=self.source.url,
            entry=entry,
        )
        try:
            self.crawl.writer.write(page)
        except OSError as e:
            raise CloseSpider(f"the batch cannot be written: {e}") from e
        self._counts["fetched"] += 1
        self.crawl.tell({"event": "fetched", "source": self.source.id, "url": page.url})

    def _is_kept(self, address: str, entry: Entry) -> bool:  # noqa: ARG002 - for subclasses
        """Tell whether the batch has what an entry's page led to, so that it need not be kept again."""
        return address in self.crawl.written

    def _page_failed(self, entry: Entry, trouble: Trouble) -> None:
        self._counts["failed"] += 1
        self._comes_back = self._comes_back or trouble.kind == "temporary"
        self.failures.append(
            FetchFailure(
                self.source.id, entry.url, trouble.kind, trouble.reason, self.crawl.now(), trouble.status
            )
        )

    # -- the account -------------------------------------------------------------------------------

    def _finish(self) -> None:
        if not self.is_done:
            self.is_done = True
            report = self.report()
            counts = {name: getattr(report, name) for name in self._counts}
            self.crawl.tell(
                {"event": "source", "source": self.source.id, "result": report.result, "error": report.error}
                | counts
            )

    def stop(self, reason: str) -> None:
        """Account for a source that the crawl ended on: a bug, since a finished crawl has none."""
        self._trouble = self._trouble or Trouble("temporary", reason, "interrupted")
        self._finish()

    def report(self) -> SourceReport:
        """Return the account: entries = known + skipped + fetched + failed."""
        result: Literal["ok", "not_modified", "failed"] = "not_modified" if self._not_modified else "ok"
        return SourceReport(
            self.source.id,
            "failed" if self._trouble else result,
            **self._counts,
            error=self._trouble.reason if self._trouble else None,
            problems=tuple(self.problems),
        )

    def new_state(self, *, is_network_down: bool) -> FeedState:
        """Return what to remember until the next poll, times counted from the crawl's start."""
        now = self.crawl.job.now
        if self._trouble is not None:
            is_ours = is_network_down and self._trouble.may_be_our_network
            return schedule.after_failure(
                self.state,
                self.source,
                now=now,
                weight=schedule.failure_weight("own_network" if is_ours else self._trouble.failure),
                error=self._trouble.reason,
                retry_after_s=self._trouble.retry_after_s,
            )
        if self._not_modified:
            return schedule.after_not_modified(self.state, self.source, now=now)
        feeds = [feed for feed in self._listings.values() if feed is not None]
        remembers = not self._comes_back and self.is_fully_described()
        return schedule.after_success(
            self.state,
            self.source,
            now=now,
            entries=self._counts["entries"],
            known=self._known_in_listing,
            etag=self._validators.get("etag") if remembers else None,
            last_modified=self._validators.get("last_modified") if remembers else None,
            body_hash=self._validators.get("body_hash") if remembers else None,
            ttl_s=next((feed.ttl_s for feed in feeds if feed.ttl_s), None),
            newest=max((e.published for f in feeds for e in f.entries if e.published), default=None),
        )

    def _show(self, feeds: Sequence[Feed], entries: Sequence[Entry]) -> None:
        """Report the beginning of the listing, for someone who tries out a source."""
        shown = Feed(
            tuple(entries[: self.crawl.job.preview]), title=next((f.title for f in feeds if f.title), "")
        )
        self.crawl.tell({"event": "listing", "source": self.source.id, "feed": shown})


def is_html(content_type: str, body: bytes) -> bool:
    """Tell whether an answer is a web page, by its type, or by its look where the type says nothing."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in _HTML:
        return True
    head = body[:2048].lower()
    return kind in _UNTOLD and any(mark in head for mark in _HTML_MARKS)


def may_be_html(content_type: str) -> bool:
    """Tell whether the body is worth waiting for, before it has come."""
    return content_type.partition(";")[0].strip().lower() in (*_HTML, *_UNTOLD)


def _no_page(response: Response) -> Trouble | None:
    """Return why a good answer is no article page, or None."""
    kind = _header(response, "Content-Type")
    if response.headers.get("Content-Encoding"):
        return Trouble(
            "permanent",
            f"packed in a way we cannot open: {_header(response, 'Content-Encoding')[:100]}",
            "unreadable",
        )
    if not is_html(kind, response.body):
        named = kind.partition(";")[0].strip()[:100] or "no type given"
        return Trouble("permanent", f"not a page: {named}", "unreadable")
    return None


def _each_once(entries: Iterator[Entry]) -> list[Entry]:
    """Drop entries that several listings of one source share."""
    return list({entry.url: entry for entry in entries}.values())


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")


def _short_header(response: Response, name: str) -> str | None:
    """Return a validator that can be sent back as it is; None where it is missing or odd."""
    value = _header(response, name).strip()
    return value if value.isprintable() and 0 < len(value) <= 512 else None


def _headers(response: Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
