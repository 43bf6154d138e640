"""Pages that we have, fetched again without their listing."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy import Request
from scrapy.http import Response

from crawlers.model import Entry, Feed, FetchFailure, PageRequest, PageValidators, Source
from crawlers.spiders.answers import read_validator
from crawlers.spiders.article_pages import ArticlePages
from crawlers.spiders.shared_crawl import SharedCrawl
from crawlers.urls import canonical_url


class KnownPages(ArticlePages):
    """The known pages of one source.

    Its listing is not asked for, and its feed state stays as it is.
    """

    def __init__(self, source: Source, crawl: SharedCrawl) -> None:
        super().__init__(source, crawl)
        self._page_requests: dict[str, PageRequest] = {
            request.url: request for request in crawl.job.requests if request.source_id == source.id
        }
        #: The pages that are as they were, with what the next requests send back.
        self.unmodified: list[PageValidators] = []

    def first_requests(self) -> Iterator[Request]:
        """Yield the requests for the first pages."""
        self.account.counts["entries"] = len(self._page_requests)
        for url, page_request in self._page_requests.items():
            self.queue.add([page_request.entry or Entry(url)])
        yield from self._next_pages()

    async def read_listing(self, response: Response) -> Feed:
        """Raise AssertionError: no listing is asked for."""
        raise AssertionError(f"{response.url}: a known page has no listing")

    def _page_request(self, entry: Entry) -> Request | None:
        request = super()._page_request(entry)
        if request is None:
            return None
        known = self._page_requests[entry.url]
        for name, value in (("If-None-Match", known.etag), ("If-Modified-Since", known.last_modified)):
            # Stored values come from other people's servers: a line break in one would be a new header.
            if value and value.isprintable():
                request.headers[name] = value.encode("latin-1", "ignore")
        return request

    def _is_in_batch(self, address: str, entry: Entry) -> bool:
        # Sites send all that they delete to one page. A page that leads to another is an answer of its
        # own, so it is kept although others led there.
        return super()._is_in_batch(address, entry) and canonical_url(entry.url) == address

    def _judge_failure(self, entry: Entry, failure: FetchFailure) -> FetchFailure:  # noqa: ARG002
        # Whoever asks for known pages knows himself when to ask again.
        return failure

    def on_page(self, response: Response, entry: Entry) -> Iterator[Request]:
        """Take one page, or the news that it was not modified."""
        known = self._page_requests[entry.url]
        if response.status == 304 and (known.etag or known.last_modified):
            self.crawl.answers += 1
            self._note_end_of_page(entry)
            self.account.counts["known"] += 1
            self.unmodified.append(_renewed(known, response))
            yield from self._next_pages()
        else:
            yield from super().on_page(response, entry)


def _renewed(known: PageRequest, response: Response) -> PageValidators:
    """Return the validators after "not modified", which may bring new ones.

    See RFC 9110, section 15.4.5.
    """
    etag = read_validator(response, "ETag") or known.etag
    last_modified = read_validator(response, "Last-Modified") or known.last_modified
    return PageValidators(known.url, etag, last_modified)
