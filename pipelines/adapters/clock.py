"""Clocks: the machine's own, and one that stands still for reruns and tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that shows `at` until somebody sets it: the end of a data interval, or a test's noon."""

    at: datetime

    def now(self) -> datetime:
        return self.at
