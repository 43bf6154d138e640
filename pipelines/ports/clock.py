"""The port for the time."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of "now": a rerun at the same time gives the same answer."""

    def now(self) -> datetime:
        """Return the present, aware and in UTC."""
        ...
