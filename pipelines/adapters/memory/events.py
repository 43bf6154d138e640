"""The part of the ledger for events (`ports.EventLedger`), in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.adapters.memory.ledger_state import LedgerState
from pipelines.adapters.projection import cleaned
from pipelines.model import EventPrint, RelatedStory
from pipelines.stories.events import around, same_event


class MemoryEvents(LedgerState):
    """Which stories are about one event."""

    def relate(self, print_: EventPrint) -> bool:
        with self._writing_alone():
            id_ = print_.story_id
            gone = self._event_prints.keys() - self._stories.keys()
            if id_ not in self._stories or (not gone and self._event_prints.get(id_) == print_):
                return False
            left = gone | {id_}
            others = {other: p for other, p in self._event_prints.items() if other not in left}
            self._event_links = [x for x in self._event_links if not left & {x.a, x.b}]
            self._event_links += [x for p in others.values() if (x := same_event(print_, p))]
            self._event_prints = others | {id_: cleaned(print_)}
            self._count_again()
            return True

    def _count_again(self) -> None:
        changed = []
        for id_ in self._event_prints:
            count = 1 + len(self.related(id_))
            if count != self._stories[id_].independent:
                self._stories[id_] = replace(self._stories[id_], independent=count)
                changed.append(self._stories[id_].lead_id)
        self._number_changes(sorted(changed))

    def related(self, story_id: str) -> Sequence[RelatedStory]:
        times = {id_: print_.at for id_, print_ in self._event_prints.items()}
        return around(self._present_id(story_id), self._event_links, times)
