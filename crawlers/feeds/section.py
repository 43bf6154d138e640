"""Section pages: lists of articles on sites without a feed."""

from __future__ import annotations

from typing import Any

from cssselect import SelectorError
from parsel import Selector

from crawlers.errors import FeedUnreadable, PermanentError
from crawlers.feeds.page_links import find_link_groups
from crawlers.feeds.text import decode_page
from crawlers.model import Entry, Feed, LinkGroup
from crawlers.urls import canonical_url, join

_LINK_LIMIT = 2000
_TITLE_CHARS = 300
_PROBLEM_LINES = 10


def parse_section(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    links: str | None,
    next_page: str | None,
    with_groups: bool = False,
) -> Feed:
    """Return the links that `links` selects, and the page that `next_page` does.

    Both are CSS selectors or XPath. With `with_groups` the listing tells which links the page has, too.
    Raises FeedUnreadable for a selector that cannot be read.
    """
    page = Selector(decode_page(body, content_type), type="html")
    base = base_address(page, url)
    problems: list[str] = []
    entries: dict[str, Entry] = {}
    for found in _select_elements(page, links or "a", "links")[:_LINK_LIMIT]:
        href, title = _read_link(found)
        if not href:
            continue
        try:
            address = join(base, href)
            entries.setdefault(canonical_url(address), Entry(address, title=title))
        except PermanentError as e:
            problems.append(str(e))
    link_groups: tuple[LinkGroup, ...] = ()
    if with_groups:
        link_groups = find_link_groups(page, base, url)
    return Feed(
        tuple(entries.values()),
        children=_find_next_page(page, next_page, base),
        problems=tuple(problems[:_PROBLEM_LINES]),
        link_groups=link_groups,
    )


def _find_next_page(page: Selector, selector: str | None, base: str) -> tuple[str, ...]:
    if not selector:
        return ()
    for found in _select_elements(page, selector, "next_page"):
        href, _title = _read_link(found)
        if href:
            return (join(base, href),)
    return ()


def _select_elements(page: Selector, selector: str, field: str) -> Any:
    """Return what a CSS selector or an XPath finds."""
    try:
        if selector.startswith(("/", "(")):
            return page.xpath(selector)
        return page.css(selector)
    except (ValueError, SelectorError) as e:
        raise FeedUnreadable(f"{field}: {selector!r} is neither a CSS selector nor an XPath: {e}") from e


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


def base_address(page: Selector, url: str) -> str:
    """Return the address that links are relative to."""
    # Browsers take the first one wherever it stands.
    href = page.css("base::attr(href)").get()
    if not href:
        return url
    try:
        return join(url, href)
    except PermanentError:
        return url
