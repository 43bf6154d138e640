"""Stories of a list, those of one event as one block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.web.room import Room
from pipelines.web.story_line import StoryLine, story_lines

#: Further reports of one event that a block shows; the page of the event has all.
REPORTS = 6


@dataclass(frozen=True, slots=True)
class EventBlock:
    """The first story of an event in a list, and its further reports."""

    head: StoryLine
    #: In the order of the list.
    others: Sequence[StoryLine] = ()
    #: Reports that are not shown.
    more: int = 0


def event_blocks(
    room: Room, story_ids: Sequence[str], first: int, number: int, language: str
) -> list[EventBlock]:
    """Return so many stories of a list, from the first one on, as blocks.

    A story whose event was shown on an earlier page, or higher on this one, has no block of its own.
    """
    places = {story_id: place for place, story_id in enumerate(story_ids)}
    events: dict[str, list[str]] = {}
    shown: set[str] = set()
    for story_id in story_ids[first : first + number]:
        if story_id in shown:
            continue
        others = _others_of(room, story_id, places)
        # They come in the order of the list.
        if others and places[others[0]] < first:
            continue
        events[story_id] = []
        for other in others:
            if other not in shown:
                events[story_id].append(other)
        shown.update((story_id, *others))
    return _blocks_of(room, events, language)


def _others_of(room: Room, story_id: str, places: Mapping[str, int]) -> list[str]:
    """Return the other stories of an event that the list has, in its order."""
    found = []
    for related in room.ledger.related(story_id):
        if related.story_id in places:
            found.append(related.story_id)
    return sorted(found, key=places.__getitem__)


def _blocks_of(room: Room, events: Mapping[str, Sequence[str]], language: str) -> list[EventBlock]:
    wanted: list[str] = []
    for head, others in events.items():
        wanted += (head, *others[:REPORTS])
    lines = {}
    for line in story_lines(room, wanted, language=language):
        lines[line.story.id] = line
    blocks = []
    for head, others in events.items():
        if head not in lines:
            continue
        shown = []
        for other in others[:REPORTS]:
            if other in lines:
                shown.append(lines[other])
        blocks.append(EventBlock(lines[head], shown, max(0, len(others) - REPORTS)))
    return blocks
