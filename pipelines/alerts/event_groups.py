"""What one search tells of one event, as one group of alerts (pure).

    groups of alerts, one a story ──► what the readers know is told      without_known
                                  ──► a later report waits               hold_later_report
                                  ──► what leaves now, one an event      gather_events

A group's first alert is its most important one, and bears the story that its mail opens with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from pipelines.alerts.alert_rules import told_by
from pipelines.alerts.cadence import due_at, next_slot
from pipelines.alerts.messages import is_leaving
from pipelines.alerts.told_events import ToldEvents
from pipelines.model import Alert, SavedSearch

#: What several stories of an event may have to tell together. An edit concerns one text alone.
_TOLD_TOGETHER = frozenset({"new", "spread"})


def without_known(
    search: SavedSearch, group: Sequence[Alert], told: ToldEvents, now: datetime
) -> tuple[list[Alert], list[Alert]]:
    """Return what of a group is to be told, and as told what its readers know."""
    unknown: list[Alert] = []
    known: list[Alert] = []
    for alert in group:
        same = None
        if alert.state == "held":
            same = told.same_to_all(search, alert)
        if same is None or same.mail is None:
            unknown.append(alert)
            continue
        if alert.reason == "new":
            # What else the group says was noted only because the first mail shows it.
            return [], told_by(same.mail, group, now)
        known.extend(told_by(same.mail, [alert], now))
    return unknown, known


def hold_later_report(
    search: SavedSearch, group: list[Alert], told: ToldEvents, now: datetime
) -> list[Alert]:
    """Return a group, held for a digest where it is a report of a known event."""
    head = group[0]
    is_new = head.reason == "new" and is_leaving(head, now)
    if not is_new or told.mail_about_event(search, head.story_id) is None:
        return group
    # A digest that comes at that hour keeps quiet hours too.
    due = due_at(search, next_slot(search, now)) if search.cadence == "immediate" else head.due
    return [replace(alert, due=due) for alert in group]


def gather_events(
    search: SavedSearch, groups: Iterable[list[Alert]], told: ToldEvents, now: datetime
) -> list[list[Alert]]:
    """Return the groups, those of one event that leave now as one.

    A number of copies or reports that is told takes the event's later reports along, which would have
    waited for a digest.
    """
    gathered: list[list[Alert]] = []
    waiting: list[list[Alert]] = []
    for group in groups:
        if not is_leaving(group[0], now):
            waiting.append(group)
            continue
        first = _find_of_same_event(gathered, group[0], told)
        if first is None:
            gathered.append(list(group))
        else:
            first.extend(group)
    for group in gathered:
        if group[0].reason == "spread":
            waiting = _take_along(group, waiting, told)
            group.extend(_held_before(search, group, told))
    return waiting + gathered


def _find_of_same_event(groups: Sequence[list[Alert]], head: Alert, told: ToldEvents) -> list[Alert] | None:
    """Return the group that tells the same of the same event, or None."""
    if head.reason not in _TOLD_TOGETHER:
        return None
    for group in groups:
        first = group[0]
        # All stand near the first: a chain of reports over many days is no event.
        if first.reason == head.reason and told.is_one_event(first.story_id, head.story_id):
            return group
    return None


def _take_along(group: list[Alert], waiting: Iterable[list[Alert]], told: ToldEvents) -> list[list[Alert]]:
    """Add what waits of later reports to the group of their event; return the rest."""
    rest: list[list[Alert]] = []
    for other in waiting:
        head = other[0]
        is_report = head.reason == "new" and head.state == "held"
        if is_report and told.is_one_event(group[0].story_id, head.story_id):
            group.extend(other)
        else:
            rest.append(other)
    return rest


def _held_before(search: SavedSearch, group: Sequence[Alert], told: ToldEvents) -> list[Alert]:
    """Return what the ledger holds of later reports and the group has not."""
    keys = {alert.key for alert in group}
    found: list[Alert] = []
    for alert in told.held_reports(search.id, group[0].story_id):
        if alert.key not in keys:
            found.append(alert)
    return found
