"""The whole ledger: what we know and what we owe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pipelines.ports.alert_ledger import AlertLedger
from pipelines.ports.event_ledger import EventLedger
from pipelines.ports.feed_ledger import FeedLedger
from pipelines.ports.run_ledger import RunLedger
from pipelines.ports.story_ledger import StoryLedger


class Ledger(FeedLedger, StoryLedger, EventLedger, AlertLedger, RunLedger, Protocol):
    """The truth: what we know and what we owe.

    All writes are durable when the call returns.

    A consumer asks for the part that it needs, such as `AlertLedger`.
    """

    def tidy(self) -> str:
        """Update statistics and give free room back; return what was done, for a person.

        Others may read meanwhile; on SQLite whoever writes waits.
        """
        ...

    def damage(self) -> Sequence[str]:
        """Read the whole ledger; return what is damaged, for a person.

        Empty where all is well.
        """
        ...

    def close(self) -> None: ...
