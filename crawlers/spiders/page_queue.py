"""The entries of one source whose pages are still to be asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from crawlers.model import Entry


class PageQueue:
    """Entries that wait for their turn, as many as one crawl takes of a source."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[Entry] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def take(self) -> Entry:
        """Return the next entry. Raises IndexError where none waits."""
        return self._waiting.popleft()

    def add(self, entries: Iterable[Entry]) -> None:
        """Add entries in their order."""
        self._waiting.extend(entries)

    def add_news(self, entries: Sequence[Entry]) -> int:
        """Add entries, newest first if some must be left out.

        Returns how many of all that wait are left out, since there is no room for them.
        """
        if len(entries) > self._limit:
            entries = sorted(entries, key=_date_of, reverse=True)
        self.add(entries)
        return self.keep_first(self._limit)

    def add_baseline(self, entries: Sequence[Entry]) -> int:
        """Add old entries, the newest first, as far as there is room.

        Returns how many are left out.
        """
        room = max(self._limit - len(self._waiting), 0)
        newest = sorted(entries, key=_date_of, reverse=True)
        self.add(newest[:room])
        return len(newest[room:])

    def keep_first(self, number: int) -> int:
        """Keep the first entries; return how many others waited."""
        left_out = max(len(self._waiting) - number, 0)
        for _ in range(left_out):
            self._waiting.pop()
        return left_out


def _date_of(entry: Entry) -> datetime:
    """Return what sorts entries by date; those without one count as the newest."""
    return entry.published or entry.updated or datetime.max.replace(tzinfo=UTC)
