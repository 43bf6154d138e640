"""The port for the time."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of "now", so that a rerun with the same clock gives the same answer."""

    def now(self) -> datetime:
        """Return the present, aware and in UTC."""
        ...
