"""How often something may be tried: so many times in so many seconds."""

from __future__ import annotations

import threading
import time
from collections import deque

#: Names whose tries are remembered at most; the oldest are forgotten.
_MOST_NAMES = 10_000


class RateLimit:
    """Counts tries by name, in memory."""

    def __init__(self, tries: int, seconds: float) -> None:
        self.tries = tries
        self.seconds = seconds
        self._lock = threading.Lock()
        self._times: dict[str, deque[float]] = {}

    def allows(self, name: str) -> bool:
        """Tell whether another try is allowed."""
        with self._lock:
            return len(self._recent(name)) < self.tries

    def note(self, name: str) -> None:
        """Count a try."""
        with self._lock:
            self._recent(name).append(time.monotonic())

    def forget(self, name: str) -> None:
        """Forget the tries of a name."""
        with self._lock:
            self._times.pop(name, None)

    def _recent(self, name: str) -> deque[float]:
        if name not in self._times and len(self._times) >= _MOST_NAMES:
            del self._times[next(iter(self._times))]
        times = self._times.setdefault(name, deque())
        begin = time.monotonic() - self.seconds
        while times and times[0] < begin:
            times.popleft()
        return times
