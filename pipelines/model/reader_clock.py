"""A clock on which mails show times."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import NamedTuple


class ReaderClock(NamedTuple):
    """A clock on which mails show times, by the name of its city."""

    name: str
    zone: tzinfo


#: For a beat that names no clocks.
UTC_CLOCK = ReaderClock("UTC", UTC)
