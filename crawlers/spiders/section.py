"""Section pages: lists of articles on sites without a feed."""

from __future__ import annotations

from scrapy.http import HtmlResponse, Response

from crawlers.errors import FeedUnreadable
from crawlers.model import Feed
from crawlers.spiders.answers import read_header
from crawlers.spiders.article_pages import ArticlePages
from crawlers.spiders.trouble import FetchTrouble
from crawlers.urls import canonical_url


class SectionPages(ArticlePages):
    """A source whose articles are the links that `links` selects."""

    def further_limit(self) -> int:
        """Return how many following pages are read."""
        return self.source.max_pages - 1

    async def read_listing(self, response: Response) -> Feed:
        """Return the links of one page, and the page that follows it.

        Raises FeedUnreadable for what is no web page, and for a wrong selector.
        """
        if not isinstance(response, HtmlResponse):
            raise FeedUnreadable(f"the section is no web page but {type(response).__name__}")
        return await self.crawl.parser.parse(
            "section",
            response.body,
            url=response.url,
            content_type=read_header(response, "Content-Type"),
            links=self.source.links,
            next_page=self.source.next_page,
            with_groups=self.is_trial(),
        )

    def why_empty(self) -> FetchTrouble | None:
        """Return that the selector finds nothing: a section page always lists articles."""
        if self.crawl.job.preview:
            # Who tries a source is shown what the page has instead.
            return None
        reason = "the page has no links"
        if self.source.links is not None:
            reason = f"links: “{self.source.links}” finds no link on the page"
        return FetchTrouble("permanent", reason, "no_links")

    def goes_on(self, feed: Feed) -> bool:
        """Tell whether a page lists anything new."""
        return any(canonical_url(entry.url) not in self.crawl.known for entry in feed.entries)
