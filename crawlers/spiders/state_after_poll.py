"""What is remembered of a source until its next poll, its health included."""

from __future__ import annotations

from crawlers import schedule
from crawlers.model import Entry, FailureClass, FeedState, Source
from crawlers.poll_history import PollFacts, with_history, with_pages
from crawlers.spiders.common_pages import CommonPages
from crawlers.spiders.crawl_account import CrawlAccount
from crawlers.spiders.listing_poll import ListingPoll
from crawlers.spiders.shared_crawl import SharedCrawl


class StateAfterPoll:
    """Makes the state of a source after a crawl.

    Times count from the crawl's start.
    """

    def __init__(
        self,
        source: Source,
        crawl: SharedCrawl,
        poll: ListingPoll,
        account: CrawlAccount,
        common_pages: CommonPages,
        *,
        is_fully_described: bool,
    ) -> None:
        self._source = source
        self._now = crawl.job.now
        self._hosts = crawl.hosts
        self._before = crawl.job.states.get(source.id) or FeedState(source.id)
        self._poll = poll
        self._account = account
        self._common_pages = common_pages
        #: Whether the first listing speaks for all of them.
        self._is_fully_described = is_fully_described

    def without_listing(self) -> FeedState:
        """Return the state where only missed pages were asked for."""
        return with_pages(self._before, self._poll_facts(None))

    def with_listing(self, *, is_network_down: bool) -> FeedState:
        """Return the state where the listing was asked for."""
        trouble = self._poll.trouble
        failure = None
        if trouble is not None:
            failure = trouble.failure
            if is_network_down and trouble.may_be_our_network:
                failure = "own_network"
        after = self._keep_pause_of_host(self._scheduled(failure))
        return with_history(self._before, after, self._poll_facts(failure))

    def _scheduled(self, failure: FailureClass | None) -> FeedState:
        """Return the state with the time of the next poll."""
        trouble = self._poll.trouble
        if trouble is not None and failure is not None:
            return schedule.after_failure(
                self._before,
                self._source,
                now=self._now,
                weight=schedule.failure_weight(failure),
                error=trouble.reason,
                retry_after_s=trouble.retry_after_s,
            )
        if self._poll.is_not_modified:
            return schedule.after_not_modified(
                self._before, self._source, now=self._now, validators=self._poll.validators
            )
        listing = self._poll.summary(
            self._account.counts["entries"], is_fully_described=self._is_fully_described
        )
        return schedule.after_success(self._before, self._source, listing, now=self._now)

    def _keep_pause_of_host(self, state: FeedState) -> FeedState:
        """Return a state whose next poll waits until the host wants to be asked.

        One page's "too many requests" speaks for its host, and so for every source on it.
        """
        trouble = self._poll.trouble
        if trouble is not None and trouble.retry_after_s:
            return state
        until = self._hosts.paused_until(self._source.url)
        if until is None:
            return state
        return schedule.after_pause_of_host(state, until, now=self._now)

    def _poll_facts(self, failure: FailureClass | None) -> PollFacts:
        """Return what this poll found, for the health of the source."""
        account = self._account
        entries: list[Entry] | None = None
        if failure is None and not self._poll.is_not_modified:
            entries = []
            for feed in self._poll.came():
                entries += feed.entries
        common_page, led_there = self._common_pages.most_common()
        return PollFacts(
            now=self._now,
            failure=failure,
            entries=entries,
            is_whole=self._is_fully_described and self._poll.has_all(),
            moved_to=self._poll.moved_to,
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
