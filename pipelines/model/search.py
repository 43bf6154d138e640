"""A saved search: a reader's standing query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Literal

Cadence = Literal["immediate", "hourly", "daily", "weekly"]
#: What one mail tells of: all reports of an event, or one story.
Group = Literal["event", "story"]
#: Why a reader is written to: see `SavedSearch.reasons`. "ceiling" tells that a day's mails are used up.
Reason = Literal["new", "update", "spread", "spike", "silence", "watch", "ceiling"]


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A reader's standing query with what, when and how often it tells, as data."""

    id: str
    name: str
    #: Lucene syntax, never a raw engine query.
    query: str
    #: Who gets its mail: those who left are not among them.
    to: tuple[str, ...] = ()
    cadence: Cadence = "immediate"
    group: Group = "event"
    #: Of what mails say around the news: "en", "fr" or "zh".
    language: str = "en"
    enabled: bool = True
    note: str | None = None
    channels: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ("new", "update", "spread", "spike", "silence")
    #: The reader's clock: digests are sent `at` this time, on this `weekday` (0 is Monday).
    at: time = time(8)
    weekday: int = 0
    #: Zone of that clock; days and quiet hours are counted in it too.
    zone: str = "UTC"
    #: Quiet hours: from, to.
    quiet: tuple[time, time] | None = None
    #: The most mails of one day, None for no limit.
    ceiling: int | None = None
    #: A story has to pass these conditions. Languages and tiers: empty for any.
    languages: tuple[str, ...] = ()
    #: Reports of the event with texts of their own.
    min_independent: int = 1
    tiers: tuple[int, ...] = ()
    #: Whether paid releases, and state media, count.
    paid: bool = True
    state: bool = True
    #: Numbers of copies, and of independent reports, that are news again.
    copies: tuple[int, ...] = (5, 20, 50, 100)
    reports: tuple[int, ...] = (3, 6, 12)
    #: Send a digest with nothing in it.
    empty: bool = False
    #: Tell what was fetched from the past, too.
    backfill: bool = False
    #: Readers who left it.
    left: tuple[str, ...] = ()
    #: Where it is defined, for messages.
    where: str = ""
