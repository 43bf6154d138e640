"""Link a story to others about the same event: read, decide, write.

what a story tells of ──► candidates by shared keys ──► links ──► counts of independent reports
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from pipelines.model import EventDecision, EventLink, EventPrint, EventsEnded
from pipelines.ports import Decisions, Ledger
from pipelines.stories.events import around, keys_of, same_event

#: Stories that are compared with a new one, those that share most keys first. A busy day has some hundred.
CANDIDATES = 50


def relate_story(ledger: Ledger, event: EventPrint) -> bool:
    """Link a story to those of the same event; return whether anything changed.

    The counts of all stories concerned are brought up to date, in the same transaction.
    """
    # Most changes of a story change nothing of what it tells. So this is asked without making others wait.
    if _is_known(event, ledger.event_prints(event.story_id)):
        return False
    with ledger.deciding() as deciding:
        decision = decide_event(event, deciding)
        if decision is not None:
            deciding.take_event(decision)
    return decision is not None


def decide_event(event: EventPrint, deciding: Decisions) -> EventDecision | None:
    """Decide which stories tell of the same event; None where nothing changes."""
    story = deciding.story(event.story_id)
    is_present = story is not None and story.id == event.story_id
    kept = deciding.event_prints(event.story_id)
    if not is_present or _is_known(event, kept):
        return None
    joined = frozenset(kept) - {event.story_id}
    keys = tuple(dict.fromkeys(keys_of(event)))
    links = []
    for other in deciding.event_candidates(keys, without={event.story_id, *joined}, limit=CANDIDATES):
        link = same_event(event, other)
        if link is not None:
            links.append(link)
    after = _LinksAfterwards(deciding, {event.story_id, *joined}, event, links)
    concerned = _concerned_stories(deciding, event, joined, links, after)
    independent = _count_independent(concerned, after)
    return EventDecision(event, keys, tuple(links), joined, independent)


def decide_ended(story_ids: Iterable[str], deciding: Decisions) -> EventsEnded | None:
    """Decide what goes with stories that are gone and joined into none.

    Call it while their former ids still lead to them. Returns None where nothing is kept of their events.
    """
    ended: set[str] = set()
    for story_id in story_ids:
        ended.update(deciding.event_prints(story_id))
    if not ended:
        return None
    after = _LinksAfterwards(deciding, ended)
    concerned = _ends_of(deciding.event_links(ended)) - ended
    concerned |= _ends_of(after.links_of(concerned))
    return EventsEnded(frozenset(ended), _count_independent(concerned, after))


def _is_known(event: EventPrint, kept: Mapping[str, EventPrint]) -> bool:
    """Return whether just this is kept of a story, and nothing of joined ones."""
    return kept == {event.story_id: event}


class _LinksAfterwards:
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

    def times_of(self, story_ids: Collection[str]) -> dict[str, datetime]:
        """Return when each of these stories was first seen, as far as it is kept."""
        times = dict(self._deciding.event_times(story_ids))
        for story_id in self._replaced:
            times.pop(story_id, None)
        if self._event is not None and self._event.story_id in story_ids:
            times[self._event.story_id] = self._event.at
        return times


def _concerned_stories(
    deciding: Decisions,
    event: EventPrint,
    joined: frozenset[str],
    links: Collection[EventLink],
    after: _LinksAfterwards,
) -> set[str]:
    """Return the stories whose count may change.

    They are two steps from this one, before or after.
    """
    links_before = deciding.event_links({event.story_id, *joined})
    concerned = {event.story_id} | _ends_of(links_before) | _ends_of(links)
    concerned -= joined
    return concerned | _ends_of(after.links_of(concerned))


def _count_independent(story_ids: Collection[str], after: _LinksAfterwards) -> dict[str, int]:
    """Return how many reports of its event each story has, itself included."""
    neighbours = _ends_of(after.links_of(story_ids)) | set(story_ids)
    links = after.links_of(neighbours)
    times = after.times_of(_ends_of(links) | neighbours)
    counts = {}
    for story_id in story_ids:
        counts[story_id] = 1 + len(around(story_id, links, times))
    return counts


def _ends_of(links: Iterable[EventLink]) -> set[str]:
    ends = set()
    for link in links:
        ends.add(link.a)
        ends.add(link.b)
    return ends
