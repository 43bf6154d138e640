"""What came in lately, kept in memory for the pages that count it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pipelines.model import Document
from pipelines.ports import Ledger

#: Documents read from the ledger at once.
_CHUNK = 2000
#: The most that is kept: a month of a large beat. Of more, the newest.
MOST = 60_000


class Arrivals:
    """The documents that came in since a moment, without their texts.

    What came in is read once; later calls read only what is new.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._begin: datetime | None = None
        self._last = 0
        self._documents: list[Document] = []

    def since(self, moment: datetime) -> Sequence[Document]:
        """Return what was collected since a moment, in order of arrival."""
        with self._lock:
            if self._begin is None or moment < self._begin:
                self._begin = moment
                self._documents = []
                self._last = self._ledger.arrival_before(moment)
            self._read_new()
            found = []
            for document in self._documents:
                if document.collected >= moment:
                    found.append(document)
            return found

    def _read_new(self) -> None:
        while arrivals := self._ledger.arrivals_since(self._last, _CHUNK):
            self._last = arrivals[-1][0]
            for _, document in arrivals:
                # Texts are most of what a document holds, and counts need none of them.
                self._documents.append(replace(document, body="", summary=""))
        del self._documents[:-MOST]
