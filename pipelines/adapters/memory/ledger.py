"""The ledger in memory: the simple reference of the port, which most tests use.

It keeps whole values in dictionaries and looks at all of them; nothing is fast and nothing is durable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pipelines.adapters.memory.alerts import MemoryAlerts
from pipelines.adapters.memory.decisions import DecidedState, MemoryDecisions
from pipelines.adapters.memory.feeds import MemoryFeeds
from pipelines.ports import Decisions


class MemoryLedger(MemoryFeeds, DecidedState, MemoryAlerts):
    """All that a ledger promises, except that it ends with its process."""

    @contextmanager
    def deciding(self) -> Iterator[Decisions]:
        with self._writing_alone(), self._undone_on_error():
            yield MemoryDecisions(self)

    def tidy(self) -> str:
        return "nothing to tidy in memory"

    def damage(self) -> Sequence[str]:
        return ()

    def close(self) -> None:
        pass
