"""Section pages: a publisher's own list of articles, for sites without a usable feed."""

from __future__ import annotations

from typing import Any

from cssselect import SelectorError
from scrapy.http import HtmlResponse, Response

from crawlers.errors import FeedUnreadable, PermanentError
from crawlers.model import Entry, Feed
from crawlers.spiders.article_pages import ArticlePages
from crawlers.urls import canonical_url, join

_LINK_LIMIT = 2000
_TITLE_LIMIT = 300


class SectionPages(ArticlePages):
    """A source whose articles are the links that `links` selects, page after page."""

    def further_limit(self) -> int:
        return self.source.max_pages - 1

    async def read(self, response: Response) -> Feed:
        if not isinstance(response, HtmlResponse):
            raise FeedUnreadable(f"the section is no web page but {type(response).__name__}")
        base = _base(response)
        problems: list[str] = []
        entries: dict[str, Entry] = {}
        for link in _select(response, self.source.links or "a", "links")[:_LINK_LIMIT]:
            href, title = _link(link)
            if not href:
                continue
            try:
                url = join(base, href)
                entries.setdefault(canonical_url(url), Entry(url, title=title))
            except PermanentError as e:
                problems.append(str(e))
        return Feed(
            tuple(entries.values()), children=self._next_page(response, base), problems=tuple(problems[:10])
        )

    def goes_on(self, feed: Feed) -> bool:
        """A page whose articles are all known is followed by older ones."""
        return any(canonical_url(entry.url) not in self.crawl.known for entry in feed.entries)

    def _next_page(self, response: Response, base: str) -> tuple[str, ...]:
        if not self.source.next_page:
            return ()
        hrefs = (_link(link)[0] for link in _select(response, self.source.next_page, "next_page"))
        href = next(filter(None, hrefs), None)
        return (join(base, href),) if href else ()


def _select(response: Response, selector: str, field: str) -> Any:
    """Return what a CSS selector or an XPath (it starts with `/` or `(`) finds."""
    try:
        return response.xpath(selector) if selector.startswith(("/", "(")) else response.css(selector)
    except (ValueError, SelectorError) as e:
        raise PermanentError(f"{field}: {selector!r} is neither a CSS selector nor an XPath: {e}") from e


def _link(found: Any) -> tuple[str, str]:
    """Return the address and the text of what a selector found: a link, its first link, or its text."""
    if isinstance(found.root, str):  # an XPath or CSS that ends in the attribute itself
        return found.root.strip(), ""
    anchor = found if found.root.tag == "a" else (found.css("a[href]") or [found])[0]
    text = " ".join("".join(anchor.root.itertext()).split())
    return (anchor.attrib.get("href") or "").strip(), (text or anchor.attrib.get("title") or "")[
        :_TITLE_LIMIT
    ]


def _base(response: HtmlResponse) -> str:
    """Return the address that links are relative to."""
    href = response.css("head base::attr(href)").get()
    try:
        return join(response.url, href) if href else response.url
    except PermanentError:
        return response.url
