"""The part of the ledger for events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pipelines.model import (
    EventPrint,
    RelatedStory,
)


class EventLedger(Protocol):
    """Which stories are about the same event."""

    def relate(self, print_: EventPrint) -> bool:
        """Keep what a story tells of, link it to stories of the same event among those that share marks, and
        bring `independent` of all stories concerned up to date, in one transaction; False where nothing changed.

        A story whose `independent` changes has its original's `seq` raised, so that the index follows. What was
        kept of stories that were joined into it is dropped. A story that is none any more is left out.
        """
        ...

    def related(self, story_id: str) -> Sequence[RelatedStory]:
        """Return the other stories about a story's event, linked ones first, the best first."""
        ...
