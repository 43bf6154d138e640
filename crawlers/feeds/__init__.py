"""Bytes -> entries: feeds, news sitemaps, section pages (pure).

    body ─► text ─► formats: what is it? ─┬─ RSS, Atom, RDF ─► syndication.py (feedparser)
                                          ├─ { ... }         ─► json_feed.py
                                          ├─ urlset, index   ─► sitemap.py (lxml)
                                          └─ anything else   ─► FeedUnreadable, and why
    page ─► section.py (parsel): the links that a selector finds
         ─► site.py: the listings that a site names; page_links.py: which links a page has

Every format ends in the same `listing.py`, which resolves addresses, reads dates and makes plain
text, so that a rule about entries holds for all of them. Trouble with one entry is a line in
`Feed.problems` and never loses the others. Reading takes time that grows with the size of the body,
for all hostile shapes we know; the caller still sets a deadline, for the shapes we do not know.
"""

from crawlers.feeds.formats import MAX_BODY_BYTES, MAX_ENTRIES, parse_feed, parse_sitemap
from crawlers.feeds.section import parse_section
from crawlers.feeds.site import parse_robots, parse_site

__all__ = [
    "MAX_BODY_BYTES",
    "MAX_ENTRIES",
    "parse_feed",
    "parse_robots",
    "parse_section",
    "parse_site",
    "parse_sitemap",
]
