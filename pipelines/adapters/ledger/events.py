"""The part of the ledger for events (`ports.EventLedger`)."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.adapters.ledger import relating
from pipelines.adapters.ledger.database import LedgerPart
from pipelines.adapters.ledger.story_rows import present_ids
from pipelines.adapters.projection import cleaned
from pipelines.model import EventPrint, RelatedStory


class SqlEvents(LedgerPart):
    """Which stories are about one event, in a database."""

    def relate(self, print_: EventPrint) -> bool:
        print_ = cleaned(print_)
        with self.database.reading() as connection:  # without making other workers wait
            if relating.is_known(connection, print_):
                return False
        with self.database.writing_alone() as connection:
            return relating.relate(connection, print_)

    def related(self, story_id: str) -> Sequence[RelatedStory]:
        with self.database.reading() as connection:
            today = present_ids(connection, [story_id])[story_id]
            return relating.related(connection, today)
