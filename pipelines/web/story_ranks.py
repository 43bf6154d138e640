"""The order of stories by how much they are reported, kept until they change."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from operator import attrgetter

from pipelines.model import StoryRank
from pipelines.ports import Ledger

#: Stories read from the ledger at once.
_CHUNK = 5000


class StoryRanks:
    """Orders stories, the most reported first.

    A month has tens of thousands of stories, and reading what orders them takes longer than a page may. So
    it is read once for each, and anew for those that changed.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._ranks: dict[str, StoryRank] = {}
        #: The place of each story in the order of all that were read, by any id asked for.
        self._places: dict[str, int] = {}
        self._in_order: list[str] = []
        #: Former ids that were asked for, by the story that has them now.
        self._former: dict[str, set[str]] = {}
        #: Ids that are no story any more.
        self._gone: set[str] = set()

    def in_order(self, story_ids: Sequence[str]) -> list[str]:
        """Return these stories in order, without those that are gone.

        Each comes once, under its present id.
        """
        with self._lock:
            unread = []
            for story_id in story_ids:
                if story_id not in self._ranks and story_id not in self._gone:
                    unread.append(story_id)
            if unread:
                self._read(unread)
            places = {self._places[story_id] for story_id in story_ids if story_id in self._places}
            in_order = self._in_order
        return [in_order[place] for place in sorted(places)]

    def forget(self, story_ids: Iterable[str]) -> None:
        """Read these anew when they are next asked for."""
        with self._lock:
            for changed_id in story_ids:
                for story_id in (changed_id, *self._former.pop(changed_id, ())):
                    self._ranks.pop(story_id, None)
                    self._gone.discard(story_id)

    def _read(self, story_ids: Sequence[str]) -> None:
        for first in range(0, len(story_ids), _CHUNK):
            self._ranks.update(self._ledger.story_ranks(story_ids[first : first + _CHUNK]))
        self._gone.update(story_id for story_id in story_ids if story_id not in self._ranks)
        ranks = sorted(set(self._ranks.values()), key=attrgetter("order"))
        self._in_order = [rank.story_id for rank in ranks]
        place_of = {story_id: place for place, story_id in enumerate(self._in_order)}
        self._places = {}
        for asked, rank in self._ranks.items():
            self._places[asked] = place_of[rank.story_id]
            if asked != rank.story_id:
                self._former.setdefault(rank.story_id, set()).add(asked)
