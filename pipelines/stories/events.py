"""Which stories report one event, in whatever language (pure).

    EventPrint of two stories, close in time ──► event_comparison ──► EventLink, or None

An event here is one event, or one visit or decision as told within two days. A comment on an event is another
report, unless both tell of the same comment. Stories are linked, and never made one. Precision goes first: a
wrong link hides nothing, but costs the reader's trust.

`event_print` makes the marks, `event_comparison` weighs them, `event_outline` tells a rewrite from a report,
`event_reasons` says why.
"""

from __future__ import annotations

from datetime import datetime

from pipelines.model import EventLink, EventPrint
from pipelines.stories.event_comparison import ANCHORS, compare
from pipelines.stories.event_outline import Rewrite, find_rewrite
from pipelines.stories.event_reasons import give_reasons, is_translation
from pipelines.stories.event_weights import kind_of
from pipelines.stories.related_stories import WINDOW
from pipelines.text.languages import base_of

#: The weight from which two stories report one event. Measured by tests/eval/test_event_floor.py.
LINKED_WEIGHT = 3.3

#: Kinds by which stories of one event find each other, and the least weight of such a mark.
_KEY_KINDS = frozenset({*ANCHORS, "leader", "subject", "body"})
_KEY_WEIGHT = 0.4


def keys_of(story: EventPrint) -> tuple[str, ...]:
    """Return the keys by which stories of one event find each other.

    A key is a mark and a stretch of time. Each story has the keys of its own stretch of `WINDOW` and of
    the one before. So any two stories within a window that share a weighty mark share a key.
    """
    # Two keys a mark: a window that begins in one stretch may end in the next.
    stretch = int(story.at.timestamp() // WINDOW.total_seconds())
    keys = []
    for mark, weight in story.marks.items():
        if weight >= _KEY_WEIGHT and kind_of(mark) in _KEY_KINDS:
            keys += [f"{mark}@{stretch}", f"{mark}@{stretch - 1}"]
    return tuple(keys)


def same_event(a: EventPrint, b: EventPrint) -> EventLink | None:
    """Return the link between two stories that report one event, or None.

    It depends on the two alone, and not on their order.
    """
    apart = abs(a.at - b.at)
    if a.story_id == b.story_id or apart > WINDOW:
        return None
    comparison = compare(a.marks, b.marks, apart, LINKED_WEIGHT)
    if comparison is None:
        return None
    first, second = sorted((a.story_id, b.story_id))
    earlier, later = sorted((a, b), key=_order_of_appearance)
    rewrite = _find_rewrite(earlier, later)
    return EventLink(
        first,
        second,
        round(comparison.weight, 2),
        give_reasons(comparison.shared, a, b, rewrite),
        is_translation(comparison.shared, a, b),
        earlier.story_id if rewrite else None,
    )


def _order_of_appearance(story: EventPrint) -> tuple[datetime, str]:
    return story.at, story.story_id


def _find_rewrite(earlier: EventPrint, later: EventPrint) -> Rewrite | None:
    """Return what shows that the later text is a rewrite, or None.

    What a newsroom writes again itself counts once anyway, and other languages have other words.
    """
    is_one_voice = earlier.voice is not None and earlier.voice == later.voice
    if is_one_voice or base_of(earlier.lang or "") != base_of(later.lang or ""):
        return None
    return find_rewrite(earlier.outline, later.outline)
