"""Where entries were listed before, asked before their new addresses are."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from scrapy.http import Response

from crawlers.errors import PermanentError
from crawlers.model import Entry
from crawlers.urls import canonical_url

#: Former addresses that one source is asked for in one crawl: a listing that gives all its entries one title
#: would double its requests.
_ASKED = 20
#: The answers of an address that is no page any more.
_GONE = frozenset({404, 410})


class FormerAddresses:
    """The former addresses of one source's entries in one crawl."""

    def __init__(self) -> None:
        self._to_ask: dict[str, str] = {}
        self._left: dict[str, str] = {}

    def choose(self, former: Mapping[str, str]) -> None:
        """Take what is to be asked, by the address of the entry as listed."""
        for url, former_url in former.items():
            if len(self._to_ask) < _ASKED:
                self._to_ask[url] = former_url

    def take(self, entry: Entry) -> str | None:
        """Return the former address of an entry that was not asked yet."""
        return self._to_ask.pop(entry.url, None)

    def note(self, response: Response, entry: Entry) -> None:
        """Note whether an entry has left its former address: that leads to it, or is gone."""
        with contextlib.suppress(PermanentError):
            leads_here = canonical_url(response.url) == canonical_url(entry.url)
            if leads_here or response.status in _GONE:
                self._left[entry.url] = response.meta.get("redirect_urls", [response.url])[0]

    def left_by(self, entry: Entry) -> str | None:
        """Return the address that an entry's page has left, or None."""
        return self._left.get(entry.url)
