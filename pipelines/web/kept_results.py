"""What searches found, kept for as long as nothing was written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, TypeVar, cast

T = TypeVar("T")

#: Results that are kept; the one that was found first goes first.
MOST = 50


class KeptResults:
    """Gives what was found before, where the index is still the same.

    A search for everything counts all stories there are, and many readers ask it: the tenth of them need not
    wait for that.
    """

    def __init__(self, state: Callable[[], object], age_s: float) -> None:
        """Ask `state` for what changes with the index.

        A server may show what was written a moment later than it says, so nothing is kept for longer than
        `age_s`.
        """
        self._state = state
        self._age_s = age_s
        self._lock = threading.Lock()
        self._kept: dict[Hashable, tuple[object, datetime, object]] = {}

    def result(self, asked: Hashable, find: Callable[[], T], now: datetime) -> T:
        """Return what was found for a question, or find it now.

        Two readers who ask at once may both have it looked for.
        """
        state = self._state()
        with self._lock:
            kept = self._kept.get(asked)
        if kept is not None and kept[0] == state and abs((now - kept[1]).total_seconds()) <= self._age_s:
            return cast(T, kept[2])
        found: Any = find()
        with self._lock:
            self._kept.pop(asked, None)
            # The state of before: what was written meanwhile may be missing.
            self._kept[asked] = state, now, found
            while len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
        return cast(T, found)
