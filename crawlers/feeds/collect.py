"""What is the same for all formats: addresses, dates, plain text, limits, and the lines about trouble."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawlers.dates import Moment, read_date
from crawlers.errors import PermanentError
from crawlers.feeds.text import plain
from crawlers.model import Entry, Feed
from crawlers.urls import canonical_url, join

_TITLE_CHARS = 500
_SUMMARY_CHARS = 2000
_GUID_CHARS = 500
_NAME_CHARS = 100
_AUTHORS = 20
_PROBLEM_LINES = 20


@dataclass
class Listing:
    """One listing while it is read. Readers `add` what they find; `feed` gives the result."""

    url: str
    timezone: str
    now: datetime
    limit: int
    base: str = ""
    """What relative addresses are relative to: the listing's own link, else the listing."""
    _entries: list[Entry] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _problems: list[str] = field(default_factory=list)
    _over: int = 0
    _unsaid: int = 0

    def rest_on(self, link: object) -> None:
        """Take the listing's own link as base, if it is a usable address."""
        if isinstance(link, str) and link.strip():
            try:
                self.base = join(self.url, link)
            except PermanentError:
                self.base = self.url

    def address(self, href: object) -> str:
        """Return an absolute, canonicalizable address; raise PermanentError if it cannot be one."""
        if not isinstance(href, str) or not href.strip():
            raise PermanentError("it has no address")
        address = join(self.base or self.url, href)
        canonical_url(address)
        return address

    def problem(self, line: str) -> None:
        """Note what had to be left out, in one sentence. A feed that is wrong throughout says so 20 times."""
        if len(self._problems) < _PROBLEM_LINES:
            self._problems.append(plain(line, 500))
        else:
            self._unsaid += 1

    def add(
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
        """Add one entry, or a problem line that says why not. Each canonical address is listed once."""
        if len(self._entries) >= self.limit:
            self._over += 1
            return
        heading = plain(title, _TITLE_CHARS)
        try:
            url = self.address(link)
            identity = canonical_url(url)
        except PermanentError as e:
            self.problem(f"the entry “{plain(heading, 60)}” was left out: {e}")
            return
        if identity in self._seen:
            return
        self._seen.add(identity)
        out = self._moment(published, heading)
        changed = self._moment(updated, heading)
        self._entries.append(
            Entry(
                url=url,
                title=heading,
                summary=plain(summary, _SUMMARY_CHARS),
                guid=plain(guid, _GUID_CHARS) or None,
                published=out.at if out else None,
                published_precision=out.precision if out else None,
                published_zone=out.zone if out else None,
                zone_assumed=out.zone_assumed if out else False,
                updated=changed.at if changed else None,
                language=plain(language, 35) or None,
                authors=_names(authors),
            )
        )

    def feed(
        self,
        *,
        title: object = "",
        language: object = None,
        ttl_s: int | None = None,
        children: Iterable[str] = (),
    ) -> Feed:
        problems = list(self._problems)
        if self._unsaid:
            problems.append(f"{self._unsaid} more problems of this kind")
        if self._over:
            problems.append(f"only the first {self.limit} entries were read; {self._over} more were left out")
        children = tuple(children)
        if not self._entries and not children and not problems:
            problems.append("the feed lists no entries")
        return Feed(
            entries=tuple(self._entries),
            title=plain(title, _TITLE_CHARS),
            language=plain(language, 35) or None,
            ttl_s=ttl_s,
            children=children,
            problems=tuple(problems),
        )

    def _moment(self, raw: object, heading: str) -> Moment | None:
        if raw is None or raw == "":
            return None
        written = read_date(str(raw), now=self.now)
        if written is None:
            self.problem(f"the date “{plain(str(raw), 60)}” of “{plain(heading, 60)}” cannot be read")
            return None
        return written.in_utc(self.timezone)


def _names(authors: Iterable[object]) -> tuple[str, ...]:
    names = (plain(a, _NAME_CHARS) for a in authors)
    return tuple(dict.fromkeys(n for n in names if n))[:_AUTHORS]


def as_seconds(value: Any, unit_s: float) -> int | None:
    """Return a feed's wish for a pause in seconds: None for what is no positive number, 30 days at most."""
    try:
        seconds = float(value) * unit_s
    except (TypeError, ValueError, OverflowError):
        return None
    return min(int(seconds), 30 * 86_400) if 1 <= seconds < float("inf") else None
