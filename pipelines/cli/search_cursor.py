"""Where a page of a search ended, as a word for programs."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime

from pipelines.model import StoryHits, StoryOrder, StoryPlace


def write_cursor(found: StoryHits, order: StoryOrder, limit: int) -> str | None:
    """Return the cursor behind a page, or None where nothing stands behind it.

    Only an order by time has places that stay: how rare a word is changes with each article.
    """
    if order == "best" or len(found.stories) < limit:
        return None
    story_id, hits = found.stories[-1]
    # Whole microseconds: two stories of one second are two places.
    place = [order, hits[0].sort_time.isoformat(), story_id]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def read_cursor(cursor: str, order: StoryOrder) -> StoryPlace:
    """Return the place that a cursor of this order names.

    Raises ValueError with what to do.
    """
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        written, moment, story_id = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        at = datetime.fromisoformat(moment)
        is_whole = isinstance(story_id, str) and at.tzinfo is not None
    except (ValueError, TypeError, RecursionError, binascii.Error):
        is_whole = False
    if not is_whole:
        raise ValueError("this is no cursor; give the value of `next` of the page before, as it is")
    if written != order:
        raise ValueError(f"this cursor goes on in another order; add: --sort {written}")
    return StoryPlace(at, story_id)
