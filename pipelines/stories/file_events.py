"""Which stories of a file report one event (pure).

Candidates are found as the ledger finds them: by keys in common, those that share most first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pipelines.model import EventLink, EventPrint
from pipelines.stories.event_links import CANDIDATES
from pipelines.stories.events import keys_of, same_event


def link_events(prints: Iterable[EventPrint]) -> Mapping[str, Sequence[EventLink]]:
    """Return the links of each story that has one, the best first."""
    earlier: dict[str, EventPrint] = {}
    by_key: defaultdict[str, list[str]] = defaultdict(list)
    links: defaultdict[str, list[EventLink]] = defaultdict(list)
    for story in prints:
        keys = keys_of(story)
        for story_id in _find_candidates(keys, by_key):
            link = same_event(story, earlier[story_id])
            if link is not None:
                links[story.story_id].append(link)
                links[story_id].append(link)
        earlier[story.story_id] = story
        for key in keys:
            by_key[key].append(story.story_id)
    for found in links.values():
        found.sort(key=lambda link: (-link.score, link.a, link.b))
    return links


def _find_candidates(keys: Iterable[str], by_key: Mapping[str, Sequence[str]]) -> list[str]:
    common: Counter[str] = Counter()
    for key in keys:
        common.update(by_key.get(key, ()))
    sharing = sorted(common, key=lambda story_id: (-common[story_id], story_id))
    return sharing[:CANDIDATES]
