"""RSS, Atom, RDF and JSON feeds."""

from __future__ import annotations

from scrapy.http import Response

from crawlers.model import Feed
from crawlers.spiders.answers import read_header
from crawlers.spiders.article_pages import ArticlePages


class FeedPages(ArticlePages):
    """A source with one feed, which lists the newest articles."""

    async def read_listing(self, response: Response) -> Feed:
        """Return the feed. Raises FeedUnreadable."""
        return await self.crawl.parser.parse(
            "feed",
            response.body,
            url=response.url,
            content_type=read_header(response, "Content-Type"),
            timezone=self.source.timezone,
            now=self.crawl.job.now,
        )
