"""What a crawl's child process is told: settings, sources, and what is known already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from crawlers.model import FeedState, PageRequest, Source, Window


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """How to crawl. Times are in seconds."""

    batch_dir: Path
    user_agent: str
    private_hosts: tuple[str, ...] = ()
    """Addresses, networks (CIDR) or host names in private ranges that may be crawled all the same."""
    delay_s: float = 1.0
    """Least pause between two requests to a host and port; AutoThrottle makes it longer."""
    timeout_s: float = 600.0
    """Wall-clock limit of a whole crawl, after which it is killed. No new page is asked for in its
    last part (see `closing_s`), so that a crawl with much to do ends in time and with a batch."""
    answer_timeout_s: float = 30.0
    """For one answer, from the connection to the last byte, however steadily it drips."""
    page_limit_per_source: int = 200
    """Pages of one source in one crawl, newest first. What is left over is found again next time."""
    verify_certificates: bool = False
    """Many small and official sites have incomplete certificate chains; their http pages would be
    accepted as well, so a bad certificate hides no page unless this is set."""

    @property
    def closing_s(self) -> float:
        """Time kept for requests under way: an answer may take 30 s, a throttled host waits 10 s for each."""
        return min(90.0, self.timeout_s / 2)


@dataclass(frozen=True, slots=True)
class Job:
    """One crawl. `parent` is the process to die with."""

    batch_id: str
    settings: CrawlSettings
    sources: tuple[Source, ...]
    states: Mapping[str, FeedState]
    known: Mapping[str, datetime | None]
    words: Mapping[str, tuple[str, ...]]
    now: datetime
    parent: int
    window: Window | None = None
    """Only entries dated inside, or not at all, are fetched; the sources' states stay as they are."""
    preview: int = 0
    """So many entries of each listing are reported as an event, for a person to look at."""
    requests: tuple[PageRequest, ...] = ()
    """Pages to see again. Where there are any, no listing is asked for."""


job_json = TypeAdapter(Job)
