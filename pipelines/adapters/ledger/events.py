"""The part of the ledger for events (`ports.EventLedger`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelines.adapters.ledger.database import LedgerPart
from pipelines.adapters.ledger.event_rows import read_event_links, read_event_prints, read_event_times
from pipelines.adapters.ledger.story_rows import present_ids
from pipelines.model import EventPrint, RelatedStory
from pipelines.stories.related_stories import around


class SqlEvents(LedgerPart):
    """Which stories are about one event, in a database."""

    def event_prints(self, story_id: str) -> Mapping[str, EventPrint]:
        with self.database.reading() as connection:
            return read_event_prints(connection, story_id)

    def related(self, story_id: str) -> Sequence[RelatedStory]:
        with self.database.reading() as connection:
            today = present_ids(connection, [story_id])[story_id]
            neighbours = {today}
            for link in read_event_links(connection, [today]):
                neighbours |= {link.a, link.b}
            links = read_event_links(connection, neighbours)
            ends = set(neighbours)
            for link in links:
                ends |= {link.a, link.b}
            times = read_event_times(connection, ends)
        return around(today, links, times)
