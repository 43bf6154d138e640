"""The one spider of a crawl: it runs all sources in one engine.

So the limits per host hold for all sources together.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import StopDownload
from scrapy.extensions.corestats import CoreStats
from scrapy.http import Headers

from crawlers.guard import crawl_limits
from crawlers.model import (
    CrawlResult,
    FeedState,
    FetchFailure,
    Kind,
    PageRetry,
    PageValidators,
    SkippedEntry,
    Source,
    SourceReport,
)
from crawlers.spiders.answers import may_be_html
from crawlers.spiders.article_pages import ArticlePages
from crawlers.spiders.downloads import BoundedDownloads, PatientRetry
from crawlers.spiders.feed import FeedPages
from crawlers.spiders.job import CrawlSettings, Job
from crawlers.spiders.known_pages import KnownPages
from crawlers.spiders.packing import HonestPacking
from crawlers.spiders.redirects import LenientMetaRefresh, MendedRedirects, SourceCookies
from crawlers.spiders.robots import BoundedRobotParser, PoliteRobots, PoliteThrottle
from crawlers.spiders.section import SectionPages
from crawlers.spiders.shared_crawl import SharedCrawl
from crawlers.spiders.site_pages import SitePages
from crawlers.spiders.sitemap import SitemapPages

READERS: dict[Kind, type[ArticlePages]] = {
    "feed": FeedPages,
    "sitemap": SitemapPages,
    "section": SectionPages,
}

_PER_HOST = 2
_LONGEST_PAUSE_S = 10.0
#: A part is handed over when no source has come to its end for this share of the crawl's time so far, and for
#: so many seconds: those that are left are slower than the others.
_QUIET_SHARE = 0.2
_LEAST_QUIET_S = 1.0
#: Seconds between two looks whether it is time for a part.
_LOOK_S = 0.5
#: The places of Scrapy's own middlewares that ours replace.
_ROBOTS_ORDER = 100
_RETRY_ORDER = 550
_META_REFRESH_ORDER = 580
_PACKING_ORDER = 590
_REDIRECT_ORDER = 600
_COOKIES_ORDER = 700
#: Of Scrapy's own extensions, the one that notes how a crawl ended. The others are not even loaded: that took
#: a sixth of a crawl's CPU. One brings an HTTP server for commands from outside, one a console by telnet.
_EXTENSIONS = {CoreStats: 0}


def _reader_of(source: Source, job: Job) -> type[ArticlePages]:
    if job.requests:
        return KnownPages
    if job.is_search:
        return SitePages
    return READERS[source.kind]


class NewsSpider(scrapy.Spider):
    """Starts every source, which goes on by itself."""

    name = "news"

    def __init__(self, crawl: SharedCrawl) -> None:
        super().__init__()
        self.crawl = crawl
        self.sources: list[ArticlePages] = []
        for source in crawl.job.sources:
            self.sources.append(_reader_of(source, crawl.job)(source, crawl))
        self.bug: str | None = None
        #: Whether the crawl's time was up before all sources were done.
        self.is_late = False
        #: Ids of the sources whose state and report were handed over with a part.
        self._handed_over: set[str] = set()
        self._parts = 0
        self._done = 0
        #: When the last source came to its end, in seconds from the crawl's beginning.
        self._last_done_s = 0.0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NewsSpider:
        """Return the spider, connected to Scrapy's signals."""
        spider: NewsSpider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_headers, signal=signals.headers_received)
        crawler.signals.connect(spider.on_bug, signal=signals.spider_error)
        crawler.signals.connect(spider.watch_time, signal=signals.spider_opened)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Yield the first requests of all sources."""
        for source in self.sources:
            try:
                for request in source.first_requests():
                    yield request
            except ValueError as e:
                source.stop(f"url: {e}; correct it in the catalogue")

    def on_headers(self, headers: Headers, request: Request) -> None:
        """Stop the download of a film or a PDF.

        Its status and its type are enough to say what it is.
        """
        content_type = (headers.get("Content-Type") or b"").decode("latin-1")
        if request.meta.get("is_page") and not may_be_html(content_type):
            raise StopDownload(fail=False)

    def watch_time(self) -> None:
        """See to it that the crawl ends in time.

        Scrapy would wait for all requests under way, and for theirs to be queued.
        """
        # Imported late: the import itself installs a reactor.
        from twisted.internet import reactor

        # From here on our clock and that of the parent run together.
        self.crawl.start_clock()
        self.crawl.on_event({"event": "ready"})
        settings = self.crawl.job.settings
        any_reactor: Any = reactor
        any_reactor.callLater(settings.timeout_s - settings.handover_s, self._end_in_time)
        if self.crawl.job.in_parts:
            any_reactor.callLater(_LOOK_S, self._look_for_part)

    def _look_for_part(self) -> None:
        """Hand over what has come where only slow sources are left; look again later."""
        from twisted.internet import reactor

        done = []
        for source in self.sources:
            if source.is_done:
                done.append(source)
        now_s = self.crawl.passed_s()
        if len(done) > self._done:
            self._done = len(done)
            self._last_done_s = now_s
        quiet_s = max(_LEAST_QUIET_S, _QUIET_SHARE * now_s)
        is_quiet = now_s - self._last_done_s >= quiet_s
        if is_quiet and len(self._handed_over) < len(done) < len(self.sources):
            try:
                self._hand_over_part(done)
            except OSError as e:
                self.crawler.engine.close_spider(self, f"the batch cannot be written: {e}")
                return
        any_reactor: Any = reactor
        any_reactor.callLater(_LOOK_S, self._look_for_part)

    def _hand_over_part(self, done: Sequence[ArticlePages]) -> None:
        """Finish a batch with the pages so far.

        Its states and reports are those of the sources that are done.
        """
        self._parts += 1
        result = self._result_of(self._not_handed_over(done), f"{self.crawl.job.batch_id}-{self._parts}")
        path = self.crawl.writer.finish_part(result)
        for source in done:
            self._handed_over.add(source.source.id)
        event = {"event": "part", "path": str(path), "result_at": self.crawl.writer.result_at}
        self.crawl.on_event(event)

    def _not_handed_over(self, sources: Sequence[ArticlePages]) -> list[ArticlePages]:
        waiting = []
        for source in sources:
            if source.source.id not in self._handed_over:
                waiting.append(source)
        return waiting

    def _end_in_time(self) -> None:
        from twisted.internet import reactor

        self.is_late = True
        any_reactor: Any = reactor
        any_reactor.crash()

    def on_bug(self, failure: Any) -> None:
        """End the crawl after an error of our own."""
        self.bug = self.bug or failure.getTraceback()
        self.crawler.engine.close_spider(self, "bug")

    def make_result(self) -> CrawlResult:
        """Return what the crawl hands over, once it has finished, beside its parts."""
        for source in self.sources:
            if self.is_late:
                source.stop_in_time()
            elif not source.is_done:
                source.stop("the crawl ended before the source was done")
        return self._result_of(self._not_handed_over(self.sources), self.crawl.job.batch_id)

    def _result_of(self, sources: Sequence[ArticlePages], batch_id: str) -> CrawlResult:
        job = self.crawl.job
        failures: list[FetchFailure] = []
        unmodified: list[PageValidators] = []
        skipped: list[SkippedEntry] = []
        retries: list[PageRetry] = []
        for source in sources:
            failures += source.account.failures
            skipped += source.account.out_of_scope
            retries += source.missed.retries
            if isinstance(source, KnownPages):
                unmodified += source.unmodified
        return CrawlResult(
            batch_id=batch_id,
            started=job.now,
            # A crawl that took no time has an end after its beginning all the same.
            finished=max(self.crawl.current_time(), job.now + timedelta(microseconds=1)),
            states=self._new_states(sources),
            reports=self._reports(sources),
            failures=tuple(failures),
            pages=self.crawl.writer.pages,
            unmodified=tuple(page.url for page in unmodified),
            validators=tuple(unmodified),
            # What a listing of the past left out is not news.
            skipped=() if job.window else tuple(skipped),
            retries=tuple(retries),
            settled=tuple(sorted(self.crawl.settled)),
        )

    def _new_states(self, sources: Sequence[ArticlePages]) -> tuple[FeedState, ...]:
        job = self.crawl.job
        # Known pages come without a listing. What was found in the past says nothing of when a source
        # is due.
        if job.requests or job.window:
            return ()
        is_network_down = self.crawl.answers == 0
        return tuple(source.new_state(is_network_down=is_network_down) for source in sources)

    def _reports(self, sources: Sequence[ArticlePages]) -> tuple[SourceReport, ...]:
        # A report counts the entries of a listing.
        if self.crawl.job.requests:
            return ()
        reports = []
        for source in sources:
            reports.append(source.make_report())
        return tuple(reports)


def scrapy_settings(settings: CrawlSettings, sources: int) -> dict[str, Any]:
    """Return Scrapy's settings: polite, guarded, quiet."""
    limits = crawl_limits(settings.private_hosts, settings.answer_timeout_s)
    limits["DOWNLOADER_MIDDLEWARES"] |= {
        RobotsTxtMiddleware: None,
        PoliteRobots: _ROBOTS_ORDER,
        RedirectMiddleware: None,
        MendedRedirects: _REDIRECT_ORDER,
        CookiesMiddleware: None,
        SourceCookies: _COOKIES_ORDER,
        MetaRefreshMiddleware: None,
        HttpCompressionMiddleware: None,
        HonestPacking: _PACKING_ORDER,
        RetryMiddleware: None,
        PatientRetry: _RETRY_ORDER,
        LenientMetaRefresh: _META_REFRESH_ORDER,
    }
    limits["DOWNLOAD_HANDLERS"] |= {"http": BoundedDownloads, "https": BoundedDownloads}
    return limits | {
        "USER_AGENT": settings.user_agent,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_PARSER": BoundedRobotParser,
        "CONCURRENT_REQUESTS": max(16, min(2 * sources, 128)),
        "CONCURRENT_REQUESTS_PER_DOMAIN": _PER_HOST,  # by host:port, which is the guard's slot
        "DOWNLOAD_DELAY": settings.delay_s,
        "DOWNLOAD_DELAY_JITTER": 0.0,  # the delay is a promise, not an average
        "EXTENSIONS_BASE": _EXTENSIONS,
        "EXTENSIONS": {PoliteThrottle: 0},
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": settings.delay_s,
        "AUTOTHROTTLE_MAX_DELAY": max(_LONGEST_PAUSE_S, settings.delay_s),
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(_PER_HOST),
        "DOWNLOAD_VERIFY_CERTIFICATES": settings.verify_certificates,
        "COOKIES_ENABLED": True,  # for the sources that ask for it; see SourceCookies
        "REFERER_ENABLED": True,
        "REFERRER_POLICY": "no-referrer",
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        },
        "HTTPERROR_ALLOW_ALL": True,  # a status is for us to judge
        "RETRY_TIMES": 1,
        "RETRY_HTTP_CODES": [500, 502, 503, 504, 522, 524, 408],  # 429 asks us to stay away
        # A timeout has cost 30 s already and a name's address is kept: both wait for the next crawl.
        "RETRY_EXCEPTIONS": [
            "scrapy.exceptions.DownloadConnectionRefusedError",
            "scrapy.exceptions.DownloadFailedError",
            "scrapy.exceptions.ResponseDataLossError",
            "twisted.internet.error.ConnectError",
            "twisted.internet.error.ConnectionLost",
        ],
        "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        # Scrapy would read the source of our callback for each answer, to look for a mistake in it.
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
        # Scrapy would start 100 tasks for each answer, for what its callback yields: for us a request or two.
        "CONCURRENT_ITEMS": 1,
        "LOG_LEVEL": "WARNING",
        "LOG_FORMAT": "%(levelname)s %(name)s: %(message)s",
        "LOG_VERSIONS": [],
        "LOGSTATS_INTERVAL": 0,
        "STATS_DUMP": False,
        "REACTOR_THREADPOOL_MAXSIZE": 20,
    }
