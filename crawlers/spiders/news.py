"""The one spider of a crawl: it runs all sources in one engine, so that limits per host hold for all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Headers

from crawlers.guard import crawl_limits
from crawlers.model import CrawlResult, Kind
from crawlers.spiders.article_pages import ArticlePages, Crawl, may_be_html
from crawlers.spiders.feed import FeedPages
from crawlers.spiders.job import CrawlSettings
from crawlers.spiders.known import KnownPages
from crawlers.spiders.section import SectionPages
from crawlers.spiders.sitemap import SitemapPages

READERS: dict[Kind, type[ArticlePages]] = {
    "feed": FeedPages,
    "sitemap": SitemapPages,
    "section": SectionPages,
}

_PER_HOST = 2
_LONGEST_PAUSE_S = 10.0


class NewsSpider(scrapy.Spider):
    """Asks every source for its listing and lets it go on from there."""

    name = "news"

    def __init__(self, crawl: Crawl) -> None:
        super().__init__()
        self.crawl = crawl
        job = crawl.job
        self.sources: Sequence[ArticlePages] = [
            KnownPages(s, crawl) if job.requests else READERS[s.kind](s, crawl) for s in job.sources
        ]
        self.bug: str | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NewsSpider:
        spider: NewsSpider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_headers, signal=signals.headers_received)
        crawler.signals.connect(spider.on_bug, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for source in self.sources:
            try:
                for request in source.first_requests():
                    yield request
            except ValueError as e:
                source.stop(f"url: {e}; correct it in the catalogue")

    def on_headers(self, headers: Headers, request: Request) -> None:
        """Spare ourselves the body of a film or a PDF; its status and type are enough to say what it is."""
        kind = (headers.get("Content-Type") or b"").decode("latin-1")
        if request.meta.get("is_page") and not may_be_html(kind):
            raise StopDownload(fail=False)

    def on_bug(self, failure: Any) -> None:
        """End the crawl: after an error of our own the accounts cannot be trusted."""
        self.bug = self.bug or failure.getTraceback()
        self.crawler.engine.close_spider(self, "bug")

    def result(self) -> CrawlResult:
        """Return what the crawl hands over, once it has finished."""
        for source in self.sources:
            if not source.is_done:
                source.stop("the crawl ended before the source was done")
        job = self.crawl.job
        if job.requests:
            return self._result_of_looks()
        is_network_down = self.crawl.answers == 0
        return CrawlResult(
            batch_id=job.batch_id,
            started=job.now,
            finished=max(self.crawl.now(), job.now + timedelta(microseconds=1)),
            # What was found in the past says nothing of when a source is due.
            states=()
            if job.window
            else tuple(source.new_state(is_network_down=is_network_down) for source in self.sources),
            reports=tuple(source.report() for source in self.sources),
            failures=tuple(failure for source in self.sources for failure in source.failures),
            pages=self.crawl.writer.pages,
        )

    def _result_of_looks(self) -> CrawlResult:
        """Return what a second look hands over: no state and no report, since no listing was asked for."""
        job = self.crawl.job
        known = [source for source in self.sources if isinstance(source, KnownPages)]
        return CrawlResult(
            batch_id=job.batch_id,
            started=job.now,
            finished=max(self.crawl.now(), job.now + timedelta(microseconds=1)),
            states=(),
            reports=(),
            failures=tuple(failure for source in known for failure in source.failures),
            pages=self.crawl.writer.pages,
            unmodified=tuple(url for source in known for url in source.unmodified),
        )


def scrapy_settings(settings: CrawlSettings, sources: int) -> dict[str, Any]:
    """Return Scrapy's settings for a crawl of so many sources: polite, guarded, quiet."""
    return crawl_limits(settings.private_hosts, settings.answer_timeout_s) | {
        "USER_AGENT": settings.user_agent,
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": max(16, min(2 * sources, 128)),
        "CONCURRENT_REQUESTS_PER_DOMAIN": _PER_HOST,  # by host:port, which is the guard's slot
        "DOWNLOAD_DELAY": settings.delay_s,
        "DOWNLOAD_DELAY_JITTER": 0.0,  # the delay is a promise, not an average
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": settings.delay_s,
        "AUTOTHROTTLE_MAX_DELAY": max(_LONGEST_PAUSE_S, settings.delay_s),
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(_PER_HOST),
        "DOWNLOAD_VERIFY_CERTIFICATES": settings.verify_certificates,
        "COOKIES_ENABLED": False,
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
        "CLOSESPIDER_TIMEOUT": max(1.0, settings.timeout_s - min(5.0, settings.timeout_s / 4)),
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_LEVEL": "WARNING",
        "LOG_FORMAT": "%(levelname)s %(name)s: %(message)s",
        "LOG_VERSIONS": [],
        "LOGSTATS_INTERVAL": 0,
        "STATS_DUMP": False,
        "REACTOR_THREADPOOL_MAXSIZE": 20,
    }
