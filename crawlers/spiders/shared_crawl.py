"""What all sources of one crawl share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from crawlers.batch import BatchWriter
from crawlers.spiders.job import Job
from crawlers.spiders.listing_parser import ListingParser


@dataclass
class SharedCrawl:
    """One crawl while it runs."""

    job: Job
    writer: BatchWriter
    parser: ListingParser
    #: Hears the events of the crawl.
    on_event: Callable[[Mapping[str, Any]], None]
    #: Canonical addresses that need no request, with the time of our last fetch.
    known: Mapping[str, datetime | None] = field(default_factory=dict)
    #: Canonical addresses that some source has asked for: a second source need not.
    claimed: set[str] = field(default_factory=set)
    #: Canonical addresses of the pages in the batch, after redirects.
    written: set[str] = field(default_factory=set)
    #: Responses of any kind from anywhere. None at all means that our own network is down.
    answers: int = 0
    _started: float = field(default_factory=monotonic)

    def current_time(self) -> datetime:
        """Return the job's `now` and what has passed since."""
        return self.job.now + timedelta(seconds=monotonic() - self._started)

    def is_closing(self) -> bool:
        """Tell whether it is too late to ask for anything new."""
        settings = self.job.settings
        return monotonic() - self._started > settings.timeout_s - settings.closing_s
