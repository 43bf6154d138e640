"""The first page: what came in, what changed, and how the watch is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from pipelines.alerts.brief_plots import plot_hours
from pipelines.alerts.receipt_facts import receipt_facts
from pipelines.model import StoryChange, StoryEvent, story_ids_of
from pipelines.web.arrivals import Arrived
from pipelines.web.choices import PERIODS, choice_of, number_of, text_of
from pipelines.web.event_block import EventBlock, event_blocks
from pipelines.web.page import language_of, room_of, show_page
from pipelines.web.reader_zone import reader_clock
from pipelines.web.room import Room

ORDERS = ("newest", "reported")
#: Stories on one page.
STORIES = 25
#: Values of one field that are offered.
VALUES = 8
#: Changes that the page tells, of this many turns that are looked at.
_CHANGES = 8
_TURNS = 300
_TOLD_CHANGES = (StoryChange.UPDATE, StoryChange.GONE, StoryChange.BACK, StoryChange.ORIGIN)

#: The fields by which the page can be narrowed.
FIELDS = ("lang", "country", "kind", "topic", "outlet")
#: The moments that the plot goes by.
PLOTS = ("arrival", "publication")


@dataclass(frozen=True, slots=True)
class CountedValue:
    """One value of a field, how often it occurs, and how long its bar is."""

    value: str
    number: int
    #: Of the longest bar, from 1 to 100.
    percent: int


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change of a story that a reader should hear of."""

    event: StoryEvent
    headline: str
    lang: str


def today(request: Request) -> Response:
    """Show what came in lately."""
    room = room_of(request)
    period = choice_of(request, "since", PERIODS)
    order = choice_of(request, "order", ORDERS)
    plot = choice_of(request, "plot", PLOTS)
    chosen = {}
    for name in FIELDS:
        chosen[name] = text_of(request, name)
    since = room.now() - PERIODS[period]
    arrivals = room.arrivals.since(since)
    for name, value in chosen.items():
        if value:
            arrivals = arrivals.with_value(name, value)
    page = number_of(request, "page", 1)
    blocks, stories = _shown_stories(room, arrivals, order, (page - 1) * STORIES, language_of(request))
    health = replace(room.health(), language=language_of(request), clocks=(reader_clock(request, room),))
    facts = {
        "period": period,
        "order": order,
        "orders": ORDERS,
        "periods": tuple(PERIODS),
        "chosen": chosen,
        "blocks": blocks,
        "stories": stories,
        "articles": len(arrivals),
        "outlets": arrivals.outlets(),
        "page": page,
        "pages": -(-stories // STORIES),
        "plot": plot_hours(arrivals.hours(plot), since, room.now(), language_of(request)),
        "plotted": plot,
        "plots": PLOTS,
        "counted": {name: counted_values(arrivals.values(name)) for name in FIELDS},
        "changes": _told_changes(room, since),
        "receipt": receipt_facts(health, since),
        "runs": room.ledger.runs(1),
    }
    return show_page(request, "today.html.j2", facts)


def counted_values(values: Iterable[str]) -> list[CountedValue]:
    """Return the most frequent values."""
    counts = Counter(values)
    del counts[""]
    most = max(counts.values(), default=1)
    counted = []
    for value, number in counts.most_common(VALUES):
        counted.append(CountedValue(value, number, max(1, round(100 * number / most))))
    return counted


def _shown_stories(
    room: Room, arrivals: Arrived, order: str, first: int, language: str
) -> tuple[list[EventBlock], int]:
    """Return one page of the list, and how many stories it has in all."""
    if order == "reported":
        ids = room.ranks.in_order(arrivals.story_ids())
    else:
        ids = _newest_first(arrivals)
    return event_blocks(room, ids, first, STORIES, language), len(ids)


def _newest_first(arrivals: Arrived) -> list[str]:
    """Return the ids of stories, the newest first.

    By the time that each entry shows: a copy of today makes no story newer.
    """
    first_seen = arrivals.first_seen()
    # Of two of one moment the one that came last is first.
    story_ids = list(first_seen)
    story_ids.reverse()
    return sorted(story_ids, key=first_seen.__getitem__, reverse=True)


def _told_changes(room: Room, since: Any) -> list[ToldChange]:
    """Return what changed lately and matters, newest first."""
    told: list[StoryEvent] = []
    for event in room.ledger.newest_history(_TURNS):
        if event.at >= since and event.material and event.turn in _TOLD_CHANGES:
            told.append(event)
    stories = room.ledger.stories(story_ids_of(told))
    changes = []
    for event in told:
        story = stories.get(event.story_id)
        if story is not None and story.is_on_beat:
            lang = story.languages[0] if story.languages else "und"
            changes.append(ToldChange(event, story.headline, lang))
    return changes[:_CHANGES]
