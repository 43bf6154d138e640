"""Which links a page has, in groups that one selector finds (pure).

    page ─► links ─► groups by the elements around them ─► the shortest selector of each, the best first

A list of articles repeats the same elements around each headline, and menus repeat others. So the links that
stand in the same elements are one group, and the group with the most headlines is most likely the list.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from parsel import Selector

from crawlers.errors import PermanentError
from crawlers.model import Entry, LinkGroup
from crawlers.scripts import HAN, KANA
from crawlers.urls import canonical_url, join, same_site

#: Groups that are shown: a person reads no more.
MAX_GROUPS = 5
_EXAMPLES = 3
#: Links of a page that are looked at, like those that a section page may list.
_LINK_LIMIT = 2000
#: Elements around a link that a selector may name, the link included.
_MAX_STEPS = 4
#: Characters of a headline, at least; names of sections in menus are shorter. Chinese and Japanese need
#: fewer characters to say the same.
_HEADLINE_CHARS = 20
_HEADLINE_CHARS_UNSPACED = 9
_TITLE_CHARS = 300
_UNSPACED = re.compile(f"[{HAN}{KANA}]")
#: A class that a person gave. Build tools make others (`css-1q2w3e`, `sc-4f8a21`) anew with each release.
_PLAIN_CLASS = re.compile(r"[A-Za-z][A-Za-z_-]{1,39}")
#: No selector can name others, such as `o:p`.
_PLAIN_TAG = re.compile(r"[a-z][a-z0-9-]*")
#: What addresses of articles have and those of sections have not, the most telling first.
_ADDRESS_PATTERNS = (
    r"/\d{4}/\d{1,2}/",
    r"/\d{4}-?\d{2}-?\d{2}/",
    r"/\d{6}/",
    r"[-_/.]\d{6,}",
    r"\.s?html?$",
    r"/[^/]+-[^/]+-[^/]+",
)
#: Of a group's addresses that a pattern has to fit: one may be an advertisement.
_FITTING_SHARE = 0.9


def find_link_groups(page: Selector, base: str, page_url: str) -> tuple[LinkGroup, ...]:
    """Return the groups of links to pages of the same site, best first.

    The best has the most links whose words are long enough to be headlines.
    """
    groups: dict[str, dict[str, Entry]] = defaultdict(dict)
    for anchor in page.css("a[href]")[:_LINK_LIMIT]:
        link = _read_link(anchor, base, page_url)
        if link is not None:
            address, entry = link
            known = groups[_selector_steps(anchor.root)].setdefault(address, entry)
            if len(entry.title) > len(known.title):
                # A picture and a headline may lead to the same page: the words tell.
                groups[_selector_steps(anchor.root)][address] = entry
    made = [_make_group(selector, list(links.values())) for selector, links in groups.items()]
    made.sort(key=lambda group: (-group.headlines, -group.links, group.selector))
    shown = []
    for group in made[:MAX_GROUPS]:
        shown.append(_with_short_selector(page, group))
    return tuple(shown)


def _read_link(anchor: Any, base: str, page_url: str) -> tuple[str, Entry] | None:
    """Return a link's canonical address and entry, None for one that leads elsewhere."""
    try:
        address = join(base, anchor.attrib["href"])
        canonical = canonical_url(address)
        is_own = same_site(address, page_url) and canonical != canonical_url(page_url)
    except PermanentError:
        return None
    if not is_own:
        return None
    words = " ".join("".join(anchor.root.itertext()).split())
    return canonical, Entry(address, title=words[:_TITLE_CHARS])


def _is_headline(title: str) -> bool:
    if _UNSPACED.search(title):
        return len(title) >= _HEADLINE_CHARS_UNSPACED
    return len(title) >= _HEADLINE_CHARS


def _make_group(selector: str, entries: Sequence[Entry]) -> LinkGroup:
    headlines = [entry for entry in entries if _is_headline(entry.title)]
    examples = (headlines or list(entries))[:_EXAMPLES]
    return LinkGroup(
        selector=selector,
        links=len(entries),
        headlines=len(headlines),
        examples=tuple(examples),
        url_pattern=_find_pattern([entry.url for entry in entries]),
    )


def _find_pattern(urls: Sequence[str]) -> str | None:
    """Return the most telling pattern that fits nearly all addresses, or None."""
    for pattern in _ADDRESS_PATTERNS:
        compiled = re.compile(pattern)
        # Not in the host and its port, which all links of the site share.
        fitting = sum(1 for url in urls if compiled.search(urlsplit(url).path))
        if fitting >= _FITTING_SHARE * len(urls):
            return pattern
    return None


# -- selectors -------------------------------------------------------------------------------------


def _selector_steps(link: Any) -> str:
    """Return a CSS selector of a link with the elements around it."""
    return " > ".join(reversed(list(_walk_up(link))))


def _walk_up(link: Any) -> Iterator[str]:
    """Yield a step for the link, then for each element around it."""
    element = link
    for _ in range(_MAX_STEPS):
        if element is None or element.tag in ("body", "html") or not _PLAIN_TAG.fullmatch(str(element.tag)):
            return
        yield _selector_step(element)
        element = element.getparent()


def _selector_step(element: Any) -> str:
    for name in (element.get("class") or "").split():
        if _PLAIN_CLASS.fullmatch(name):
            return f"{element.tag}.{name}"
    return str(element.tag)


def _with_short_selector(page: Selector, group: LinkGroup) -> LinkGroup:
    """Return the group with the shortest selector that finds no other links."""
    steps = group.selector.split(" > ")
    full = _count_selected(page, group.selector)
    # A bare `a` would find whatever link the page gets next.
    least = 1 if "." in steps[-1] else 2
    for length in range(least, len(steps)):
        selector = " > ".join(steps[-length:])
        if _count_selected(page, selector) == full:
            return LinkGroup(selector, group.links, group.headlines, group.examples, group.url_pattern)
    return group


def _count_selected(page: Selector, selector: str) -> int:
    return len(page.css(selector))
