"""A clock on which mails show times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from types import MappingProxyType
from typing import NamedTuple

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


class ReaderClock(NamedTuple):
    """A clock on which mails show times, by the name of its city."""

    #: In English, or in the first language written.
    name: str
    zone: tzinfo
    #: By language, where the beat writes several.
    names: Mapping[str, str] = _NO_NAMES


#: For a beat that names no clocks.
UTC_CLOCK = ReaderClock("UTC", UTC)
