"""By what a result can be narrowed.

The values of its fields, with the number of their stories.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pipelines.model import Facets
from pipelines.query import Query
from pipelines.text.folding import keyword
from pipelines.web.room import Room

#: The fields that an index counts, in the order of the page. It counts each source twice, by id and name.
_INDEXED = ("lang", "country", "kind", "topic", "source", "relation")
#: Values of one field that are offered.
_VALUES = 8
#: An index knows the words of a carrier's name and not the name, so the ledger is asked for the stories of a
#: result. Of a larger one that takes too long, and a part of it would make a wrong number.
_MOST_STORIES = 500


def read_facets(room: Room, query: Query, total: int) -> Facets:
    """Return the most frequent values of each field of a result with `total` stories."""
    counted = room.index.facets(query, _INDEXED, 3 * _VALUES)
    facets: dict[str, Mapping[str, int]] = {}
    for field in _INDEXED:
        values = counted.get(field, {})
        if field == "source":
            facets["carrier"] = _count_carriers(room, query, total)
            values = _without_names(values, outlet_names(room))
        facets[field] = dict(list(values.items())[:_VALUES])
    return facets


def outlet_names(room: Room) -> dict[str, str]:
    """Return the names of the beat's sources by their ids, as an index writes these."""
    names = {}
    for source in room.beat.sources:
        names[keyword(source.id)] = source.name
    return names


def _without_names(values: Mapping[str, int], names: Mapping[str, str]) -> dict[str, int]:
    """Return how often each source is there, by its id alone."""
    known = {keyword(name) for name in names.values()}
    found = {}
    for value, number in values.items():
        if value in names or value not in known:
            found[value] = number
    return found


def _count_carriers(room: Room, query: Query, total: int) -> dict[str, int]:
    if total > _MOST_STORIES:
        return {}
    story_ids = room.index.facets(query, ("story",), _MOST_STORIES).get("story", {})
    carriers: Counter[str] = Counter()
    for story in room.ledger.stories(list(story_ids)).values():
        if story.carrier is not None:
            carriers[story.carrier] += 1
    return dict(carriers.most_common(_VALUES))
