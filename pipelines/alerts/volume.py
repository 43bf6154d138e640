"""Unusual numbers of a search, and sources that fell silent (pure).

Counts are new stories a day (UTC). How unusual a number is, is said by Poisson's chance: what would
happen by chance alone once in a thousand days is a spike, and once in four hundred is a silence.
Weekends and holidays of the beat's countries count as the quiet days that they are, so a Chinese New
Year wakes nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from pipelines.alerts.receipt_facts import FAULT_WORDS
from pipelines.alerts.wording import local_day
from pipelines.beat.quiet_days import DayRates, chance_of_at_least
from pipelines.beat.source_health import Health
from pipelines.model import Alert, SavedSearch

#: Days before today that say what is usual for a spike.
SPIKE_DAYS = 14
#: A search that found its first story later than this is too young for "usual".
LEAST_HISTORY = 7
SPIKE_CHANCE = 0.001
#: Fewer stories a day are a quick read, whatever is usual.
LEAST_SPIKE = 5
#: Days that say what is usual for a silence, and for the share of a source.
USUAL_DAYS = 28
#: A Poisson count with this mean is 0 once in four hundred times: exp(-6) = 0.0025.
EXPECTED_IN_SILENCE = 6.0
#: Days without a story before anybody speaks of silence.
LEAST_SILENCE = 3
#: Stories in the usual days, under which a search has no usual number.
LEAST_STORIES = 10
#: A source that gave at least this share of a search's stories is missed when it falls silent.
SHARE = 0.1
LEAST_OF_SOURCE = 3
_DAY = timedelta(days=1)

AnomalyReason = Literal["spike", "silence"]


def spike(search: SavedSearch, counts: Mapping[str, int], now: datetime) -> Alert | None:
    """Return the alert that today has unusually many stories, or None."""
    today = counts.get(now.date().isoformat(), 0)
    before = _last_numbers(counts, now.date() - _DAY, SPIKE_DAYS)
    days_known = _days_since_first(before)
    if days_known < LEAST_HISTORY or today < LEAST_SPIKE:
        return None
    usual = sum(before) / days_known
    if today < 2 * usual or chance_of_at_least(today, usual) > SPIKE_CHANCE:
        return None
    day = local_day(now.date(), now)
    # The day is named: quiet hours may hold this back until the next one.
    why = f"{today} new stories on {day}; over the {days_known} days before there were {usual:.1f} a day"
    return _anomaly(search, "spike", why, f"{now:%Y-%m-%d}", now)


def silence(
    search: SavedSearch, counts: Mapping[str, int], countries: Collection[str], now: datetime
) -> Alert | None:
    """Return the alert that a search has found nothing for unusually long, or None.

    The day of the last story names the silence, so that it is told once.
    """
    days = []
    for n in range(USUAL_DAYS + 1):
        days.append(now.date() - n * _DAY)
    found = _last_numbers(counts, now.date(), len(days))
    days_silent = _days_without_story(found)
    if days_silent is None or days_silent < LEAST_SILENCE or sum(found) < LEAST_STORIES:
        return None
    rates = DayRates.of_days(days[days_silent:], found[days_silent:], countries)
    # Today is not over, so it proves nothing yet.
    expected = rates.expected_on(days[1:days_silent], countries)
    if expected < EXPECTED_IN_SILENCE:
        return None
    last_day = days[days_silent]
    why = (
        f"nothing new since {local_day(last_day, now)}; "
        f"going by the weeks before, about {expected:.0f} stories were expected"
    )
    return _anomaly(search, "silence", why, f"{last_day}", now)


def silent_sources(
    search: SavedSearch, told: Sequence[Alert], troubled: Sequence[Health], now: datetime
) -> list[Alert]:
    """Return an alert for each troubled source that a search relies on.

    `told` are the search's new stories of the last weeks. The month names the alert, so a source
    that stays away is told once a month.
    """
    given: Counter[str] = Counter()
    for alert in told:
        given.update(alert.sources)
    least = max(LEAST_OF_SOURCE, SHARE * len(told))
    alerts: list[Alert] = []
    for health in troubled:
        source = health.source
        if given[source.id] < least:
            continue
        share = f"{source.name} (it gave {given[source.id]} of the last {len(told)} stories)"
        # This reason begins with the state.
        if health.state == "failing":
            why = f"{share} has been {health.why}"
        else:
            why = f"{share} {FAULT_WORDS.get(health.state, health.state)}: {health.why}"
        alerts.append(_anomaly(search, "silence", why, f"{source.id}-{now:%Y-%m}", now))
    return alerts


def _anomaly(search: SavedSearch, reason: AnomalyReason, why: str, step: str, now: datetime) -> Alert:
    return Alert(search.id, story_id="", reason=reason, why=(why,), step=step, decided=now, due=now)


def _last_numbers(counts: Mapping[str, int], last: date, days: int) -> list[int]:
    """Return the numbers of so many days up to `last`, the newest first."""
    numbers: list[int] = []
    for days_ago in range(days):
        numbers.append(counts.get((last - days_ago * _DAY).isoformat(), 0))
    return numbers


def _days_since_first(before: Sequence[int]) -> int:
    """Return how many days ago the first story was found.

    `before` begins with yesterday.
    """
    first = 0
    for days_ago, number in enumerate(before, 1):
        if number:
            first = days_ago
    return first


def _days_without_story(found: Sequence[int]) -> int | None:
    """Return how many days ago the last story was found, or None.

    `found` begins with today.
    """
    for days_ago, number in enumerate(found):
        if number:
            return days_ago
    return None
