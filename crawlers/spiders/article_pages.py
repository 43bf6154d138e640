"""The base of all sources: from a listing to new pages.

    listing(s) ─► entries ─► select: known │ skipped │ to fetch ─► pages ─► batch
                                                              └─► failures

A source asks for two pages at a time and for the next when one has come. So no source's backlog
stands in the way of another's, and a crawl that runs out of time has little under way.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
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
    Feed,
    FeedState,
    FetchFailure,
    Page,
    Source,
    SourceReport,
)
from crawlers.selection import Selection, select
from crawlers.spiders.answers import read_headers, trouble_of_answer, why_no_page
from crawlers.spiders.common_pages import CommonPages
from crawlers.spiders.crawl_account import CrawlAccount, left_for_the_next_crawl
from crawlers.spiders.former_addresses import FormerAddresses
from crawlers.spiders.listing_poll import ListingPoll
from crawlers.spiders.missed_pages import MissedPagesOfSource
from crawlers.spiders.page_queue import PageQueue
from crawlers.spiders.shared_crawl import SharedCrawl
from crawlers.spiders.state_after_poll import StateAfterPoll
from crawlers.spiders.trouble import COOKIE_LOST, CookieNeeded, FetchTrouble, trouble_of_exception
from crawlers.urls import canonical_url

log = logging.getLogger(__name__)

_PAGES_AT_ONCE = 2
#: Listings go before pages, so that all sources have theirs early.
_LISTING_PRIORITY = 10
#: Of the time that a source was asked, so much waiting for it makes it slow. A site that answers at once is
#: waited for in a tenth of the time: the rest are our own pauses.
_SLOW_SHARE = 0.5
_REASON_CHARS = 300


class ArticlePages(ABC):
    """One source in one crawl.

    Subclasses say how its listing is read.
    """

    def __init__(self, source: Source, crawl: SharedCrawl) -> None:
        self.source = source
        self.crawl = crawl
        self.state = crawl.job.states.get(source.id) or FeedState(source.id)
        self.account = CrawlAccount(source.id)
        self.is_done = False
        self.poll = ListingPoll(source, self.state, self.account.problems)
        self.queue = PageQueue(crawl.job.settings.page_limit_per_source)
        self._common_pages = CommonPages()
        self._under_way = 0
        self._former = FormerAddresses()
        #: Addresses as listed of entries that are fetched though the scope leaves them out.
        self._scope_sample: frozenset[str] = frozenset()
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

    def why_empty(self) -> FetchTrouble | None:
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
        return self._listing_request(self.source.url, self.poll.conditional_headers())

    async def on_listing(self, response: Response, listing_url: str) -> AsyncIterator[Request]:
        """Take one listing; yield the requests that follow."""
        self.crawl.answers += 1
        self.account.wrong_answers.update(response.flags)
        self.poll.note_answer(response, listing_url)
        if listing_url == self.source.url and self.poll.is_unchanged(response):
            for request in self._ask_missed_pages():
                yield request
            return
        feed = None
        trouble = trouble_of_answer(response, listing_url, self.crawl.current_time())
        if trouble is None:
            feed = await self._read_or_fail(response, listing_url)
        else:
            self.poll.note_failure(listing_url, trouble, response.url)
        for request in self._requests_after(listing_url, feed):
            yield request

    def on_listing_error(self, failure: Any) -> Iterator[Request]:
        """Note a listing that failed; go on with the others."""
        listing_url = failure.request.cb_kwargs["listing_url"]
        self.poll.note_failure(listing_url, trouble_of_exception(failure.value))
        yield from self._requests_after(listing_url, None)

    async def _read_or_fail(self, response: Response, listing_url: str) -> Feed | None:
        try:
            return await self.read_listing(response)
        except CrawlError as e:
            self.poll.note_failure(listing_url, trouble_of_exception(e), response.url)
        except Exception as e:
            # A bug of a reader concerns this source alone; the others go on.
            log.exception("source %s: the listing made its reader fail", self.source.id)
            reason = f"the listing made its reader fail: {e!r}"
            trouble = FetchTrouble("permanent", reason[:_REASON_CHARS], "unreadable")
            self.poll.note_failure(listing_url, trouble, response.url)
        return None

    def _requests_after(self, listing_url: str, feed: Feed | None) -> Iterator[Request]:
        """Go on to further listings, then to the pages."""
        self.poll.listings[listing_url] = feed
        if self.poll.trouble is not None:
            self._finish()
            return
        if feed is not None:
            yield from self._further_listings(feed)
        self.poll.listings_to_come -= 1
        if self.poll.listings_to_come == 0:
            self._choose_entries()
            yield from self._next_pages()

    def _further_listings(self, feed: Feed) -> Iterator[Request]:
        for position, url in enumerate(feed.children):
            if len(self.poll.listings) > self.further_limit() or self._why_no_more_requests():
                self.poll.note_unread(feed, position)
                break
            if url not in self.poll.listings and self.goes_on(feed):
                self.poll.expect(url)
                yield self._listing_request(url, {})

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

    # -- the choice of pages -----------------------------------------------------------------------

    def _choose_entries(self) -> None:
        """Decide which entries are asked for."""
        for feed in self.poll.came():
            self.account.problems += feed.problems
        entries = self.poll.entries()
        if schedule.has_lost_its_entries(self.state, len(entries)):
            reason = f"the listing is empty; it had {self.state.entries_last} entries at the last good poll"
            self.poll.trouble = FetchTrouble("permanent", reason, "emptied")
            return
        if not entries:
            self.poll.trouble = self.why_empty()
            if self.poll.trouble is not None:
                return
        try:
            selection = self._select_entries(entries)
        except CatalogueError as e:
            self.poll.trouble = FetchTrouble("permanent", str(e), "refused")
            return
        self._former.choose(selection.former)
        self._scope_sample = selection.scope_sample
        self.account.scope_sample = len(selection.scope_sample) + selection.known_sample
        self.poll.known = selection.known + selection.skipped_for.get("asked_later", 0)
        dropped = self.missed.take_dropped(selection.addresses, is_whole=self._is_whole_listing())
        self.account.counts |= {"entries": len(entries) + len(dropped), "known": selection.known}
        for reason, number in selection.skipped_for.items():
            self.account.skip(number, reason)
        self.account.note_out_of_scope(selection.out_of_scope, self.crawl.current_time())
        self.queue.add(dropped)
        self._note_left_out(self.queue.add_news(selection.to_fetch), "more than one crawl takes")
        # Old entries too, as far as one crawl has room. The others are no news and left out for good:
        # `backfill` fetches them.
        self.account.skip(self.queue.add_baseline(selection.baseline), "too_old")
        if self.is_trial():
            self._show_listing(entries)

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
        return self.is_fully_described() and self.poll.has_all()

    def _ask_missed_pages(self) -> Iterator[Request]:
        """Ask for what is due of a listing that is as it was."""
        self.poll.is_not_modified = True
        due, waiting = self.missed.take_listed()
        self.account.counts["entries"] += len(due) + waiting
        self.account.skip(waiting, "asked_later")
        self.queue.add(due)
        yield from self._next_pages()

    def _leave_all(self, why: str) -> None:
        """Leave all entries that wait for the next crawl."""
        self._note_left_out(self.queue.keep_first(0), why)

    def _note_left_out(self, number: int, why: str) -> None:
        """Note that entries are left for the next crawl."""
        if number == 0:
            return
        self.account.skip(number, "next_crawl")
        self.poll.comes_back = True
        # Of a trial nothing is kept, so nothing is left either.
        if not self.is_trial():
            self.account.problems.append(left_for_the_next_crawl(number, why))

    def _leave_entry(self, reason: str) -> None:
        """Leave one entry for the next crawl; the account tells how many."""
        self.account.leave_one(reason)
        self.poll.comes_back = True

    # -- the pages ---------------------------------------------------------------------------------

    def _next_pages(self) -> Iterator[Request]:
        if self.is_trial() and self.account.counts["fetched"]:
            self._leave_all("one page shows that the source works")
        reason = self._why_no_more_requests()
        if reason is not None:
            self._note_slowness()
            self._leave_all(reason)
        # A second page is only tried where the first one does not come.
        at_once = 1 if self.is_trial() else _PAGES_AT_ONCE
        while self.queue and self._under_way < at_once:
            entry = self.queue.take()
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
        if self.queue and unfinished.failure == "too_slow":
            self.poll.trouble = self.poll.trouble or unfinished

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
            is_scope_sample=entry.url in self._scope_sample,
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

    def _add_page_failure(self, entry: Entry, trouble: FetchTrouble) -> None:
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
        self.poll.trouble = self.poll.trouble or FetchTrouble("temporary", reason, "interrupted")
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
        self._leave_all("this one's time was up")
        self.poll.trouble = self.poll.trouble or self._unfinished()
        log.warning("source %s was not done in time: %s", self.source.id, self.poll.trouble.reason)
        self._finish()

    def _unfinished(self) -> FetchTrouble:
        """Return what a source did that was not done in time."""
        time = self.crawl.times.get(self.source.id)
        if time is None:
            return FetchTrouble("temporary", "its turn did not come in this crawl", "interrupted")
        passed_s = self.crawl.passed_s() - time.began_s
        answers = "1 answer" if time.answers == 1 else f"{time.answers} answers"
        account = f"{answers} in {passed_s:.0f} s"
        if time.waited_s(self.crawl.passed_s()) >= _SLOW_SHARE * passed_s:
            return FetchTrouble("temporary", f"too slow: {account}", "too_slow")
        # We kept pauses, or it shares its host with many others: it is not to blame.
        return FetchTrouble("temporary", f"the crawl's time was up: {account}", "interrupted")

    def make_report(self) -> SourceReport:
        """Return the account of this source."""
        result: Literal["ok", "not_modified", "failed"] = "ok"
        error = None
        if self.poll.trouble:
            result, error = "failed", self.poll.trouble.reason
        elif self.poll.is_not_modified:
            result = "not_modified"
        more_problems = []
        if self.poll.moved_to is not None and self.poll.trouble is None:
            more_problems.append(
                f"the listing has moved for good: write url: {self.poll.moved_to} in the catalogue, "
                f"or let `maplewire sources move {self.source.id}` do it"
            )
        return self.account.make_report(result, error, more_problems)

    def new_state(self, *, is_network_down: bool) -> FeedState:
        """Return what to remember until the next poll."""
        after = StateAfterPoll(
            self.source,
            self.crawl,
            self.poll,
            self.account,
            self._common_pages,
            is_fully_described=self.is_fully_described(),
        )
        if self.source.id in self.crawl.job.pages_only:
            return after.without_listing()
        return after.with_listing(is_network_down=is_network_down)

    def _show_listing(self, entries: Sequence[Entry]) -> None:
        """Report the first entries, for a person to look at."""
        title = next((feed.title for feed in self.poll.came() if feed.title), "")
        # A listing that failed is in no feed, so the first one may be missing.
        first = self.poll.first()
        shown = Feed(
            tuple(entries[: self.crawl.job.preview]),
            title=title,
            language=first.language,
            children=first.children[: self.crawl.job.preview],
            link_groups=first.link_groups,
        )
        self.crawl.on_event({"event": "listing", "source": self.source.id, "feed": shown})
