"""What hosts told us, kept between crawls as a file for each host.

It is a cache: whoever loses it asks again. It lies beside the batches and not in the ledger, because it is of
use to the crawler alone. A pause must also hold from the moment that it was asked for, whether the crawl
comes to its end or not.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from crawlers.model import CLOCKS_DIFFER
from crawlers.private_files import make_private_folder, open_private

log = logging.getLogger(__name__)

#: A host's name in lower case, and the port.
Place = tuple[str, int]

#: How long a copy of a robots.txt may serve (RFC 9309, section 2.4), and no pause is longer.
KEPT_FOR = timedelta(hours=24)
_SUFFIX = ".json"
#: What no file's name should hold: the colons of an IPv6 address.
_UNUSUAL = re.compile(r"[^\w.-]")
#: File systems allow names of 255 bytes; a host's name alone may have 253.
_NAME_CHARS = 200


@dataclass(frozen=True, slots=True)
class HostState:
    """What one host told us."""

    #: Its robots.txt as text, "" for one that is not there. None means that we never had an answer.
    robots: str | None = None
    robots_at: datetime | None = None
    #: Until when it wants to be left alone, and in which words it said so.
    paused_until: datetime | None = None
    pause_reason: str = ""


_state_json = TypeAdapter(HostState)


class HostStates:
    """The states of all hosts, in a folder; without a folder nothing is kept."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._known: dict[Place, HostState] = {}

    def read(self, place: Place, now: datetime) -> HostState:
        """Return what a host told us, without what is too old by now."""
        if place not in self._known:
            self._known[place] = self._read_file(place)
        state = self._known[place]
        robots, robots_at = state.robots, state.robots_at
        if robots_at is None or not -CLOCKS_DIFFER <= now - robots_at <= KEPT_FOR:
            robots = robots_at = None
        paused_until = state.paused_until
        if paused_until is None or not timedelta(0) < paused_until - now <= KEPT_FOR + CLOCKS_DIFFER:
            # Over, or set by a clock that was ahead.
            paused_until = None
        return HostState(robots, robots_at, paused_until, state.pause_reason)

    def write(self, place: Place, state: HostState) -> None:
        """Keep what a host told us.

        A folder that cannot be written costs the memory of it, and no crawl.
        """
        self._known[place] = state
        if self._folder is None:
            return
        path = self._path_of(self._folder, place)
        # Another crawl may read the file at the same time, so it is replaced as a whole.
        draft = path.with_suffix(f".{os.getpid()}.part")
        try:
            make_private_folder(self._folder)
            with open_private(draft, "wb") as file:
                file.write(_state_json.dump_json(state))
            draft.replace(path)
        except OSError as e:
            log.warning("what %s told us cannot be kept in %s: %s", place[0], self._folder, e.strerror)

    def discard_old(self, now: datetime) -> None:
        """Remove files that can say nothing any more."""
        if self._folder is None or not self._folder.is_dir():
            return
        oldest = (now - KEPT_FOR - CLOCKS_DIFFER).timestamp()
        for path in self._folder.iterdir():
            # Another crawl may tidy up at the same time.
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def _read_file(self, place: Place) -> HostState:
        if self._folder is None:
            return HostState()
        try:
            return _state_json.validate_json(self._path_of(self._folder, place).read_bytes())
        except (OSError, ValidationError):
            # None there, or one that broke: asking again mends it.
            return HostState()

    @staticmethod
    def _path_of(folder: Path, place: Place) -> Path:
        host, port = place
        name = _UNUSUAL.sub("_", host)
        # Two hosts whose names agree for so long share a file: the later one is remembered.
        return folder / f"{name[:_NAME_CHARS]}_{port}{_SUFFIX}"
