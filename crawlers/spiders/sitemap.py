"""News sitemaps, plain or behind an index, packed (.gz) or not."""

from __future__ import annotations

from scrapy.http import Response

from crawlers.model import Feed
from crawlers.spiders.answers import read_header
from crawlers.spiders.article_pages import ArticlePages

_SITEMAPS_OF_AN_INDEX = 10
#: For a backfill: the largest papers keep one sitemap a month.
_SITEMAPS_OF_AN_ARCHIVE = 500


class SitemapPages(ArticlePages):
    """A source with a sitemap.

    Of an index, the newest sitemaps are read; the others are the archive, for a backfill.
    """

    async def read_listing(self, response: Response) -> Feed:
        """Return the sitemap, or the sitemaps of an index.

        Raises FeedUnreadable.
        """
        return await self.crawl.parser.parse(
            "sitemap",
            response.body,
            url=response.url,
            content_type=read_header(response, "Content-Type"),
            timezone=self.source.timezone,
            now=self.crawl.job.now,
        )

    def further_limit(self) -> int:
        """Return how many sitemaps of an index are read."""
        if self.crawl.job.window:
            return _SITEMAPS_OF_AN_ARCHIVE
        return _SITEMAPS_OF_AN_INDEX

    def is_fully_described(self) -> bool:
        """Tell whether the listing was one sitemap.

        An index may stay as it is while a sitemap that it names gets new entries.
        """
        return len(self.poll.listings) == 1
