"""The part of the ledger for events (`ports.EventLedger`), in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime

from pipelines.adapters.memory.clean_values import clean_value
from pipelines.adapters.memory.ledger_state import LedgerState
from pipelines.model import EventDecision, EventLink, EventPrint, EventsEnded, EventVoice, RelatedStory
from pipelines.stories.related_stories import around


class MemoryEvents(LedgerState):
    """Which stories are about one event."""

    def event_prints(self, story_id: str) -> Mapping[str, EventPrint]:
        found = {}
        for kept_id, event in self._event_prints.items():
            if kept_id == story_id or self._redirects.get(kept_id) == story_id:
                found[kept_id] = event
        return found

    def related(self, story_id: str) -> Sequence[RelatedStory]:
        times = self._event_times_of(self._event_prints)
        return around(self._present_id(story_id), self._event_links, times)

    # -- for decisions --------------------------------------------------------------------------------

    def _event_candidates(
        self, keys: Collection[str], without: Collection[str], limit: int
    ) -> list[EventPrint]:
        common: Counter[str] = Counter()
        for key in keys:
            common.update(self._event_keys.get(key, set()).difference(without))
        # As in the database: what `limit` counts may hold stories that are gone.
        ranked = sorted(common, key=lambda story_id: (-common[story_id], story_id))
        candidates = []
        for story_id in ranked[:limit]:
            if story_id in self._stories:
                candidates.append(self._event_prints[story_id])
        return candidates

    def _event_links_of(self, story_ids: Collection[str]) -> list[EventLink]:
        found: list[EventLink] = []
        for link in self._event_links:
            if link.a in story_ids or link.b in story_ids:
                found.append(link)
        return found

    def _event_times_of(self, story_ids: Collection[str]) -> dict[str, datetime]:
        times = {}
        for story_id in story_ids:
            event = self._event_prints.get(story_id)
            if event is not None:
                times[story_id] = event.at
        return times

    def _event_voices_of(self, story_ids: Collection[str]) -> dict[str, EventVoice]:
        voices = {}
        for story_id in story_ids:
            event = self._event_prints.get(story_id)
            if event is not None:
                voices[story_id] = EventVoice(event.voice, event.is_release)
        return voices

    def _take_event(self, decision: EventDecision) -> None:
        decision = clean_value(decision)
        story_id = decision.print.story_id
        self._delete_events({story_id, *decision.joined})
        self._event_prints[story_id] = decision.print
        for key in decision.keys:
            self._event_keys[key] = self._event_keys.get(key, set()) | {story_id}
        self._event_links.extend(decision.links)
        self._write_independent(decision.independent)

    def _take_ended_events(self, ended: EventsEnded) -> None:
        self._delete_events(ended.story_ids)
        self._write_independent(ended.independent)

    def _delete_events(self, story_ids: Set[str]) -> None:
        for story_id in story_ids:
            self._event_prints.pop(story_id, None)
        for key, found in self._event_keys.items():
            # New sets: a decision that fails goes back to the old ones.
            self._event_keys[key] = found - story_ids
        left = []
        for link in self._event_links:
            if story_ids.isdisjoint((link.a, link.b)):
                left.append(link)
        self._event_links = left

    def _write_independent(self, independent: Mapping[str, int]) -> None:
        """Write the counts that changed, and number the originals' articles for the index."""
        changed = []
        for story_id, count in independent.items():
            story = self._stories.get(story_id)
            if story is not None and story.independent != count:
                self._stories[story_id] = replace(story, independent=count)
                changed.append(story.lead_id)
        self._number_changes(sorted(changed))
