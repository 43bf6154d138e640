"""Pages that we have already, looked at again without their listing."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy import Request
from scrapy.http import Response

from crawlers.model import Entry, Feed, PageRequest, Source
from crawlers.spiders.article_pages import ArticlePages, Crawl
from crawlers.urls import canonical_url


class KnownPages(ArticlePages):
    """The known pages of one source. Its listing is not asked for, and its feed state stays as it is."""

    def __init__(self, source: Source, crawl: Crawl) -> None:
        super().__init__(source, crawl)
        self._asked: dict[str, PageRequest] = {
            request.url: request for request in crawl.job.requests if request.source_id == source.id
        }
        self.unmodified: list[str] = []

    def first_requests(self) -> Iterator[Request]:
        self._counts["entries"] = len(self._asked)
        self._waiting.extend(request.entry or Entry(url) for url, request in self._asked.items())
        yield from self._next_pages()

    async def read(self, response: Response) -> Feed:
        raise AssertionError(f"{response.url}: a known page has no listing")

    def _page_request(self, entry: Entry) -> Request | None:
        request = super()._page_request(entry)
        known = self._asked[entry.url]
        if request is not None:
            for name, value in (("If-None-Match", known.etag), ("If-Modified-Since", known.last_modified)):
                if value and value.isprintable():
                    request.headers[name] = value.encode("latin-1", "ignore")
        return request

    def _is_kept(self, address: str, entry: Entry) -> bool:
        """A page that leads to another is an answer of its own, though others led there: sites send all that they delete to one."""
        return super()._is_kept(address, entry) and canonical_url(entry.url) == address

    def on_page(self, response: Response, entry: Entry) -> Iterator[Request]:
        known = self._asked[entry.url]
        if response.status == 304 and (known.etag or known.last_modified):
            self.crawl.answers += 1
            self._under_way -= 1
            self._counts["known"] += 1
            self.unmodified.append(entry.url)
            yield from self._next_pages()
        else:
            yield from super().on_page(response, entry)
