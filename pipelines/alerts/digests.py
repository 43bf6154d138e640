"""Digests: one mail for each search whose hour has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pipelines.alerts.alert_rules import (
    ceiling_reached,
    told_by,
)
from pipelines.alerts.cadence import last_slot
from pipelines.alerts.ceiling import is_ceiling_reached
from pipelines.alerts.context import NotifyContext, desk_of
from pipelines.alerts.mail_content import AlertItem, compose_digest
from pipelines.alerts.messages import messages_of, note_messages
from pipelines.alerts.touched_stories import TouchedStories
from pipelines.beat.searches import ParsedSearch
from pipelines.model import (
    Alert,
    OutboxMail,
    SavedSearch,
)
from pipelines.ports import Ledger

WEEK_DAYS = 7


def send_digests(house: NotifyContext) -> int:
    """Owe one mail to each search whose hour has come and that has something to tell, or asks for empty ones.

    Returns the mails owed. Nothing is sent here.
    """
    held: dict[str, list[Alert]] = {}
    now = house.clock.now()
    for alert in house.ledger.alerts(states=["held"]):
        if alert.due is not None and alert.due <= now:
            held.setdefault(alert.search_id, []).append(alert)
    counts = house.ledger.alert_counts(now - timedelta(days=WEEK_DAYS))
    step: _Digests | None = None
    owed = 0
    for standing in house.beat.searches:
        due = held.get(standing.search.id, [])
        mark = _mark(house.ledger, standing.search, due, now)
        if standing.search.enabled and mark is not None:
            step = step or _Digests(house)
            if (
                standing.search.cadence == "hourly"
                and due
                and is_ceiling_reached(house.ledger, standing.search, now)
            ):
                owed += step.say_full(standing.search, mark[0])
            else:
                owed += step.owe(standing, due, *mark, counts.get(standing.search.id, {}))
    return owed


def _mark(ledger: Ledger, search: SavedSearch, due: Sequence[Alert], now: datetime) -> tuple[int, int] | None:
    """Return (how far its digests have come, how far they come now), None where there is nothing to do yet."""
    if search.cadence == "immediate" and not due:
        return None
    seen = ledger.watermark(f"digest {search.id}")
    if search.cadence == "immediate":
        return seen, max(seen + 1, int(now.timestamp()))
    slot = int(last_slot(search, now).timestamp())
    return (seen, slot) if slot > seen else None


class _Digests:
    """One run of the step, which reads the receipt once."""

    def __init__(self, house: NotifyContext) -> None:
        self._ledger = house.ledger
        self._desk = desk_of(house)

    def owe(
        self,
        standing: ParsedSearch,
        due: Sequence[Alert],
        seen: int,
        slot: int,
        counts: Mapping[str, int],
    ) -> int:
        search, now = standing.search, self._desk.now
        key = f"{search.id}::digest:{slot}"
        shown, again = self._shown(standing, due)
        mails: list[OutboxMail] = []
        # The first slot after a search was made has nothing to look back on.
        if shown or (search.empty and search.cadence != "immediate" and seen):
            since = datetime.fromtimestamp(seen, now.tzinfo) if seen else None
            mail = compose_digest(search, key, shown, self._desk, week_of(counts, now), since=since)
            mails = messages_of(search, mail, shown, self._desk)
        told = [alert for one in shown for alert in one.alerts]
        done = [*told_by(key, told, now), *(replace(a, state="told", told=now) for a in again)]
        settled = self._ledger.settle(done, mails, f"digest {search.id}", seen, slot)
        return len(mails) if settled else 0

    def say_full(self, search: SavedSearch, seen: int) -> int:
        """Leave all that is held for the first mail of the reader's next day, and say so once."""
        full = ceiling_reached(search, self._desk.now)
        if self._ledger.known_keys([full.key]):
            return 0
        mails = note_messages(search, full, self._desk)
        alerts = told_by(full.key, [full], self._desk.now)
        return len(mails) if self._ledger.settle(alerts, mails, f"digest {search.id}", seen, seen) else 0

    def _shown(self, standing: ParsedSearch, due: Sequence[Alert]) -> tuple[list[AlertItem], list[Alert]]:
        """Return what the digest shows, and alerts that have nothing to say any more.

        Stories that were joined since stand in it once; one that was told meanwhile, under another's name, not again.
        """
        ids = {alert.story_id for alert in due if alert.story_id}
        stories = TouchedStories(self._ledger, ids)
        known = [
            a for a in self._ledger.alerts(stories=ids, states=["told"]) if a.search_id == standing.search.id
        ]
        threads = {a.story_id: a.mail for a in known if a.reason == "new" and a.mail}
        told_in = {(a.story_id, a.reason, a.step): a.mail for a in known}
        groups: dict[tuple[str, str], list[Alert]] = {}
        again: list[Alert] = []
        for alert in due:
            if alert.story_id and (thing := (alert.story_id, alert.reason, alert.step)) in told_in:
                again.append(replace(alert, mail=told_in[thing]))
            elif alert.story_id and stories.get(alert.story_id) is None:
                again.append(alert)
            else:
                apart = "" if alert.story_id else alert.key
                groups.setdefault((alert.story_id, apart), []).append(alert)
        # A threshold that was passed before the first mail says nothing of its own.
        mute = [place for place, group in groups.items() if not any(alert.why for alert in group)]
        again += [alert for place in mute for alert in groups.pop(place)]
        order = {"new": 0, "update": 1}
        return [
            stories.told(
                standing.query, sorted(group, key=lambda a: order.get(a.reason, 2)), threads.get(story_id)
            )
            for (story_id, _), group in groups.items()
        ], again


def week_of(counts: Mapping[str, int], now: datetime) -> list[tuple[str, int]]:
    """Return (day, new stories) of the last seven days, oldest first."""
    days = [now.date() - timedelta(days=n) for n in range(WEEK_DAYS - 1, -1, -1)]
    return [(f"{day:%a} {day.day} {day:%b}", counts.get(day.isoformat(), 0)) for day in days]
