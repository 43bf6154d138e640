"""The doors to the outside, as Protocols that state their guarantees.

Each port has one contract suite in `tests/contracts/`, run against the memory adapter and every
real one. A new method goes where its guarantee is kept (what must be one transaction is one method), and
gets its test there. Adapters translate their library's exceptions into
`TemporaryError` (locked, away, full: nothing was changed, try again) and
`PermanentError`; what else they raise is a bug.
"""

from __future__ import annotations

from pipelines.ports.alert_ledger import AlertLedger, WatermarkMove
from pipelines.ports.batches import Batches
from pipelines.ports.clock import Clock
from pipelines.ports.decision import Decisions
from pipelines.ports.event_ledger import EventLedger
from pipelines.ports.feed_ledger import FeedLedger
from pipelines.ports.ledger import Ledger
from pipelines.ports.mail import Mailer
from pipelines.ports.run_ledger import RunLedger
from pipelines.ports.search_index import SearchIndex
from pipelines.ports.story_ledger import StoryLedger

__all__ = [
    "AlertLedger",
    "Batches",
    "Clock",
    "Decisions",
    "EventLedger",
    "FeedLedger",
    "Ledger",
    "Mailer",
    "RunLedger",
    "SearchIndex",
    "StoryLedger",
    "WatermarkMove",
]
