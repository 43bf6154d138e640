"""A site that somebody wants to follow: which listings does it name?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse, Response

from crawlers.model import Entry, Feed, Kind, SiteLook
from crawlers.spiders.answers import read_header
from crawlers.spiders.article_pages import ArticlePages


class SitePages(ArticlePages):
    """One address of a site, and the site's robots.txt. No article is fetched."""

    #: Where the address led to, and its robots.txt.
    _found_at: str | None = None
    _robots_url: str | None = None
    #: What the address is, None for a page.
    _kind: Kind | None = None

    async def read_listing(self, response: Response) -> Feed:
        """Return what a page, a feed or a robots.txt names.

        Raises FeedUnreadable for an answer that is none of them.
        """
        if self._robots_url is not None:
            return await self.crawl.parser.parse("robots", response.body, url=response.url)
        self._found_at = response.url
        content_type = read_header(response, "Content-Type")
        if isinstance(response, HtmlResponse):
            return await self.crawl.parser.parse(
                "site", response.body, url=response.url, content_type=content_type
            )
        listing = await self.crawl.parser.parse(
            "feed",
            response.body,
            url=response.url,
            content_type=content_type,
            timezone=self.source.timezone,
            now=self.crawl.job.now,
        )
        # Of the readers' answers only that of an index has listings of its own.
        is_sitemap = bool(listing.children) or "sitemap" in urlsplit(response.url).path.lower()
        self._kind = "sitemap" if is_sitemap else "feed"
        return listing

    def _further_listings(self, feed: Feed) -> Iterator[Request]:  # noqa: ARG002 - tried later
        if self._robots_url is not None or self._found_at is None:
            return
        self._robots_url = urljoin(self._found_at, "/robots.txt")
        self.poll.expect(self._robots_url)
        request = self._listing_request(self._robots_url, {})
        # Nobody forbids to read the file that forbids.
        request.meta["dont_obey_robotstxt"] = True
        yield request

    def _show_listing(self, entries: Sequence[Entry]) -> None:  # noqa: ARG002
        page = self.poll.first()
        robots = self.poll.listings.get(self._robots_url or "") or Feed(())
        look = SiteLook(
            url=self._found_at or self.source.url,
            title=page.title,
            language=page.language,
            kind=self._kind,
            feeds=page.children if self._kind is None else (),
            sitemaps=robots.children,
            link_groups=page.link_groups,
        )
        self.crawl.on_event({"event": "site", "source": self.source.id, "site": look})
