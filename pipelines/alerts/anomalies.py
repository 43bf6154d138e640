"""What is unusual: spikes, silence, coverage receipts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from pipelines.alerts.alert_rules import (
    told_by,
)
from pipelines.alerts.cadence import due_at, last_slot, local_day, next_morning
from pipelines.alerts.ceiling import is_ceiling_reached
from pipelines.alerts.context import NotifyContext, desk_of
from pipelines.alerts.digests import week_of
from pipelines.alerts.mail_content import RelatedItem
from pipelines.alerts.messages import note_messages
from pipelines.alerts.touched_stories import RELATED, related_items
from pipelines.alerts.volume import USUAL_DAYS, silence, silent_sources, spike
from pipelines.beat.source_health import health_of
from pipelines.model import (
    Alert,
    OutboxMail,
    SavedSearch,
)
from pipelines.ports import Ledger

WATCHED = "searches watched"


def watch_searches(house: NotifyContext) -> int:
    """Owe mails of what is unusual: spikes, silence of a search or of its sources, coverage receipts.

    Each has a key of its day (or of its silence), so that asking often tells nothing twice. Returns the mails owed.
    """
    ledger, now = house.ledger, house.clock.now()
    watching = [
        s
        for s in house.beat.searches
        if s.search.enabled and set(s.search.reasons) & {"spike", "silence", "watch"}
    ]
    if not watching:
        return 0
    seen = ledger.watermark(WATCHED)
    counts = ledger.alert_counts(now - timedelta(days=USUAL_DAYS + 1))
    countries = sorted({c for side in house.beat.sides for c in side.countries})
    volumes = ledger.volumes(
        (now - timedelta(days=USUAL_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    )
    health = health_of(house.beat.sources, ledger.feed_states(), volumes, now)
    troubled = [h for h in health if h.state in ("silent", "failing")]
    found: list[tuple[SavedSearch, Alert]] = []
    for standing in watching:
        search, numbers = standing.search, counts.get(standing.search.id, {})
        alerts: list[Alert | None] = []
        if "spike" in search.reasons:
            alerts.append(spike(search, numbers, now))
        if "silence" in search.reasons:
            alerts.append(silence(search, numbers, countries, now))
            if troubled and numbers:
                told_lately = ledger.alerts(search=search.id, told_since=now - timedelta(days=USUAL_DAYS))
                alerts += silent_sources(search, [a for a in told_lately if a.reason == "new"], troubled, now)
        if "watch" in search.reasons:
            alerts.append(_coverage(search, numbers, now))
        found += [(search, alert) for alert in alerts if alert]
    known = _known(ledger, {search.id for search, _ in found})
    fresh = [(search, alert) for search, alert in found if alert.key not in known]
    if not fresh:
        return 0
    desk = desk_of(house)
    mails: list[OutboxMail] = []
    settled: list[Alert] = []
    for search, alert in fresh:
        due = due_at(search, now) if alert.reason != "watch" else now
        if due <= now and is_ceiling_reached(ledger, search, now):
            due = next_morning(search, now)
        if due <= now:
            beside = _of_today(ledger, search, now) if alert.reason == "spike" else ()
            mails += note_messages(search, alert, desk, week_of(counts.get(search.id, {}), now), beside)
            settled += told_by(alert.key, [alert], now)
        else:
            settled.append(replace(alert, due=due))
    return (
        len(mails) if ledger.settle(settled, mails, WATCHED, seen, max(seen + 1, int(now.timestamp()))) else 0
    )


def _of_today(ledger: Ledger, search: SavedSearch, now: datetime) -> tuple[RelatedItem, ...]:
    """Return stories that a search has found since the day began (in UTC, as they are counted), the newest first."""
    new = [
        a
        for a in ledger.alerts(search=search.id)
        if a.reason == "new" and a.decided and a.decided.date() == now.date()
    ]
    return related_items(ledger, list(dict.fromkeys(a.story_id for a in reversed(new)))[:RELATED])


def _known(ledger: Ledger, search_ids: set[str]) -> set[str]:
    return {a.key for id_ in search_ids for a in ledger.alerts(search=id_, stories=[""])}


def _coverage(search: SavedSearch, counts: Mapping[str, int], now: datetime) -> Alert | None:
    """Return the receipt of a day, from the reader's hour on."""
    daily = replace(search, cadence="daily")
    slot = last_slot(daily, now)
    day = local_day(search, slot)
    week = sum(number for _, number in week_of(counts, now))
    why = (f"{week} new stories in the last seven days.",)
    return Alert(search.id, "", "watch", (), why, f"{day}", decided=now, due=now)
