"""One name for all stories of an event."""

from __future__ import annotations

from pipelines.ports import Ledger


class EventIds:
    """Names each event by the first of its stories, by id."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, str] = {}

    def event_of(self, story_id: str) -> str:
        """Return the name of a story's event.

        It is the same for every story that is linked to it.
        """
        known = self._known.get(story_id)
        if known is not None:
            return known
        together = [story_id]
        for related in self._ledger.related(story_id):
            together.append(related.story_id)
        event_id = min(together)
        for one in together:
            self._known.setdefault(one, event_id)
        return event_id
