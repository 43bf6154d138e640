"""Walls in the place of articles, in pages that no crawl of ours has looked at."""

from __future__ import annotations

from crawlers.challenges import find_wall
from crawlers.errors import PageWalled
from crawlers.model import Page
from pipelines.extract.encoding import decode


def check_for_wall(page: Page) -> tuple[str, str]:
    """Return a page's markup and its encoding, once it is known to be no wall.

    Raises PageWalled where it is a bot wall or a wall of consent.
    The crawl knows them by the same signs; a WARC file of somebody else brings them unseen.
    """
    markup, encoding = decode(page.body, page.headers.get("content-type"))
    wall = find_wall(page.requested_url or page.url, page.url, page.headers, markup)
    if wall is not None:
        raise PageWalled(str(wall))
    return markup, encoding
