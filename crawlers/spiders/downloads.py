"""Downloads under a deadline, with the trust that a source asks for.

    request ─► PoliteRobots: may it be asked for? ─► BoundedDownloads: one exchange ─► answer
        ▲                                                                                │
        └──────────────────── a redirect or a retry: the same deadline ◄─────────────────┘

Scrapy bounds one exchange. A request is what comes of it: ten redirects of 28 s each are one request, and
so are its retries and the robots.txt that it waits for. What counts is the time that we wait for others; the
pauses that we keep for politeness do not.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from scrapy import Request, Spider
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from scrapy.settings import Settings

from crawlers.errors import RequestTooSlow
from crawlers.spiders.document_end import CUT_OFF, is_whole
from crawlers.spiders.exchange import LenientDownloads
from crawlers.spiders.trouble import asks_for_a_pause, retry_after_s, trouble_of_status

#: The key of a request's `meta` for the seconds that it has waited; redirects and retries take it over.
_WAITED = "waited_s"


class PatientRetry(RetryMiddleware):
    """Asks once more, but for a server that says when to come back."""

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002
    ) -> Request | Response:
        """Return the request for another try, or the answer."""
        if retry_after_s(response, crawl_of(self.crawler).current_time()):
            return response
        if CUT_OFF in response.flags and not is_whole(response.body):
            return self._retry(request, "the answer was cut off") or response
        return super().process_response(request, response)


class BoundedDownloads(BaseDownloadHandler):
    """Fetches over HTTP, in the time that its request has left.

    Connections whose certificate is not checked are kept apart from the others: one that was opened
    for a source that allows it must not serve a source that does not.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._checking = LenientDownloads(crawler)
        # Scrapy takes the choice from the settings alone.
        trusting = copy.copy(crawler)
        trusting.settings = Settings(dict(crawler.settings) | {"DOWNLOAD_VERIFY_CERTIFICATES": False})
        self._trusting = LenientDownloads(trusting)

    async def download_request(self, request: Request) -> Response:
        """Return the answer.

        Raises NotForNow for a host that has asked for a pause since the request was queued, RequestTooSlow
        when the request's time is up, and what Scrapy raises.
        """
        crawl = crawl_of(self.crawler)
        settings = crawl.job.settings
        crawl.hosts.check_open(request.url)
        left_s = settings.request_timeout_s - request.meta.get(_WAITED, 0.0)
        if left_s <= 0:
            raise RequestTooSlow(_explain(settings.request_timeout_s))
        request.meta["download_timeout"] = min(settings.answer_timeout_s, left_s)
        try:
            with waiting(self.crawler, request):
                response = await self._handler_of(request).download_request(request)
        except DownloadTimeoutError as e:
            if left_s <= settings.answer_timeout_s:
                raise RequestTooSlow(_explain(settings.request_timeout_s)) from e
            raise
        crawl.note_answer(request.meta.get("source_id"))
        trouble = trouble_of_status(response, crawl.current_time())
        if trouble is not None and asks_for_a_pause(trouble):
            crawl.hosts.pause(request.url, trouble)
        return response

    async def close(self) -> None:
        """Close the connections that are kept."""
        await self._checking.close()
        await self._trusting.close()

    def _handler_of(self, request: Request) -> LenientDownloads:
        """Return what fetches a request with its source's trust."""
        if request.meta.get("verify", True):
            return self._checking
        return self._trusting


def crawl_of(crawler: Crawler) -> Any:
    """Return what all sources of a crawl share."""
    # What a spider holds is ours: Scrapy knows nothing of it.
    return crawler.spider.crawl  # type: ignore[union-attr]


@contextmanager
def waiting(crawler: Crawler, request: Request) -> Iterator[None]:
    """Count what happens inside as the request's time, and as its source's."""
    source_id = request.meta.get("source_id")
    started = monotonic()
    try:
        if source_id is None:
            yield
        else:
            with crawl_of(crawler).waiting_for(source_id):
                yield
    finally:
        request.meta[_WAITED] = request.meta.get(_WAITED, 0.0) + monotonic() - started


def _explain(timeout_s: float) -> str:
    return f"no complete answer within {timeout_s:g} s, its redirects, retries and robots.txt included"
