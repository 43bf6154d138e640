"""A value that many pages show and that takes long to work out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")


class KeptValue(Generic[T]):
    """Works a value out, and keeps it for a while.

    One thread works it out; others that ask meanwhile wait for it.
    """

    def __init__(self, work_out: Callable[[], T], age_s: float) -> None:
        self._work_out = work_out
        self._age_s = age_s
        self._lock = threading.Lock()
        self._kept: tuple[datetime, T] | None = None

    def at(self, now: datetime) -> T:
        """Return the value, at most so old as it may be."""
        with self._lock:
            if self._kept is None or abs((now - self._kept[0]).total_seconds()) > self._age_s:
                self._kept = now, self._work_out()
            return self._kept[1]

    def forget(self) -> None:
        """Have the value worked out anew when it is next asked for."""
        with self._lock:
            self._kept = None
