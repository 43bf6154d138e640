"""News sitemaps, plain or behind an index, packed (.gz) or not."""

from __future__ import annotations

from scrapy.http import Response

from crawlers.model import Feed
from crawlers.spiders.article_pages import ArticlePages

_SITEMAPS_OF_AN_INDEX = 10
_SITEMAPS_OF_AN_ARCHIVE = 500


class SitemapPages(ArticlePages):
    """A source with a sitemap. Of an index, the newest sitemaps are read; the others are the archive, for a backfill."""

    async def read(self, response: Response) -> Feed:
        return await self.crawl.parser.parse(
            "sitemap",
            response.body,
            url=response.url,
            content_type=(response.headers.get("Content-Type") or b"").decode("latin-1"),
            timezone=self.source.timezone,
            now=self.crawl.job.now,
        )

    def further_limit(self) -> int:
        return _SITEMAPS_OF_AN_ARCHIVE if self.crawl.job.window else _SITEMAPS_OF_AN_INDEX

    def is_fully_described(self) -> bool:
        """An index may stay as it is while a sitemap that it names gets new entries."""
        return len(self._listings) == 1
