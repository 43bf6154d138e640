"""What a digest shows of one event: its stories as one item (pure)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipelines.alerts.mail_context import AlertItem
from pipelines.alerts.told_events import ToldEvents
from pipelines.model import SavedSearch


def items_by_event(search: SavedSearch, items: Sequence[AlertItem], told: ToldEvents) -> list[AlertItem]:
    """Return the items, those of one event as one.

    The first has the others as its reports.
    """
    if search.group == "story":
        return list(items)
    return join_items(items, lambda first, item: _is_same_news(first, item, told))


def join_items(
    items: Sequence[AlertItem], is_of_event: Callable[[AlertItem, AlertItem], bool]
) -> list[AlertItem]:
    """Return the items, each with those that are of its event as its reports.

    All are of the event of the first one, so a chain of days is no event.
    """
    events: list[list[AlertItem]] = []
    for item in items:
        for event in events:
            if is_of_event(event[0], item):
                event.append(item)
                break
        else:
            events.append([item])
    return [event[0].with_reports(event[1:]) for event in events]


def _is_same_news(a: AlertItem, b: AlertItem, told: ToldEvents) -> bool:
    """Tell whether two items say the same of one event.

    An edit concerns one text alone.
    """
    if a.story is None or b.story is None or a.head.reason != b.head.reason:
        return False
    if a.head.reason == "update" or a.is_later_report != b.is_later_report:
        return False
    if a.is_later_report and a.thread == b.thread:
        return True
    return told.is_one_event(a.story.id, b.story.id)
