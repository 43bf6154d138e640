"""How many reports the events of stories have, once a decision is written.

A ledger that only takes stories away uses this, and loads nothing that compares texts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from pipelines.model import EventLink, EventPrint, EventsEnded, EventVoice
from pipelines.ports import Decisions
from pipelines.stories.related_stories import around


def decide_ended(story_ids: Iterable[str], deciding: Decisions) -> EventsEnded | None:
    """Decide what goes with stories that are gone and joined into none.

    Call it while their former ids still lead to them. Returns None where nothing is kept of their events.
    """
    ended: set[str] = set()
    for story_id in story_ids:
        ended.update(deciding.event_prints(story_id))
    if not ended:
        return None
    after = LinksAfterwards(deciding, ended)
    concerned = ends_of(deciding.event_links(ended)) - ended
    concerned |= ends_of(after.links_of(concerned))
    return EventsEnded(frozenset(ended), count_independent(concerned, after))


class LinksAfterwards:
    """Links and times as they will be once a decision is written.

    What was kept of the stories `replaced` is dropped; the event and its links, if any, come instead.
    """

    def __init__(
        self,
        deciding: Decisions,
        replaced: Collection[str],
        event: EventPrint | None = None,
        links: Collection[EventLink] = (),
    ) -> None:
        self._deciding = deciding
        self._replaced = frozenset(replaced)
        self._event = event
        self._links = links

    def links_of(self, story_ids: Collection[str]) -> list[EventLink]:
        """Return the links with an end among these stories."""
        found = []
        for link in self._deciding.event_links(story_ids):
            if link.a not in self._replaced and link.b not in self._replaced:
                found.append(link)
        for link in self._links:
            if link.a in story_ids or link.b in story_ids:
                found.append(link)
        return found

    def voices_of(self, story_ids: Collection[str]) -> dict[str, EventVoice]:
        """Return who tells of the event in each of these stories, as far as it is kept."""
        voices = dict(self._deciding.event_voices(story_ids))
        for story_id in self._replaced:
            voices.pop(story_id, None)
        if self._event is not None and self._event.story_id in story_ids:
            voices[self._event.story_id] = EventVoice(self._event.voice, self._event.is_release)
        return voices

    def times_of(self, story_ids: Collection[str]) -> dict[str, datetime]:
        """Return when each of these stories was first seen, as far as it is kept."""
        times = dict(self._deciding.event_times(story_ids))
        for story_id in self._replaced:
            times.pop(story_id, None)
        if self._event is not None and self._event.story_id in story_ids:
            times[self._event.story_id] = self._event.at
        return times


def count_independent(story_ids: Collection[str], after: LinksAfterwards) -> dict[str, int]:
    """Return how many independent reports each story's event has, itself included.

    Reports of one voice count once, and so do a text, its translation and what was rewritten from it. A
    release is no report, and neither is its translation, its rewrite or another text of its origin.
    """
    neighbours = ends_of(after.links_of(story_ids)) | set(story_ids)
    links = after.links_of(neighbours)
    times = after.times_of(ends_of(links) | neighbours)
    voices = after.voices_of(times)
    counts = {}
    for story_id in story_ids:
        reports = [story_id]
        for related in around(story_id, links, times):
            reports.append(related.story_id)
        counts[story_id] = _count_voices(reports, links, voices)
    return counts


def _count_voices(
    reports: Sequence[str], links: Iterable[EventLink], voices: Mapping[str, EventVoice]
) -> int:
    """Count reports of different voices, a text and its retellings as one."""
    groups = _group_by_voice(reports, voices)
    _join_retold(groups, links)
    released: set[str] = set()
    for story_id, group in groups.items():
        if story_id in voices and voices[story_id].is_release:
            released.add(group)
    return len(set(groups.values()) - released)


def _group_by_voice(reports: Sequence[str], voices: Mapping[str, EventVoice]) -> dict[str, str]:
    """Return the group of each report: its voice, or itself where nobody is known."""
    groups: dict[str, str] = {}
    for story_id in reports:
        voice = voices.get(story_id)
        if voice is None or voice.name is None:
            groups[story_id] = story_id
        else:
            groups[story_id] = voice.name
    return groups


def _join_retold(groups: dict[str, str], links: Iterable[EventLink]) -> None:
    """Put each text, its translations and its rewrites into one group."""
    for link in links:
        is_retold = link.is_translation or link.rewritten_from is not None
        if is_retold and link.a in groups and link.b in groups:
            kept, dropped = groups[link.a], groups[link.b]
            for story_id, group in groups.items():
                if group == dropped:
                    groups[story_id] = kept


def ends_of(links: Iterable[EventLink]) -> set[str]:
    """Return the stories at either end of these links."""
    ends = set()
    for link in links:
        ends.add(link.a)
        ends.add(link.b)
    return ends
