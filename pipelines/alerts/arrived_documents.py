"""The documents that came in, read from the ledger piece by piece."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime

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
