"""The other stories about a story's event, by links (pure)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from pipelines.model import EventLink, RelatedStory

#: An event is reported for two days, since many papers print the day alone; what comes later is another turn.
WINDOW = timedelta(hours=48)


def around(story_id: str, links: Collection[EventLink], times: Mapping[str, datetime]) -> list[RelatedStory]:
    """Return the other stories about a story's event, the best first.

    Stories linked to a linked one count too, because reports of one event stress different things. A
    third step does not, and all are within `WINDOW` of this story, so that a chain of days is no event.

    `links` has at least the links of the story and of those linked to it, `times` when each was first seen.
    """
    direct: dict[str, EventLink] = {}
    unlinked: set[str] = set()
    reporting: list[EventLink] = []
    for link in links:
        has_end_here = story_id in (link.a, link.b)
        if link.word != "unlinked":
            reporting.append(link)
            if has_end_here:
                direct[link.other(story_id)] = link
        elif has_end_here:
            # Also through a third story it is no report of this event: a person said so.
            unlinked.add(link.other(story_id))
    found = {}
    for id_, link in direct.items():
        found[id_] = RelatedStory(
            id_,
            link.score,
            link.why,
            is_translation=link.is_translation,
            rewritten_from=link.rewritten_from,
        )
    for link in sorted(reporting, key=lambda x: (-x.score, x.a, x.b)):
        for middle in {link.a, link.b} & direct.keys():
            other = link.other(middle)
            is_new = other != story_id and other not in found and other not in unlinked
            if is_new and _is_within_window(story_id, other, times):
                score = min(link.score, direct[middle].score)
                found[other] = RelatedStory(other, score, link.why, middle)
    return sorted(found.values(), key=lambda r: (r.through is not None, -r.score, r.story_id))


def _is_within_window(a: str, b: str, times: Mapping[str, datetime]) -> bool:
    return a in times and b in times and abs(times[a] - times[b]) <= WINDOW
