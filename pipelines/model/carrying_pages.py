"""The pages of other stories that carry a story's text."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.model.story import Carrying


def pages_carrying(story_id: str, carryings: Iterable[Carrying]) -> list[Carrying]:
    """Return by which pages a story's text is carried, each once.

    Of several of its articles that a page is like, the one of which it keeps most stands for the text.
    """
    found: dict[str, Carrying] = {}
    for carrying in carryings:
        known = found.get(carrying.page_id)
        if carrying.continues or carrying.story_id != story_id:
            continue
        if known is None or known.share < carrying.share:
            found[carrying.page_id] = carrying
    return list(found.values())
