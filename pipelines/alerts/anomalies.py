"""Alerts about numbers and sources: spikes, silences, coverage receipts.

    new stories by day ──► spike, silence      health of sources ──► silent sources
                                     └──────────────┴──► alerts + mails, in one transaction

Each alert has a key of its day or of its silence. So the step may run often and tells nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from pipelines.alerts.alert_rules import told_by
from pipelines.alerts.cadence import due_at, last_slot, local_day, next_morning
from pipelines.alerts.ceiling import is_ceiling_reached
from pipelines.alerts.clock_marks import moment_after, watch_mark
from pipelines.alerts.context import NotifyContext, mail_context_of
from pipelines.alerts.digests import week_of
from pipelines.alerts.kept_aside import KeptAside
from pipelines.alerts.mail_context import MailContext, RelatedItem
from pipelines.alerts.messages import note_messages
from pipelines.alerts.silences import DailyCounts, Surroundings, silences_of
from pipelines.alerts.touched_stories import RELATED, related_items
from pipelines.alerts.volume import USUAL_DAYS, spike
from pipelines.model import Alert, OutboxMail, SavedSearch, Trouble
from pipelines.ports import Ledger
from pipelines.text.counts import counted

#: Reasons of a search that this step answers.
_WATCHED_REASONS = frozenset({"spike", "silence", "watch"})


def watch_searches(context: NotifyContext, troubles: list[Trouble]) -> int:
    """Owe mails about what is unusual; return how many.

    What is kept aside is added to `troubles`.
    """
    ledger = context.ledger
    now = context.clock.now()
    searches = _watched_searches(context)
    if not searches:
        # Health and counts are read from large tables, and nobody would hear of them.
        return 0
    seen = watch_mark(ledger).read_stored_time()
    counts = ledger.alert_counts(now - timedelta(days=USUAL_DAYS + 1))
    surroundings = Surroundings.of_context(context, now)
    aside = KeptAside(troubles)
    found: list[tuple[SavedSearch, Alert]] = []
    for search in searches:
        with aside.guard(f"what is unusual in search {search.id}"):
            for alert in _unusual_alerts(ledger, search, counts.get(search.id, {}), surroundings, now):
                found.append((search, alert))
    fresh = _without_known(ledger, found)
    if not fresh:
        # The usual end. The receipt is read only when a mail will show it.
        return 0
    mail_context = mail_context_of(context)
    mails: list[OutboxMail] = []
    alerts: list[Alert] = []
    for search, alert in fresh:
        due = _due_of(ledger, search, alert, now)
        if due > now:
            alerts.append(replace(alert, due=due))
            continue
        # Told in any case: one that cannot be written must not come back with every run of the day.
        alerts.extend(told_by(alert.key, [alert], now))
        with aside.guard(f"the mail of search {search.id} about {alert.reason}"):
            week = week_of(counts.get(search.id, {}), now)
            mails.extend(_note_with_stories(ledger, search, alert, mail_context, week))
    if not watch_mark(ledger).settle(alerts, mails, seen, moment_after(seen, now)):
        return 0
    return len(mails)


def _watched_searches(context: NotifyContext) -> list[SavedSearch]:
    """Return the searches that ask for anything unusual."""
    searches: list[SavedSearch] = []
    for parsed in context.beat.searches:
        if parsed.search.enabled and _WATCHED_REASONS.intersection(parsed.search.reasons):
            searches.append(parsed.search)
    return searches


def _unusual_alerts(
    ledger: Ledger, search: SavedSearch, counts: DailyCounts, surroundings: Surroundings, now: datetime
) -> list[Alert]:
    """Return what is unusual for one search, as far as it asks to hear of it."""
    found: list[Alert] = []
    if "spike" in search.reasons:
        unusual = spike(search, counts, now)
        if unusual is not None:
            found.append(unusual)
    if "silence" in search.reasons:
        found.extend(silences_of(ledger, search, counts, surroundings, now))
    if "watch" in search.reasons:
        found.append(_coverage_alert(search, counts, now))
    return found


def _coverage_alert(search: SavedSearch, counts: DailyCounts, now: datetime) -> Alert:
    """Return the coverage receipt of the reader's day.

    That day begins at the search's hour.
    """
    day = local_day(search, last_slot(replace(search, cadence="daily"), now))
    total = sum(number for _, number in week_of(counts, now))
    number = counted(total, "new story", "new stories") if total else "No new story"
    why = (f"{number} in the last seven days.",)
    return Alert(search.id, story_id="", reason="watch", why=why, step=f"{day}", decided=now, due=now)


def _without_known(
    ledger: Ledger, found: Sequence[tuple[SavedSearch, Alert]]
) -> list[tuple[SavedSearch, Alert]]:
    """Leave out the alerts that the ledger has already."""
    known: dict[str, set[str]] = {}
    fresh: list[tuple[SavedSearch, Alert]] = []
    for search, alert in found:
        if search.id not in known:
            known[search.id] = _known_keys(ledger, search)
        if alert.key not in known[search.id]:
            fresh.append((search, alert))
    return fresh


def _known_keys(ledger: Ledger, search: SavedSearch) -> set[str]:
    """Return the keys of a search's alerts that are about no story."""
    found: set[str] = set()
    for alert in ledger.alerts(search=search.id, stories=[""]):
        found.add(alert.key)
    return found


def _due_of(ledger: Ledger, search: SavedSearch, alert: Alert, now: datetime) -> datetime:
    """Return when an alert leaves: now, or when its reader wants mail again."""
    if alert.reason == "watch":
        # A coverage receipt has its own hour, so quiet hours, digests and the ceiling do not hold it back.
        return now
    due = due_at(search, now)
    if due <= now and is_ceiling_reached(ledger, search, now):
        return next_morning(search, now)
    return due


def _note_with_stories(
    ledger: Ledger,
    search: SavedSearch,
    alert: Alert,
    mail_context: MailContext,
    week: Sequence[tuple[date, int]],
) -> list[OutboxMail]:
    """Return the messages of an alert; those about a spike name the day's stories."""
    related: tuple[RelatedItem, ...] = ()
    if alert.reason == "spike":
        related = _stories_of_today(ledger, search, mail_context.now)
    return note_messages(search, alert, mail_context, week, related)


def _stories_of_today(ledger: Ledger, search: SavedSearch, now: datetime) -> tuple[RelatedItem, ...]:
    """Return the newest stories that a search found today.

    Today is that of UTC, as stories are counted.
    """
    story_ids: list[str] = []
    for alert in ledger.alerts(search=search.id):
        if alert.reason == "new" and alert.decided and alert.decided.date() == now.date():
            story_ids.append(alert.story_id)
    story_ids.reverse()
    newest = list(dict.fromkeys(story_ids))[:RELATED]
    return related_items(ledger, newest)
