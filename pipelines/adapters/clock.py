"""Clocks: the machine's own, a late one, a standing one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's clock."""

    # Always aware and in UTC: other zones are for those who read.
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class ShiftedClock:
    """The machine's clock, late by `behind`; ahead where that is negative.

    By it the demo's first round happens an hour ago.
    """

    behind: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) - self.behind


@dataclass
class FixedClock:
    """A clock that shows `at` until somebody sets it.

    That is the end of a data interval, so that a rerun gives the same answer, or a test's noon.
    """

    at: datetime

    def now(self) -> datetime:
        return self.at
