"""What all formats of listings have in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from crawlers.dates import FIRST_YEAR, LONGEST_AHEAD, Moment, is_plausible, read_date
from crawlers.errors import PermanentError
from crawlers.feeds.text import plain_line
from crawlers.model import Entry, Feed
from crawlers.urls import canonical_url, join

_TITLE_CHARS = 500
_SUMMARY_CHARS = 2000
_GUID_CHARS = 500
_NAME_CHARS = 100
_LANGUAGE_CHARS = 35
_AUTHORS = 20
#: Of a feed that is wrong throughout so many lines are enough; the rest is counted.
_PROBLEM_LINES = 20
_PROBLEM_CHARS = 500
#: Of a title or a date that a problem line quotes.
_QUOTED_CHARS = 60
_LONGEST_PAUSE_S = 30 * 86_400


@dataclass
class Listing:
    """One listing while it is read.

    Readers add what they find; `make_feed` gives the result.
    """

    url: str
    timezone: str
    now: datetime
    limit: int
    #: What relative addresses are relative to: the listing's own link; "" stands for its address.
    base: str = ""
    _entries: list[Entry] = field(default_factory=list)
    #: The first entry of each page, by canonical address.
    _first_by_page: dict[str, Entry] = field(default_factory=dict)
    #: Titles of entries that lead to a page which another entry has.
    _of_listed_pages: list[str] = field(default_factory=list)
    _problems: list[str] = field(default_factory=list)
    _entries_over_limit: int = 0
    _problems_over_limit: int = 0

    def set_base(self, link: object) -> None:
        """Take the listing's own link as base, if it can be one."""
        if isinstance(link, str) and link.strip():
            try:
                self.base = join(self.url, link)
            except PermanentError:
                self.base = self.url

    def resolve_address(self, href: object) -> str:
        """Return an absolute address that has a canonical form.

        Raises PermanentError where there is none.
        """
        if not isinstance(href, str) or not href.strip():
            raise PermanentError("it has no address")
        address = join(self.base or self.url, href)
        # Only to raise: an entry without an identity cannot be listed.
        canonical_url(address)
        return address

    def add_problem(self, line: str) -> None:
        """Note in one sentence what had to be left out."""
        if len(self._problems) < _PROBLEM_LINES:
            self._problems.append(plain_line(line, _PROBLEM_CHARS))
        else:
            self._problems_over_limit += 1

    def add_entry(
        self,
        *,
        link: object,
        title: object = "",
        summary: object = "",
        guid: object = None,
        published: object = None,
        updated: object = None,
        language: object = None,
        authors: Iterable[object] = (),
    ) -> None:
        """Add one entry, or a problem line that says why not.

        Each canonical address is listed once. All values come as the listing has them.
        """
        if len(self._entries) >= self.limit:
            self._entries_over_limit += 1
            return
        plain_title = plain_line(title, _TITLE_CHARS)
        try:
            url = self.resolve_address(link)
            identity = canonical_url(url)
        except PermanentError as e:
            self.add_problem(f"the entry “{plain_line(plain_title, _QUOTED_CHARS)}” was left out: {e}")
            return
        plain_guid = plain_line(guid, _GUID_CHARS) or None
        if identity in self._first_by_page:
            self._note_second_entry(self._first_by_page[identity], plain_title, plain_guid)
            return
        entry = Entry(
            url=url,
            title=plain_title,
            summary=plain_line(summary, _SUMMARY_CHARS),
            guid=plain_guid,
            language=plain_line(language, _LANGUAGE_CHARS) or None,
            authors=_clean_names(authors),
        )
        self._first_by_page[identity] = entry
        self._entries.append(self._with_dates(entry, published, updated))

    def _note_second_entry(self, first: Entry, title: str, guid: str | None) -> None:
        """Remember an entry for a page that another entry has.

        One that says the same as the first is the same entry once more, which happens everywhere.
        """
        if title != first.title or guid != first.guid:
            self._of_listed_pages.append(title)

    def make_feed(
        self,
        *,
        title: object = "",
        language: object = None,
        ttl_s: int | None = None,
        children: Iterable[str] = (),
        undated_children: int = 0,
    ) -> Feed:
        """Return the listing as read, with its problems."""
        problems = list(self._problems)
        if self._problems_over_limit:
            problems.append(f"{self._problems_over_limit} more problems of this kind")
        if self._of_listed_pages:
            example = plain_line(self._of_listed_pages[0], _QUOTED_CHARS)
            problems.append(
                f"entries that lead to a page which another entry has: {len(self._of_listed_pages)} "
                f"(“{example}”); each page is read once"
            )
        if self._entries_over_limit:
            left_out = f"{self._entries_over_limit} more were left out"
            problems.append(f"only the first {self.limit} entries were read; {left_out}")
        children = tuple(children)
        if not self._entries and not children and not problems:
            problems.append("the feed lists no entries")
        return Feed(
            entries=tuple(self._entries),
            title=plain_line(title, _TITLE_CHARS),
            language=plain_line(language, _LANGUAGE_CHARS) or None,
            ttl_s=ttl_s,
            children=children,
            undated_children=undated_children,
            problems=tuple(problems),
        )

    def _with_dates(self, entry: Entry, published: object, updated: object) -> Entry:
        published_moment = self._read_moment(published, entry.title)
        updated_moment = self._read_moment(updated, entry.title)
        if published_moment:
            entry = replace(
                entry,
                published=published_moment.at,
                published_precision=published_moment.precision,
                published_zone=published_moment.zone,
                zone_assumed=published_moment.zone_assumed,
            )
        if updated_moment:
            entry = replace(entry, updated=updated_moment.at, updated_precision=updated_moment.precision)
        return entry

    def _read_moment(self, raw: object, title: str) -> Moment | None:
        if raw is None or raw == "":
            return None
        what = f"the date “{plain_line(str(raw), _QUOTED_CHARS)}” of “{plain_line(title, _QUOTED_CHARS)}”"
        written = read_date(str(raw), now=self.now)
        if written is None:
            self.add_problem(f"{what} cannot be read")
            return None
        moment = written.in_utc(self.timezone)
        if not is_plausible(moment.at, self.now):
            bounds = f"before {FIRST_YEAR}, or more than {LONGEST_AHEAD.days} days ahead of now"
            self.add_problem(f"{what} was left out: it lies {bounds}")
            return None
        return moment


def as_seconds(value: Any, unit_s: float) -> int | None:
    """Return a feed's wish for a pause in seconds, 30 days at most.

    None for what is no number, and for less than a second.
    """
    try:
        seconds = float(value) * unit_s
    except (TypeError, ValueError, OverflowError):
        return None
    if not 1 <= seconds < float("inf"):
        return None
    return min(int(seconds), _LONGEST_PAUSE_S)


def _clean_names(authors: Iterable[object]) -> tuple[str, ...]:
    """Return names as plain text, each once, in their order."""
    names: dict[str, None] = {}
    for author in authors:
        if name := plain_line(author, _NAME_CHARS):
            names[name] = None
    return tuple(names)[:_AUTHORS]
