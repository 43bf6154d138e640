"""What came in lately, kept in memory for the pages that count it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from sys import intern

from pipelines.model import Document
from pipelines.ports import Ledger

#: Documents read from the ledger at once, with their texts: more take memory that stays taken.
_CHUNK = 250
#: The most that is kept: a month of a large beat. Of more, the newest.
MOST = 60_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """What pages count of one article.

    Whole documents of a month take a hundred megabytes.
    """

    story_id: str
    source: str
    source_name: str
    #: "" where it is not known, as is the country.
    lang: str
    country: str
    kind: str
    topics: tuple[str, ...]
    collected: datetime
    published: datetime | None
    #: When its story was first seen.
    first_seen: datetime


class Arrivals:
    """The articles that came in since a moment.

    What came in is read once; later calls read only what is new.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._begin: datetime | None = None
        self._last = 0
        self._arrivals: list[Arrival] = []

    def since(self, moment: datetime) -> Sequence[Arrival]:
        """Return what was collected since a moment, in order of arrival."""
        with self._lock:
            if self._begin is None or moment < self._begin:
                self._begin = moment
                self._arrivals = []
                self._last = self._ledger.arrival_before(moment)
            self._read_new()
            return [arrival for arrival in self._arrivals if arrival.collected >= moment]

    def forget(self) -> None:
        """Read all anew when it is next asked for.

        A person may have moved articles to other stories.
        """
        with self._lock:
            self._begin = None

    def _read_new(self) -> None:
        while arrivals := self._ledger.arrivals_since(self._last, _CHUNK):
            self._last = arrivals[-1][0]
            for _, document in arrivals:
                self._arrivals.append(_arrival_of(document))
        del self._arrivals[:-MOST]


def _arrival_of(document: Document) -> Arrival:
    # Few values that many articles have: each is kept once.
    return Arrival(
        intern(document.story_id),
        intern(document.source),
        intern(document.source_name),
        intern((document.lang or "").partition("-")[0]),
        intern(document.country or ""),
        intern(document.kind),
        tuple(map(intern, document.topics)),
        document.collected,
        document.published,
        document.story_first_seen or document.collected,
    )
