"""Where the pages of the reading room (`maplewire serve`) stand.

Mails, feeds and the pages themselves take their addresses from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

#: How the paths begin by which readers leave saved searches. No one signs in for them.
LEAVE_ROOT = "/leave/"


def story_path(story_id: str) -> str:
    """Return the path of a story's page."""
    return f"/story/{quote(story_id, safe='')}"


def article_path(article_id: str, version: int | None = None) -> str:
    """Return the path of an article's page, or of one of its versions."""
    path = f"/article/{quote(article_id, safe='')}"
    if version is None:
        return path
    return f"{path}?version={version}"


def search_path(query: str = "") -> str:
    """Return the path of the search page, with a query."""
    if not query:
        return "/search"
    return f"/search?{urlencode({'q': query})}"


def leave_path(token: str) -> str:
    """Return the path by which a reader leaves saved searches."""
    return f"{LEAVE_ROOT}{token}"


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """The address of a reading room, and those of its pages."""

    #: Without a slash at the end; behind a proxy it may have a path.
    url: str

    def story(self, story_id: str) -> str:
        """Return the address of a story's page."""
        return self.url + story_path(story_id)

    def article(self, article_id: str, version: int | None = None) -> str:
        """Return the address of an article's page, or of one of its versions."""
        return self.url + article_path(article_id, version)

    def search(self, query: str = "") -> str:
        """Return the address of the search page, with a query."""
        return self.url + search_path(query)

    def leave(self, token: str) -> str:
        """Return the address by which a reader leaves saved searches."""
        return self.url + leave_path(token)
