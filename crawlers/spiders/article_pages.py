"""The base of all sources: from a listing to new pages.

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
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from crawlers import schedule
from crawlers.errors import CatalogueError, CrawlError, PermanentError
from crawlers.guard import host_and_port
from crawlers.listed_before import SourceHistory
from crawlers.model import (
    Entry,
    FailureClass,
    Feed,
    FeedState,
    FetchFailure,
    Page,
    Source,
    SourceReport,
)
from crawlers.poll_history import PollFacts, with_history, with_pages
from crawlers.selection import Selection, select
from crawlers.spiders.answers import read_headers, read_validator, trouble_of_answer, why_no_page
from crawlers.spiders.common_pages import CommonPages
from crawlers.spiders.document_end import CUT_OFF, is_whole
from crawlers.spiders.former_addresses import FormerAddresses
from crawlers.spiders.missed_pages import MissedPagesOfSource
from crawlers.spiders.shared_crawl import SharedCrawl
from crawlers.spiders.source_account import SourceAccount
from crawlers.spiders.trouble import COOKIE_LOST, CookieNeeded, Trouble, trouble_of_exception
from crawlers.urls import canonical_url

log = logging.getLogger(__name__)

_PAGES_AT_ONCE = 2
#: Listings go before pages, so that all sources have theirs early.
_LISTING_PRIORITY = 10
#: Of the time that a source was asked, so much waiting for it makes it slow. A site that answers at once is
#: waited for in a tenth of the time: the rest are our own pauses.
_SLOW_SHARE = 0.5
_PERMANENT_REDIRECTS = frozenset({301, 308})
_ADDRESS_CHARS = 200
_REASON_CHARS = 300


class ArticlePages(ABC):
    """One source in one crawl.

    Subclasses say how its listing is read.
    """

    def __init__(self, source: Source, crawl: SharedCrawl) -> None:
        self.source = source
        self.crawl = crawl
        self.state = crawl.job.states.get(source.id) or FeedState(source.id)
        self.account = SourceAccount(source.id)
        self.is_done = False
        self._trouble: Trouble | None = None
        #: Where the listing is, if it has moved for good.
        self._moved_to: str | None = None
        self._common_pages = CommonPages()
        self._is_not_modified = False
        #: By the address that was asked for; None until it has come, and for good if it failed.
        self._listings: dict[str, Feed | None] = {}
        self._listings_to_come = 1
        self._validators = schedule.Validators()
        self._body_hash: str | None = None
        self._waiting: deque[Entry] = deque()
        self._under_way = 0
        self._known_in_listing = 0
        self._former = FormerAddresses()
        #: Whether the next poll must see the whole listing again, since something is left to fetch.
        self._comes_back = False
        #: Canonical addresses that were asked for, and those of pages in the batch.
        self._claimed = crawl.claimed
        self._written = crawl.written
        if self.is_trial():
            # Each source is tried by itself, so a page that two of them list is fetched for both.
            self._claimed = set()
            self._written = set()
        self.missed = MissedPagesOfSource(source, crawl)

    # -- what a kind of listing does in its own way ------------------------------------------------

    @abstractmethod
    async def read_listing(self, response: Response) -> Feed:
        """Return what one listing says, further listings included.

        Raises PermanentError where it cannot be read.
        """

    def further_limit(self) -> int:
        """Return how many further listings are asked for.

        They are the sitemaps of an index, or following pages.
        """
        return 0

    def goes_on(self, feed: Feed) -> bool:  # noqa: ARG002 - for subclasses
        """Tell whether further listings are worth a request."""
        return True

    def is_trial(self) -> bool:
        """Tell whether a person only wants to see whether the source works."""
        return self.crawl.job.preview > 0

    def is_fully_described(self) -> bool:
        """Tell whether the first listing speaks for all of them."""
        return True

    def why_empty(self) -> Trouble | None:
        """Return why a listing without entries is a mistake.

        None where it need not be one.
        """
        return None

    # -- the listing -------------------------------------------------------------------------------

    def first_requests(self) -> Iterator[Request]:
        """Yield what the source begins with.

        Raises ValueError where its address is none.
        """
        if self.source.id in self.crawl.job.pages_only:
            yield from self._ask_missed_pages()
        else:
            yield self.first_request()

    def first_request(self) -> Request:
        """Return the request for the listing, with validators."""
        headers: dict[str, bytes] = {}
        if not schedule.wants_unconditional(self.state):
            if self.state.etag:
                headers["If-None-Match"] = self.state.etag.encode("latin-1", "ignore")
            if self.state.last_modified:
                headers["If-Modified-Since"] = self.state.last_modified.encode("latin-1", "ignore")
        return self._listing_request(self.source.url, headers)

    async def on_listing(self, response: Response, listing_url: str) -> AsyncIterator[Request]:
        """Take one listing; yield the requests that follow."""
        self.crawl.answers += 1
        self.account.wrong_answers.update(response.flags)
        if CUT_OFF in response.flags and not is_whole(response.body):
            # What is there is read, and the next poll asks for all of it.
            self._comes_back = True
        if listing_url == self.source.url:
            self._note_move(response)
        if listing_url == self.source.url and self._is_unchanged(response):
            for request in self._ask_missed_pages():
                yield request
            return
        feed = None
        trouble = trouble_of_answer(response, listing_url, self.crawl.current_time())
        if trouble is None:
            feed = await self._read_or_fail(response, listing_url)
        else:
            self._add_listing_failure(listing_url, trouble, response.url)
        for request in self._requests_after(listing_url, feed):
            yield request

    def on_listing_error(self, failure: Any) -> Iterator[Request]:
        """Note a listing that failed; go on with the others."""
        listing_url = failure.request.cb_kwargs["listing_url"]
        self._add_listing_failure(listing_url, trouble_of_exception(failure.value))
        yield from self._requests_after(listing_url, None)

    async def _read_or_fail(self, response: Response, listing_url: str) -> Feed | None:
        try:
            return await self.read_listing(response)
        except CrawlError as e:
            self._add_listing_failure(listing_url, trouble_of_exception(e), response.url)
        except Exception as e:
            # A bug of a reader concerns this source alone; the others go on.
            log.exception("source %s: the listing made its reader fail", self.source.id)
            reason = f"the listing made its reader fail: {e!r}"
            trouble = Trouble("permanent", reason[:_REASON_CHARS], "unreadable")
            self._add_listing_failure(listing_url, trouble, response.url)
        return None

    def _is_unchanged(self, response: Response) -> bool:
        """Tell whether nothing is new; keep the validators."""
        etag = read_validator(response, "ETag")
        last_modified = read_validator(response, "Last-Modified")
        if response.status == 304:
            # A server may renew its validators with the news that nothing changed (RFC 9110, 15.4.5).
            self._validators = schedule.Validators(
                etag or self.state.etag, last_modified or self.state.last_modified
            )
            assert response.request is not None
            # Some servers say "not modified" to a request that asked for everything.
            return bool({b"If-None-Match", b"If-Modified-Since"} & response.request.headers.keys())
        if response.status != 200:
            return False
        self._validators = schedule.Validators(etag, last_modified)
        self._body_hash = hashlib.sha256(response.body).hexdigest()
        return self._body_hash == self.state.body_hash and not schedule.wants_unconditional(self.state)

    def _note_move(self, response: Response) -> None:
        """Note where the listing is, if all redirects say that it moved for good."""
        reasons = response.meta.get("redirect_reasons", [])
        if reasons and _PERMANENT_REDIRECTS.issuperset(reasons):
            self._moved_to = response.url

    def _add_listing_failure(self, listing_url: str, trouble: Trouble, found_at: str = "") -> None:
        """Note the failure of the source or of a further listing.

        `found_at` is the address that answered: a listing may have been sent on to a consent form.
        """
        if listing_url == self.source.url:
            self._trouble = trouble
            if found_at != listing_url and found_at not in trouble.reason:
                reason = f"{trouble.reason} (the listing leads to {found_at[:_ADDRESS_CHARS]})"
                self._trouble = replace(trouble, reason=reason)
        else:
            self.account.problems.append(f"{listing_url}: {trouble.reason}")
            self._comes_back = True

    def _requests_after(self, listing_url: str, feed: Feed | None) -> Iterator[Request]:
        """Go on to further listings, then to the pages."""
        self._listings[listing_url] = feed
        if self._trouble is not None:
            self._finish()
            return
        if feed is not None:
            yield from self._further_listings(feed)
        self._listings_to_come -= 1
        if self._listings_to_come == 0:
            self._choose_entries()
            yield from self._next_pages()

    def _further_listings(self, feed: Feed) -> Iterator[Request]:
        for position, url in enumerate(feed.children):
            if len(self._listings) > self.further_limit() or self._why_no_more_requests():
                self._note_unread_listings(feed, position)
                break
            if url not in self._listings and self.goes_on(feed):
                self._listings[url] = None
                self._listings_to_come += 1
                yield self._listing_request(url, {})

    def _note_unread_listings(self, feed: Feed, read: int) -> None:
        """Say how many listings without a date were not read: they may hold what is new.

        Those with a date are in order, so that what is left of them is the archive.
        """
        dated = len(feed.children) - feed.undated_children
        unread = len(feed.children) - max(read, dated)
        if unread > 0:
            self.account.problems.append(
                f"the index names {len(feed.children)} listings, and {unread} of those without a date were "
                "not read: what is new in them is not seen; follow the right one by its own address"
            )

    def _listing_request(self, url: str, headers: dict[str, bytes]) -> Request:
        self.account.places.add(host_and_port(url))
        return Request(
            url,
            callback=self.on_listing,
            errback=self.on_listing_error,
            cb_kwargs={"listing_url": url},
            headers=headers,
            dont_filter=True,
            priority=_LISTING_PRIORITY,
            meta=self._request_meta(),
        )

    def _request_meta(self) -> dict[str, Any]:
        """Return what each request of this source tells the downloader."""
        meta: dict[str, Any] = {"source_id": self.source.id, "verify": self.source.verify}
        if self.source.cookies:
            # A jar of its own: what one source is told is nothing to another.
            meta["cookiejar"] = self.source.id
        return meta

    def _listings_that_came(self) -> list[Feed]:
        return [feed for feed in self._listings.values() if feed is not None]

    # -- the choice of pages -----------------------------------------------------------------------

    def _choose_entries(self) -> None:
        """Decide which entries are asked for."""
        feeds = self._listings_that_came()
        # Several listings of one source may share entries: each is taken once.
        by_url: dict[str, Entry] = {}
        for feed in feeds:
            self.account.problems += feed.problems
            for entry in feed.entries:
                by_url[entry.url] = entry
        entries = list(by_url.values())
        if schedule.has_lost_its_entries(self.state, len(entries)):
            reason = f"the listing is empty; it had {self.state.entries_last} entries at the last good poll"
            self._trouble = Trouble("permanent", reason, "emptied")
            return
        if not entries:
            self._trouble = self.why_empty()
            if self._trouble is not None:
                return
        try:
            selection = self._select_entries(entries)
        except CatalogueError as e:
            self._trouble = Trouble("permanent", str(e), "refused")
            return
        self._former.choose(selection.former)
        self._known_in_listing = selection.known + selection.skipped_for.get("asked_later", 0)
        dropped = self.missed.take_dropped(selection.addresses, is_whole=self._is_whole_listing())
        self.account.counts |= {"entries": len(entries) + len(dropped), "known": selection.known}
        for reason, number in selection.skipped_for.items():
            self.account.skip(number, reason)
        self.account.note_out_of_scope(selection.out_of_scope, self.crawl.current_time())
        self._waiting.extend(dropped)
        self._waiting.extend(self._newest_first(selection.to_fetch))
        self._leave_for_next_time(self.crawl.job.settings.page_limit_per_source, "more than one crawl takes")
        self._take_baseline(selection.baseline)
        if self.is_trial():
            self._show_listing(feeds, entries)

    def _select_entries(self, entries: Sequence[Entry]) -> Selection:
        job = self.crawl.job
        source = self.source
        words = job.words.get(source.id, ())
        if not words:
            # A general source for which nobody gave words would bring nothing at all: take all of it.
            source = replace(source, scope="all")
        now = self.crawl.current_time()
        history = SourceHistory(self.state, job.listed.get(source.id, ()))
        return select(entries, source, self.crawl.known, words, now, job.window, history, job.missed)

    def _is_whole_listing(self) -> bool:
        """Tell whether all that the source lists has come."""
        # Of several listings one may not have come, or not have been asked for.
        return self.is_fully_described() and None not in self._listings.values()

    def _ask_missed_pages(self) -> Iterator[Request]:
        """Ask for what is due of a listing that is as it was."""
        self._is_not_modified = True
        due, waiting = self.missed.take_listed()
        self.account.counts["entries"] += len(due) + waiting
        self.account.skip(waiting, "asked_later")
        self._waiting.extend(due)
        yield from self._next_pages()

    def _newest_first(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Return entries, newest first if some must be left out."""
        if len(entries) <= self.crawl.job.settings.page_limit_per_source:
            return entries
        return sorted(entries, key=_date_of, reverse=True)

    def _take_baseline(self, entries: Sequence[Entry]) -> None:
        """Ask for old entries too, the newest first, as far as one crawl has room.

        The others are no news and left out for good: `backfill` fetches them.
        """
        room = max(self.crawl.job.settings.page_limit_per_source - len(self._waiting), 0)
        newest = sorted(entries, key=_date_of, reverse=True)
        self._waiting.extend(newest[:room])
        self.account.skip(len(newest[room:]), "too_old")

    def _leave_for_next_time(self, keep: int, why: str) -> None:
        """Leave all but the first entries for the next crawl."""
        left_out = len(self._waiting) - keep
        if left_out <= 0:
            return
        while len(self._waiting) > keep:
            self._waiting.pop()
        self.account.skip(left_out, "next_crawl")
        self._comes_back = True
        # Of a trial nothing is kept, so nothing is left either.
        if not self.is_trial():
            self.account.problems.append(f"{left_out} entries are left for the next crawl: {why}")

    def _leave_entry(self, reason: str) -> None:
        """Leave one entry for the next crawl; the account tells how many."""
        self.account.leave_one(reason)
        self._comes_back = True

    # -- the pages ---------------------------------------------------------------------------------

    def _next_pages(self) -> Iterator[Request]:
        if self.is_trial() and self.account.counts["fetched"]:
            self._leave_for_next_time(0, "one page shows that the source works")
        reason = self._why_no_more_requests()
        if reason is not None:
            self._note_slowness()
            self._leave_for_next_time(0, reason)
        # A second page is only tried where the first one does not come.
        at_once = 1 if self.is_trial() else _PAGES_AT_ONCE
        while self._waiting and self._under_way < at_once:
            entry = self._waiting.popleft()
            request = self._page_request(entry)
            if request is None:
                continue
            place = host_and_port(entry.url)
            self._under_way += 1
            self.account.places.add(place)
            self.crawl.hosts.under_way[place] += 1
            yield request
        if not self._under_way:
            self._finish()

    def _why_no_more_requests(self) -> str | None:
        """Return why nothing new is asked for, or None."""
        reason = None
        if self.crawl.is_closing():
            reason = "this one ran out of time"
        elif self.crawl.has_used_its_share(self.source.id):
            reason = f"the source had {self.crawl.job.settings.share_s:.0f} s, its share of this one's time"
        delay_s = self.crawl.hosts.delay_s(self.source.url)
        if reason and delay_s:
            reason = f"{reason}; robots.txt asks for {delay_s:g} s between two requests"
        return reason

    def _why_not_this_one(self, url: str) -> str | None:
        """Return why a page is left for the next crawl, or None."""
        hosts = self.crawl.hosts
        trouble = hosts.why_closed(url)
        if trouble is not None:
            return trouble.reason
        delay_s = hosts.delay_s(url)
        if delay_s and self.crawl.is_too_late_for(url):
            return f"this one ran out of time, since robots.txt asks for {delay_s:g} s between two requests"
        return None

    def _note_slowness(self) -> None:
        """Note a failure where waiting for a source took most of its time.

        Its pages are kept; it is asked less often.
        """
        unfinished = self._unfinished()
        if self._waiting and unfinished.failure == "too_slow":
            self._trouble = self._trouble or unfinished

    def _page_request(self, entry: Entry) -> Request | None:
        """Return the request for a page, None where none is needed."""
        try:
            address = canonical_url(entry.url)
            request = self._request_for(entry.url, entry, self.on_page, self.on_page_error)
        except (PermanentError, ValueError) as e:
            self._add_page_failure(entry, trouble_of_exception(e))
            return None
        if address in self._claimed:
            self.account.counts["known"] += 1
            return None
        reason = self._why_not_this_one(request.url)
        if reason is not None:
            self._leave_entry(reason)
            return None
        self._claimed.add(address)
        former_url = self._former.take(entry)
        if former_url is not None and not self.is_trial():
            return self._request_for(former_url, entry, self.on_former_page, self.on_former_error)
        return request

    def _request_for(
        self, url: str, entry: Entry, callback: Callable[..., Any], errback: Callable[[Any], Any]
    ) -> Request:
        return Request(
            url,
            callback=callback,
            errback=errback,
            cb_kwargs={"entry": entry},
            dont_filter=True,
            meta=self._request_meta() | {"is_page": True},
        )

    def on_former_page(self, response: Response, entry: Entry) -> Iterator[Request]:
        """Note whether an entry's former address leads to it; go on to its page."""
        self.crawl.answers += 1
        self._former.note(response, entry)
        yield self._request_for(entry.url, entry, self.on_page, self.on_page_error)

    def on_former_error(self, failure: Any) -> Iterator[Request]:
        """Go on to the page of an entry whose former address gave no answer."""
        entry = failure.request.cb_kwargs["entry"]
        yield self._request_for(entry.url, entry, self.on_page, self.on_page_error)

    def on_page(self, response: Response, entry: Entry) -> Iterator[Request]:
        """Take one page; yield the requests for the next ones."""
        self.crawl.answers += 1
        self._note_end_of_page(entry)
        self.account.wrong_answers.update(response.flags)
        trouble = trouble_of_answer(response, entry.url, self.crawl.current_time()) or why_no_page(response)
        if trouble is None:
            self._write_page(response, entry)
            self.missed.settle(entry)
        else:
            self._add_page_failure(entry, trouble)
        yield from self._next_pages()

    def on_page_error(self, failure: Any) -> Iterator[Request]:
        """Note a page that failed; yield the next requests."""
        entry = failure.request.cb_kwargs["entry"]
        self._note_end_of_page(entry)
        if isinstance(failure.value, CookieNeeded):
            self.account.wrong_answers[COOKIE_LOST] += 1
        trouble = trouble_of_exception(failure.value)
        if trouble.failure == "paused":
            # It was queued when its host asked for a pause.
            self._leave_entry(trouble.reason)
        else:
            self._add_page_failure(entry, trouble)
        yield from self._next_pages()

    def _note_end_of_page(self, entry: Entry) -> None:
        self._under_way -= 1
        self.crawl.hosts.under_way[host_and_port(entry.url)] -= 1

    def _write_page(self, response: Response, entry: Entry) -> None:
        try:
            address = canonical_url(response.url)
        except PermanentError as e:
            self._add_page_failure(entry, trouble_of_exception(e))
            return
        self._common_pages.add(entry.url, address)
        if self._is_in_batch(address, entry):
            self.account.counts["known"] += 1
            return
        self._written.add(address)
        self._claimed.add(address)
        page = Page(
            url=response.url,
            source_id=self.source.id,
            body=response.body,
            fetched_at=self.crawl.current_time(),
            status=response.status,
            headers=read_headers(response),
            requested_url=entry.url,
            found_through=self.source.url,
            entry=entry,
            former_url=self._former.left_by(entry),
        )
        try:
            self.crawl.writer.write(page)
        except OSError as e:
            raise CloseSpider(f"the batch cannot be written: {e}") from e
        self.account.counts["fetched"] += 1
        self.crawl.on_event({"event": "fetched", "source": self.source.id, "url": page.url})

    def _is_in_batch(self, address: str, entry: Entry) -> bool:  # noqa: ARG002 - for subclasses
        """Tell whether the batch has an entry's page already."""
        return address in self._written

    def _add_page_failure(self, entry: Entry, trouble: Trouble) -> None:
        """Note a page that did not come, and when it is asked for again."""
        self.account.counts["failed"] += 1
        at = self.crawl.current_time()
        failure = FetchFailure(self.source.id, entry.url, trouble.kind, trouble.reason, at, trouble.status)
        self.account.failures.append(self._judge_failure(entry, failure))

    def _judge_failure(self, entry: Entry, failure: FetchFailure) -> FetchFailure:
        """Return a failure with what it means: asked again, or lost."""
        return self.missed.judge_failure(entry, failure)

    # -- the account -------------------------------------------------------------------------------

    def _finish(self) -> None:
        if self.is_done:
            return
        self.is_done = True
        self.account.close(self.crawl.hosts)
        report = self.make_report()
        event = {
            "event": "source",
            "source": self.source.id,
            "result": report.result,
            "error": report.error,
        }
        self.crawl.on_event(event | self.account.counts)

    def stop(self, reason: str) -> None:
        """Account for a source that the crawl ended on.

        It is a bug, for in a crawl that finished no source is left.
        """
        self._trouble = self._trouble or Trouble("temporary", reason, "interrupted")
        self._finish()

    def stop_in_time(self) -> None:
        """Account for a source that was not done when the crawl's time was up.

        What came is kept, what did not is left for the next crawl.
        """
        if self.is_done:
            return
        # What is under way counts as left, like what waits.
        self.account.skip(self._under_way, "next_crawl")
        self._under_way = 0
        self._leave_for_next_time(0, "this one's time was up")
        self._trouble = self._trouble or self._unfinished()
        log.warning("source %s was not done in time: %s", self.source.id, self._trouble.reason)
        self._finish()

    def _unfinished(self) -> Trouble:
        """Return what a source did that was not done in time."""
        time = self.crawl.times.get(self.source.id)
        if time is None:
            return Trouble("temporary", "its turn did not come in this crawl", "interrupted")
        passed_s = self.crawl.passed_s() - time.began_s
        account = f"{time.answers} answers in {passed_s:.0f} s"
        if time.waited_s(self.crawl.passed_s()) >= _SLOW_SHARE * passed_s:
            return Trouble("temporary", f"too slow: {account}", "too_slow")
        # We kept pauses, or it shares its host with many others: it is not to blame.
        return Trouble("temporary", f"the crawl's time was up: {account}", "interrupted")

    def make_report(self) -> SourceReport:
        """Return the account of this source."""
        result: Literal["ok", "not_modified", "failed"] = "ok"
        error = None
        if self._trouble:
            result, error = "failed", self._trouble.reason
        elif self._is_not_modified:
            result = "not_modified"
        more_problems = []
        if self._moved_to is not None and self._trouble is None:
            more_problems.append(
                f"the listing has moved for good: write url: {self._moved_to} in the catalogue, "
                f"or let `maplewire sources move {self.source.id}` do it"
            )
        return self.account.make_report(result, error, more_problems)

    def new_state(self, *, is_network_down: bool) -> FeedState:
        """Return what to remember until the next poll.

        Times count from the crawl's start.
        """
        if self.source.id in self.crawl.job.pages_only:
            # Its listing was not asked for.
            return with_pages(self.state, self._poll_facts(None))
        failure = None
        if self._trouble is not None:
            failure = self._trouble.failure
            if is_network_down and self._trouble.may_be_our_network:
                failure = "own_network"
        after = self._keep_pause_of_host(self._state_after_poll(failure))
        return with_history(self.state, after, self._poll_facts(failure))

    def _state_after_poll(self, failure: FailureClass | None) -> FeedState:
        if self._trouble is not None and failure is not None:
            return self._state_after_failure(self._trouble, failure)
        if self._is_not_modified:
            return schedule.after_not_modified(
                self.state, self.source, now=self.crawl.job.now, validators=self._validators
            )
        return self._state_after_success()

    def _keep_pause_of_host(self, state: FeedState) -> FeedState:
        """Return a state whose next poll waits until the host wants to be asked.

        One page's "too many requests" speaks for its host, and so for every source on it.
        """
        if self._trouble is not None and self._trouble.retry_after_s:
            return state
        until = self.crawl.hosts.paused_until(self.source.url)
        if until is None:
            return state
        return schedule.after_pause_of_host(state, until, now=self.crawl.job.now)

    def _poll_facts(self, failure: FailureClass | None) -> PollFacts:
        """Return what this poll found, for the health of the source."""
        account = self.account
        entries: list[Entry] | None = None
        if failure is None and not self._is_not_modified:
            entries = []
            for feed in self._listings_that_came():
                entries += feed.entries
        common_page, led_there = self._common_pages.most_common()
        return PollFacts(
            now=self.crawl.job.now,
            failure=failure,
            entries=entries,
            is_whole=self._is_whole_listing(),
            moved_to=self._moved_to,
            left_out=account.all_left_out(),
            left_out_by=account.leading_rule(),
            pages_fetched=account.counts["fetched"],
            pages_failed=account.counts["failed"],
            page_error=account.last_page_error(),
            last_loss=account.last_loss(),
            common_page=common_page,
            led_to_common_page=led_there,
            problems=account.problems,
        )

    def _state_after_failure(self, trouble: Trouble, failure: FailureClass) -> FeedState:
        return schedule.after_failure(
            self.state,
            self.source,
            now=self.crawl.job.now,
            weight=schedule.failure_weight(failure),
            error=trouble.reason,
            retry_after_s=trouble.retry_after_s,
        )

    def _state_after_success(self) -> FeedState:
        feeds = self._listings_that_came()
        validators, body_hash = self._validators, self._body_hash
        if self._comes_back or not self.is_fully_described():
            # Without validators the next poll sees the whole listing.
            validators, body_hash = schedule.Validators(), None
        dates = []
        for feed in feeds:
            dates += [entry.published for entry in feed.entries if entry.published]
        listing = schedule.ListingSummary(
            entries=self.account.counts["entries"],
            known=self._known_in_listing,
            etag=validators.etag,
            last_modified=validators.last_modified,
            body_hash=body_hash,
            ttl_s=next((feed.ttl_s for feed in feeds if feed.ttl_s), None),
            newest=max(dates, default=None),
        )
        return schedule.after_success(self.state, self.source, listing, now=self.crawl.job.now)

    def _show_listing(self, feeds: Sequence[Feed], entries: Sequence[Entry]) -> None:
        """Report the first entries, for a person to look at."""
        title = next((feed.title for feed in feeds if feed.title), "")
        # A listing that failed is in no feed, so the first one may be missing.
        first = self._listings.get(self.source.url) or Feed(())
        shown = Feed(
            tuple(entries[: self.crawl.job.preview]),
            title=title,
            language=first.language,
            children=first.children[: self.crawl.job.preview],
            link_groups=first.link_groups,
        )
        self.crawl.on_event({"event": "listing", "source": self.source.id, "feed": shown})


def _date_of(entry: Entry) -> datetime:
    """Return what sorts entries by date; those without one count as the newest."""
    return entry.published or entry.updated or datetime.max.replace(tzinfo=UTC)
