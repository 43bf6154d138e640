"""What the ledger in memory holds: whole values, shared by its parts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from crawlers.errors import TemporaryError
from crawlers.model import CrawlResult, FeedState, ListedEntry, PageRetry, SkippedEntry, SourceReport
from pipelines.model import (
    Alert,
    ArticleVersion,
    Carrying,
    Correction,
    EventLink,
    EventPrint,
    Mark,
    OutboxMail,
    PageAccount,
    PausedAddress,
    Quarantined,
    RecheckState,
    RunReport,
    SiteBoilerplate,
    StoredArticle,
    Story,
    StoryEvent,
    StoryWord,
)

#: How long a decision waits for another to end, as in the ledger on a database.
LOCK_WAIT_S = 60


@dataclass
class StoredAccount:
    """An account with its run, and when its page was crawled."""

    page: PageAccount
    run_id: int
    at: datetime
    is_temporary: bool = False
    #: Characters of a text that was new, None for all other pages.
    length: int | None = None


class LedgerState:
    """Everything that a ledger knows; each of its parts reads and changes it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # feeds and batches
        self._feed_states: dict[str, FeedState] = {}
        self._batches: dict[str, tuple[CrawlResult, str]] = {}
        self._closed_batches: set[str] = set()
        #: source id -> what an entry is known by -> what `scope: broad` left out, oldest first
        self._skipped: dict[str, dict[str, SkippedEntry]] = {}
        self._page_retries: dict[str, PageRetry] = {}
        #: By source, and what stands for address, guid and title; the latest last.
        self._listed: dict[tuple[str, str], ListedEntry] = {}
        #: id of an address -> the article that was found there
        self._addresses: dict[str, str] = {}
        # runs
        self._accounts: dict[tuple[str, int], StoredAccount] = {}
        self._source_reports: list[tuple[int, SourceReport]] = []
        self._runs: dict[int, RunReport] = {}
        self._watermarks: dict[str, int] = {}
        self._quarantine: list[Quarantined] = []
        self._last_quarantine_id = 0
        # articles and stories
        self._articles: dict[str, StoredArticle] = {}
        self._versions: dict[str, list[ArticleVersion]] = {}
        self._recheck_states: dict[str, RecheckState] = {}
        self._stories: dict[str, Story] = {}
        #: former story id -> the story it was joined into
        self._redirects: dict[str, str] = {}
        self._carryings: list[Carrying] = []
        self._history: list[StoryEvent] = []
        #: By number, as are the words on stories.
        self._corrections: dict[int, Correction] = {}
        self._story_words: dict[int, StoryWord] = {}
        self._marks: list[Mark] = []
        self._boilerplate: dict[str, SiteBoilerplate] = {}
        #: article id -> the number of its document's last change, of its arrival on the beat
        self._seqs: dict[str, int] = {}
        self._arrivals: dict[str, int] = {}
        # events
        self._event_prints: dict[str, EventPrint] = {}
        #: key -> the stories that can be found by it
        self._event_keys: dict[str, set[str]] = {}
        self._event_links: list[EventLink] = []
        # alerts and mails
        self._alerts: dict[str, Alert] = {}
        self._outbox: dict[str, OutboxMail] = {}
        self._leases: dict[str, tuple[str, datetime]] = {}
        self._paused_addresses: dict[str, PausedAddress] = {}

    @contextmanager
    def _writing_alone(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=LOCK_WAIT_S):
            raise TemporaryError("the ledger is locked by another decision; try again")
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def _undone_on_error(self) -> Iterator[None]:
        """Put everything back as it was when an exception leaves the block."""
        before = {}
        for name, value in vars(self).items():
            if name != "_lock":
                before[name] = copy(value)
        try:
            yield
        except BaseException:
            vars(self).update(before)
            raise

    def _present_id(self, story_id: str) -> str:
        """Return the id of the story that an id stands for today."""
        return self._redirects.get(story_id, story_id)

    def _number_changes(self, article_ids: list[str]) -> None:
        """Give each of these articles the next seq, in this order."""
        seq = max(self._seqs.values(), default=0)
        for article_id in article_ids:
            seq += 1
            self._seqs[article_id] = seq

    def _entries_listed_by(self, source_id: str) -> list[ListedEntry]:
        """Return how a source's pages were listed, the newest first."""
        entries = []
        for (of_source, _), listed in self._listed.items():
            if of_source == source_id:
                entries.append(listed)
        entries.reverse()
        # Stable, so that of one time the one that was written last comes first.
        return sorted(entries, key=lambda listed: listed.at, reverse=True)
