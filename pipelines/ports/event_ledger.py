"""The part of the ledger for events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from pipelines.model import EventPrint, RelatedStory


class EventLedger(Protocol):
    """Which stories are about the same event. Links are decided in `Decisions`."""

    def event_prints(self, story_id: str) -> Mapping[str, EventPrint]:
        """Return the event of a story, and of those joined into it, by story id."""
        ...

    def related(self, story_id: str) -> Sequence[RelatedStory]:
        """Return the other stories about a story's event.

        Linked ones come first, then those linked through a third; the best first.
        """
        ...
