"""The documents that came in, read from the ledger piece by piece."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from pipelines.model import Document
from pipelines.ports import Ledger

#: Where more came in than this, only the newest are returned: they have to fit in memory.
MAX_DOCUMENTS = 200_000
#: Documents read from the ledger at once.
_CHUNK = 2000


def documents_since(ledger: Ledger, since: datetime, most: int = MAX_DOCUMENTS) -> list[Document]:
    """Return what came in since a moment, oldest first.

    Of more than `most` the newest.
    """
    newest: deque[Document] = deque(maxlen=most)
    for document in read_documents(ledger, ledger.arrival_before(since)):
        if document.collected >= since:
            newest.append(document)
    return list(newest)


def read_documents(ledger: Ledger, arrival: int = 0, story_id: str | None = None) -> Iterator[Document]:
    """Yield what came in behind an arrival number, in order of arrival.

    With `story_id`, only the articles of one story.
    """
    while arrivals := ledger.arrivals_since(arrival, _CHUNK, story_id=story_id):
        for _, document in arrivals:
            yield document
        arrival = arrivals[-1][0]


def stored_span(
    ledger: Ledger,
    documents: Sequence[Document],
    since: datetime,
    now: datetime,
    most: int = MAX_DOCUMENTS,
) -> timedelta:
    """Return of how much of the time since a moment there is something stored.

    `documents` are those of that time, `most` of them at most.
    """
    # What came in before says that all of the time is covered, unless only the newest were read.
    is_covered = ledger.arrival_before(since) > 0 and len(documents) < most
    if is_covered:
        return now - since
    if not documents:
        return timedelta(0)
    oldest = min(document.collected for document in documents)
    return min(max(now - oldest, timedelta(0)), now - since)
