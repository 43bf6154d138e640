"""Stories in groups, one an event."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.ports import Ledger


def stories_by_event(ledger: Ledger, story_ids: Iterable[str]) -> list[list[str]]:
    """Return the stories in groups of one event, in the order of their first ones.

    All of a group are related to its first story, so a chain of days is no group.
    """
    groups: list[list[str]] = []
    placed: dict[str, list[str]] = {}
    for story_id in story_ids:
        group = placed.get(story_id)
        if group is None:
            group = []
            groups.append(group)
            for related in ledger.related(story_id):
                placed.setdefault(related.story_id, group)
        group.append(story_id)
    return groups
