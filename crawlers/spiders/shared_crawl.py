"""What all sources of one crawl share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from crawlers.host_states import HostStates
from crawlers.spiders.hosts import Hosts
from crawlers.spiders.job import Job
from crawlers.spiders.listing_parser import ListingParser
from crawlers.spiders.writing_thread import WritingThread


@dataclass
class SourceTime:
    """What one source has taken of the crawl's time."""

    #: Seconds from the crawl's beginning to the source's first request.
    began_s: float
    #: Likewise to its first answer: many sources on one host whose robots.txt asks for long pauses wait for
    #: each other's listings, and that is no time that they had.
    first_answer_s: float | None = None
    #: Of any kind, redirects included.
    answers: int = 0
    #: Seconds that we waited for answers. Two requests at once count twice.
    _waited_s: float = 0.0
    #: When the waits began that are not over.
    _waits: list[float] = field(default_factory=list)

    def waited_s(self, now_s: float) -> float:
        """Return the seconds that we have waited for the source."""
        return self._waited_s + sum(now_s - began_s for began_s in self._waits)

    def begin_wait(self, now_s: float) -> None:
        self._waits.append(now_s)

    def end_wait(self, began_s: float, now_s: float) -> None:
        self._waits.remove(began_s)
        self._waited_s += now_s - began_s


@dataclass
class SharedCrawl:
    """One crawl while it runs."""

    job: Job
    writer: WritingThread
    parser: ListingParser
    #: Hears the events of the crawl.
    on_event: Callable[[Mapping[str, Any]], None]
    #: Canonical addresses that need no request, with the time of our last fetch.
    known: Mapping[str, datetime | None] = field(default_factory=dict)
    #: Canonical addresses that some source has asked for: a second source need not.
    claimed: set[str] = field(default_factory=set)
    #: Canonical addresses of the pages in the batch, after redirects.
    written: set[str] = field(default_factory=set)
    #: Canonical addresses of missed pages for which no retry is left.
    settled: set[str] = field(default_factory=set)
    #: Responses of any kind from anywhere. None at all means that our own network is down.
    answers: int = 0
    #: By the source's id, from its first request on.
    times: dict[str, SourceTime] = field(default_factory=dict)
    #: What hosts told us in earlier crawls.
    host_states: HostStates = field(default_factory=HostStates)
    hosts: Hosts = field(init=False)
    _started: float = field(default_factory=monotonic)

    def __post_init__(self) -> None:
        self.hosts = Hosts(self.host_states, self.current_time)

    def current_time(self) -> datetime:
        """Return the job's `now` and what has passed since."""
        return self.job.now + timedelta(seconds=self.passed_s())

    def start_clock(self) -> None:
        """Count the time of the crawl from now on."""
        self._started = monotonic()

    def passed_s(self) -> float:
        """Return the seconds since the crawl's beginning."""
        return monotonic() - self._started

    def is_closing(self) -> bool:
        """Tell whether it is too late to ask for anything new."""
        settings = self.job.settings
        return self.passed_s() > settings.timeout_s - settings.closing_s

    def is_too_late_for(self, url: str) -> bool:
        """Tell whether a page's turn at its host would come too late."""
        settings = self.job.settings
        turn_s = self.passed_s() + self.hosts.seconds_to_wait(url)
        return turn_s > settings.timeout_s - settings.handover_s - settings.answer_timeout_s

    def has_used_its_share(self, source_id: str) -> bool:
        """Tell whether a source has had its part of the crawl's time."""
        # A backfill is asked for by a person, who waits for it.
        if self.job.window or source_id not in self.times:
            return False
        began_s = self.times[source_id].first_answer_s
        return began_s is not None and self.passed_s() - began_s > self.job.settings.share_s

    def note_answer(self, source_id: str | None) -> None:
        """Note that a source has answered."""
        if source_id in self.times:
            time = self.times[source_id]
            time.answers += 1
            if time.first_answer_s is None:
                time.first_answer_s = self.passed_s()

    @contextmanager
    def waiting_for(self, source_id: str) -> Iterator[None]:
        """Count what happens inside as waiting for a source."""
        began_s = self.passed_s()
        time = self.times.setdefault(source_id, SourceTime(began_s))
        time.begin_wait(began_s)
        try:
            yield
        finally:
            time.end_wait(began_s, self.passed_s())
