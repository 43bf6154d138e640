"""One poll of a source's listing, as far as it has come.

listing ──► not modified │ failed │ entries, and further listings ──► what the next poll sends back
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from scrapy.http import Response

from crawlers import schedule
from crawlers.model import Entry, Feed, FeedState, Source
from crawlers.spiders.answers import read_validator
from crawlers.spiders.document_end import CUT_OFF, is_whole
from crawlers.spiders.trouble import FetchTrouble

_PERMANENT_REDIRECTS = frozenset({301, 308})
_ADDRESS_CHARS = 200


class ListingPoll:
    """What one poll of a source's listing has brought."""

    def __init__(self, source: Source, state: FeedState, problems: list[str]) -> None:
        self._source = source
        #: What there is to complain of, in the account of the source.
        self._problems = problems
        #: The state before this poll.
        self._state = state
        #: Why the source failed, None as long as it has not.
        self.trouble: FetchTrouble | None = None
        #: Where the listing is, if it has moved for good.
        self.moved_to: str | None = None
        self.is_not_modified = False
        #: By the address that was asked for; None until it has come, and for good if it failed.
        self.listings: dict[str, Feed | None] = {}
        self.listings_to_come = 1
        #: How many entries were seen before.
        self.known = 0
        #: Whether the next poll must see the whole listing again, since something is left to fetch.
        self.comes_back = False
        #: What this answer says to send back with the next poll.
        self.validators = schedule.Validators()
        self._body_hash: str | None = None

    def conditional_headers(self) -> dict[str, bytes]:
        """Return the headers that ask only for what has changed."""
        headers: dict[str, bytes] = {}
        if not schedule.wants_unconditional(self._state):
            if self._state.etag:
                headers["If-None-Match"] = self._state.etag.encode("latin-1", "ignore")
            if self._state.last_modified:
                headers["If-Modified-Since"] = self._state.last_modified.encode("latin-1", "ignore")
        return headers

    def note_answer(self, response: Response, listing_url: str) -> None:
        """Note whether an answer is cut off, and where the source's own listing has moved."""
        if CUT_OFF in response.flags and not is_whole(response.body):
            # What is there is read, and the next poll asks for all of it.
            self.comes_back = True
        reasons = response.meta.get("redirect_reasons", [])
        if listing_url == self._source.url and reasons and _PERMANENT_REDIRECTS.issuperset(reasons):
            self.moved_to = response.url

    def is_unchanged(self, response: Response) -> bool:
        """Tell whether nothing is new; keep the validators."""
        etag = read_validator(response, "ETag")
        last_modified = read_validator(response, "Last-Modified")
        if response.status == 304:
            # A server may renew its validators with the news that nothing changed (RFC 9110, 15.4.5).
            self.validators = schedule.Validators(
                etag or self._state.etag, last_modified or self._state.last_modified
            )
            assert response.request is not None
            # Some servers say "not modified" to a request that asked for everything.
            return bool({b"If-None-Match", b"If-Modified-Since"} & response.request.headers.keys())
        if response.status != 200:
            return False
        self.validators = schedule.Validators(etag, last_modified)
        self._body_hash = hashlib.sha256(response.body).hexdigest()
        return self._body_hash == self._state.body_hash and not schedule.wants_unconditional(self._state)

    def note_failure(self, listing_url: str, trouble: FetchTrouble, found_at: str = "") -> None:
        """Note the failure of the source or of a further listing.

        `found_at` is the address that answered: a listing may have been sent on to a consent form.
        """
        if listing_url == self._source.url:
            self.trouble = trouble
            if found_at != listing_url and found_at not in trouble.reason:
                reason = f"{trouble.reason} (the listing leads to {found_at[:_ADDRESS_CHARS]})"
                self.trouble = replace(trouble, reason=reason)
        else:
            self._problems.append(f"{listing_url}: {trouble.reason}")
            self.comes_back = True

    def expect(self, listing_url: str) -> None:
        """Note that a further listing was asked for."""
        self.listings[listing_url] = None
        self.listings_to_come += 1

    def note_unread(self, feed: Feed, read: int) -> None:
        """Say how many listings without a date were not read: they may hold what is new.

        Those with a date are in order, so that what is left of them is the archive.
        """
        dated = len(feed.children) - feed.undated_children
        unread = len(feed.children) - max(read, dated)
        if unread > 0:
            self._problems.append(
                f"the index names {len(feed.children)} listings, and {unread} of those without a date were "
                "not read: what is new in them is not seen; follow the right one by its own address"
            )

    def first(self) -> Feed:
        """Return what the source's own address answered, an empty listing where it failed."""
        return self.listings.get(self._source.url) or Feed(())

    def came(self) -> list[Feed]:
        """Return the listings that came."""
        return [feed for feed in self.listings.values() if feed is not None]

    def has_all(self) -> bool:
        """Tell whether all listings that were asked for have come."""
        return None not in self.listings.values()

    def entries(self) -> list[Entry]:
        """Return the entries of all listings, each once.

        Several listings of one source may share entries.
        """
        by_url: dict[str, Entry] = {}
        for feed in self.came():
            for entry in feed.entries:
                by_url[entry.url] = entry
        return list(by_url.values())

    def summary(self, entries: int, *, is_fully_described: bool) -> schedule.ListingSummary:
        """Return what was found, and what the next poll sends back."""
        validators, body_hash = self.validators, self._body_hash
        if self.comes_back or not is_fully_described:
            # Without validators the next poll sees the whole listing.
            validators, body_hash = schedule.Validators(), None
        return schedule.ListingSummary(
            entries=entries,
            known=self.known,
            etag=validators.etag,
            last_modified=validators.last_modified,
            body_hash=body_hash,
            ttl_s=next((feed.ttl_s for feed in self.came() if feed.ttl_s), None),
            newest=max(_dates_in(self.came()), default=None),
        )


def _dates_in(feeds: Sequence[Feed]) -> list[datetime]:
    dates: list[datetime] = []
    for feed in feeds:
        dates += [entry.published for entry in feed.entries if entry.published]
    return dates
