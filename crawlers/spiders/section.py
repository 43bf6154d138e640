"""Section pages: lists of articles on sites without a feed."""

from __future__ import annotations

from typing import Any

from cssselect import SelectorError
from scrapy.http import HtmlResponse, Response

from crawlers.errors import FeedUnreadable, PermanentError
from crawlers.model import Entry, Feed
from crawlers.spiders.article_pages import ArticlePages
from crawlers.urls import canonical_url, join

_LINK_LIMIT = 2000
_TITLE_CHARS = 300
_PROBLEM_LINES = 10


class SectionPages(ArticlePages):
    """A source whose articles are the links that `links` selects."""

    def further_limit(self) -> int:
        """Return how many following pages are read."""
        return self.source.max_pages - 1

    async def read_listing(self, response: Response) -> Feed:
        """Return the links of one page, and the page that follows it.

        Raises FeedUnreadable for what is no web page, PermanentError for a wrong selector.
        """
        if not isinstance(response, HtmlResponse):
            raise FeedUnreadable(f"the section is no web page but {type(response).__name__}")
        base = _base_address(response)
        problems: list[str] = []
        entries: dict[str, Entry] = {}
        for found in _select_elements(response, self.source.links or "a", "links")[:_LINK_LIMIT]:
            href, title = _read_link(found)
            if not href:
                continue
            try:
                url = join(base, href)
                entries.setdefault(canonical_url(url), Entry(url, title=title))
            except PermanentError as e:
                problems.append(str(e))
        return Feed(
            tuple(entries.values()),
            children=self._next_page(response, base),
            problems=tuple(problems[:_PROBLEM_LINES]),
        )

    def goes_on(self, feed: Feed) -> bool:
        """Tell whether a page lists anything new."""
        return any(canonical_url(entry.url) not in self.crawl.known for entry in feed.entries)

    def _next_page(self, response: Response, base: str) -> tuple[str, ...]:
        if not self.source.next_page:
            return ()
        for found in _select_elements(response, self.source.next_page, "next_page"):
            href, _title = _read_link(found)
            if href:
                return (join(base, href),)
        return ()


def _select_elements(response: Response, selector: str, field: str) -> Any:
    """Return what a CSS selector or an XPath finds."""
    try:
        if selector.startswith(("/", "(")):
            return response.xpath(selector)
        return response.css(selector)
    except (ValueError, SelectorError) as e:
        raise PermanentError(f"{field}: {selector!r} is neither a CSS selector nor an XPath: {e}") from e


def _read_link(found: Any) -> tuple[str, str]:
    """Return the address and the text of what a selector found.

    That may be a link, an element with a link in it, or the address itself.
    """
    if isinstance(found.root, str):
        # An XPath or CSS that ends in the attribute.
        return found.root.strip(), ""
    anchor = found
    if found.root.tag != "a":
        anchor = (found.css("a[href]") or [found])[0]
    href = (anchor.attrib.get("href") or "").strip()
    text = " ".join("".join(anchor.root.itertext()).split())
    title = text or anchor.attrib.get("title") or ""
    return href, title[:_TITLE_CHARS]


def _base_address(response: HtmlResponse) -> str:
    """Return the address that links are relative to."""
    href = response.css("head base::attr(href)").get()
    if not href:
        return response.url
    try:
        return join(response.url, href)
    except PermanentError:
        return response.url
