"""What is told of a search or a source that fell silent.

A silence may wait in the ledger for the next digest. By then a source may have been mended, and a story may
have come: what is over by then is not told, and the rest is told as it is then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipelines.alerts.context import NotifyContext
from pipelines.alerts.source_record import read_source_health
from pipelines.alerts.volume import USUAL_DAYS, silence, silent_sources
from pipelines.beat.source_health import Health
from pipelines.model import Alert, SavedSearch
from pipelines.ports import Ledger

#: New stories of one search by day (ISO, UTC).
DailyCounts = Mapping[str, int]
#: What is over is written as told. That follows no sequence of changes, so this watermark stays at 0.
_OVER = "silences over"
#: The end of the step of a silent source, "-2026-01": the month in which it was noted.
_MONTH_CHARS = 8


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the numbers of a search are judged by."""

    #: Countries of the beat, whose holidays are quiet days.
    countries: Sequence[str]
    #: Sources of which articles are missed.
    troubled: Sequence[Health]

    @classmethod
    def of_context(cls, context: NotifyContext, now: datetime) -> Surroundings:
        countries: set[str] = set()
        for side in context.beat.sides:
            countries.update(side.countries)
        troubled: list[Health] = []
        for one in read_source_health(context.ledger, context.beat.sources, now):
            if one.is_troubled:
                troubled.append(one)
        return cls(sorted(countries), troubled)


def silences_of(
    ledger: Ledger, search: SavedSearch, counts: DailyCounts, surroundings: Surroundings, now: datetime
) -> list[Alert]:
    """Return an alert for each silence that a search meets now."""
    found: list[Alert] = []
    of_search = silence(search, counts, surroundings.countries, now)
    if of_search is not None:
        found.append(of_search)
    # A search without numbers has told nothing, so no source can be missed.
    if surroundings.troubled and counts:
        told = _told_lately(ledger, search, now)
        found.extend(silent_sources(search, told, surroundings.troubled, now))
    return found


def refresh_silences(context: NotifyContext, search: SavedSearch, alerts: Sequence[Alert]) -> list[Alert]:
    """Return the alerts, silences in today's words, without those that are over.

    Those are noted as told, so that they do not come back.
    """
    if not any(alert.reason == "silence" for alert in alerts):
        # The usual case. Health and counts are read from large tables.
        return list(alerts)
    ledger = context.ledger
    now = context.clock.now()
    counts = ledger.alert_counts(now - timedelta(days=USUAL_DAYS + 1)).get(search.id, {})
    current: dict[str, Alert] = {}
    for alert in silences_of(ledger, search, counts, Surroundings.of_context(context, now), now):
        current[_silent_of(alert)] = alert
    standing: list[Alert] = []
    over: list[Alert] = []
    for alert in alerts:
        if alert.reason != "silence":
            standing.append(alert)
        elif _silent_of(alert) in current:
            standing.append(replace(alert, why=current[_silent_of(alert)].why))
        else:
            over.append(replace(alert, state="told", told=now))
    if over:
        ledger.settle(over, [], _OVER, 0, 0)
    return standing


def _silent_of(alert: Alert) -> str:
    """Return what is silent.

    That is a source, whatever the month, or the search since some day.
    """
    end = alert.step[-_MONTH_CHARS:]
    is_source = end.startswith("-") and end[1:5].isdigit()
    return alert.step.removesuffix(end) if is_source else alert.step


def _told_lately(ledger: Ledger, search: SavedSearch, now: datetime) -> list[Alert]:
    """Return the new stories that a search told in its usual weeks."""
    new: list[Alert] = []
    for alert in ledger.alerts(search=search.id, told_since=now - timedelta(days=USUAL_DAYS)):
        if alert.reason == "new":
            new.append(alert)
    return new
