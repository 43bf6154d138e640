"""RSS, Atom, RDF and JSON feeds."""

from __future__ import annotations

from scrapy.http import Response

from crawlers.model import Feed
from crawlers.spiders.article_pages import ArticlePages


class FeedPages(ArticlePages):
    """A source with one feed, which lists the newest articles."""

    async def read(self, response: Response) -> Feed:
        return await self.crawl.parser.parse(
            "feed",
            response.body,
            url=response.url,
            content_type=(response.headers.get("Content-Type") or b"").decode("latin-1"),
            timezone=self.source.timezone,
            now=self.crawl.job.now,
        )
