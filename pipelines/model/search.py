"""A saved search: a reader's standing query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Literal

Cadence = Literal["immediate", "hourly", "daily", "weekly"]
Reason = Literal["new", "update", "spread", "spike", "silence", "watch", "ceiling"]
"""Why a reader is written to: see `SavedSearch.reasons`. "ceiling" tells that a day's mails are used up."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A reader's standing query with what, when and how often it tells, as data.

    `query` is Lucene syntax, never a raw engine query. A story has to pass `languages` (empty: any), `tiers`
    (empty: any), `paid`, `state` (whether paid releases and state media count) and `min_independent` (reports of
    the event with texts of their own). `at`, `weekday` (0 is Monday) and `zone` are the reader's clock, for digests, quiet
    hours (`quiet`: from, to) and days. `ceiling` is the most mails of one day, None for no limit. `copies` are the
    numbers of copies, and `reports` those of independent reports, that are news again. `empty` asks for a
    digest with nothing in it, `backfill` to be told of what was fetched from the past too.
    """

    id: str
    name: str
    query: str
    to: tuple[str, ...] = ()
    cadence: Cadence = "immediate"
    enabled: bool = True
    note: str | None = None
    channels: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ("new", "update", "spread", "spike", "silence")
    at: time = time(8)
    weekday: int = 0
    zone: str = "America/Toronto"
    quiet: tuple[time, time] | None = None
    ceiling: int | None = None
    languages: tuple[str, ...] = ()
    min_independent: int = 1
    tiers: tuple[int, ...] = ()
    paid: bool = True
    state: bool = True
    copies: tuple[int, ...] = (5, 20, 50, 100)
    reports: tuple[int, ...] = (3, 6, 12)
    empty: bool = False
    backfill: bool = False
    where: str = ""
