"""The order of stories by how much they are reported, kept for a while."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

from pipelines.ports import Ledger

#: Stories read from the ledger at once.
_CHUNK = 1000


class StoryRanks:
    """Orders stories, the most reported first.

    A month has tens of thousands of stories, and reading them all takes longer than a page may. So what
    orders a story is read once, and read anew when it is older than `age_s`.
    """

    def __init__(self, ledger: Ledger, age_s: float) -> None:
        self._ledger = ledger
        self._age_s = age_s
        self._lock = threading.Lock()
        self._begun: datetime | None = None
        self._ranks: dict[str, tuple[int, int, float, str]] = {}

    def in_order(self, story_ids: Sequence[str], now: datetime) -> list[str]:
        """Return these stories in order, without those that are gone.

        Each comes once, under its present id.
        """
        with self._lock:
            if self._begun is None or abs((now - self._begun).total_seconds()) > self._age_s:
                self._begun = now
                self._ranks = {}
            unread = []
            for story_id in story_ids:
                if story_id not in self._ranks:
                    unread.append(story_id)
            self._read(unread)
            ranks = set()
            for story_id in story_ids:
                # One that is gone has none.
                if story_id in self._ranks:
                    ranks.add(self._ranks[story_id])
        # The last part of what orders a story is its present id.
        return [rank[-1] for rank in sorted(ranks)]

    def _read(self, story_ids: Sequence[str]) -> None:
        # Loaded here: the brief takes its time, and who opens the reading room need not wait for it.
        from pipelines.alerts.brief import rank_of

        for first in range(0, len(story_ids), _CHUNK):
            part = story_ids[first : first + _CHUNK]
            for story_id, story in self._ledger.stories(part).items():
                self._ranks[story_id] = rank_of(story)
