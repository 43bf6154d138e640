"""A search that finds unusually much or nothing, and sources that have fallen silent under it (pure).

Counts are new stories a day (UTC). Chance is Poisson's: what by chance alone would happen once in a thousand days
is a spike, and silence once in four hundred. Weekends and holidays of the beat's countries count as the quiet days that they
are, so that nobody is woken by a Chinese New Year.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache

import holidays

from pipelines.alerts.wording import local_day
from pipelines.beat.source_health import Health
from pipelines.model import Alert, SavedSearch

SPIKE_DAYS = 14
LEAST_HISTORY = 7
SPIKE_CHANCE = 0.001
LEAST_SPIKE = 5
USUAL_DAYS = 28
EXPECTED_IN_SILENCE = 6.0
LEAST_SILENCE = 3
LEAST_STORIES = 10
SHARE = 0.1
LEAST_OF_SOURCE = 3
_DAY = timedelta(days=1)


def is_quiet_day(day: date, countries: Collection[str]) -> bool:
    """Tell whether little is to be expected of a day: a weekend, or a holiday in one of these countries."""
    return day.weekday() >= 5 or any(day in _holidays(country, day.year) for country in countries)


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:  # a country that the calendar does not know has weekends alone
        return frozenset()


def spike(search: SavedSearch, counts: Mapping[str, int], now: datetime) -> Alert | None:
    """Return the alert that today is unlike the last fourteen days, None where it is not."""
    today = counts.get(now.date().isoformat(), 0)
    before = [counts.get((now.date() - n * _DAY).isoformat(), 0) for n in range(1, SPIKE_DAYS + 1)]
    seen_for = max((n for n, count in enumerate(before, 1) if count), default=0)
    if seen_for < LEAST_HISTORY or today < LEAST_SPIKE:
        return None
    usual = sum(before) / seen_for
    if today < 2 * usual or _at_least(today, usual) > SPIKE_CHANCE:
        return None
    why = f"{today} new stories so far today; over the {seen_for} days before there were {usual:.1f} a day"
    return Alert(search.id, "", "spike", (), (why,), f"{now:%Y-%m-%d}", decided=now, due=now)


def _at_least(number: int, mean: float) -> float:
    """Return the chance of so many or more where the mean is known (Poisson)."""
    below = (
        sum(math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(number)) if mean else 1.0
    )
    return max(0.0, 1.0 - below)


def silence(
    search: SavedSearch, counts: Mapping[str, int], countries: Collection[str], now: datetime
) -> Alert | None:
    """Return the alert that a search has found nothing for unusually long, None where that may well be chance.

    The day of the last story names the silence: it is told once.
    """
    days = [now.date() - n * _DAY for n in range(USUAL_DAYS + 1)]
    found = [counts.get(day.isoformat(), 0) for day in days]
    last = next((n for n, count in enumerate(found) if count), None)
    if last is None or last < LEAST_SILENCE or sum(found) < LEAST_STORIES:
        return None
    rates = {quiet: _rate(days[last:], found[last:], quiet, countries) for quiet in (False, True)}
    expected = sum(rates[is_quiet_day(day, countries)] for day in days[1:last])
    if expected < EXPECTED_IN_SILENCE:
        return None
    why = f"nothing new since {local_day(days[last], now)}; by the weeks before, about {expected:.0f} stories were to be expected"
    return Alert(search.id, "", "silence", (), (why,), f"{days[last]}", decided=now, due=now)


def _rate(days: Sequence[date], found: Sequence[int], quiet: bool, countries: Collection[str]) -> float:
    counts = [n for day, n in zip(days, found, strict=True) if is_quiet_day(day, countries) is quiet]
    return sum(counts) / len(counts) if counts else 0.0


def silent_sources(
    search: SavedSearch, told: Sequence[Alert], troubled: Sequence[Health], now: datetime
) -> list[Alert]:
    """Return an alert for each troubled source that gave a search a good part of its stories lately.

    `told` are the search's new stories of the last weeks. The month names the alert: a source that stays away is told
    once a month.
    """
    counts: dict[str, int] = {}
    for alert in told:
        for source in alert.sources:
            counts[source] = counts.get(source, 0) + 1
    return [
        Alert(
            search.id, "", "silence",
            why=(f"{health.source.name} gave {given} of the last {len(told)} stories here, and is {health.state}: {health.why}",),
            step=f"{health.source.id}-{now:%Y-%m}", decided=now, due=now,
        )
        for health in troubled
        if (given := counts.get(health.source.id, 0)) >= max(LEAST_OF_SOURCE, SHARE * len(told))
    ]  # fmt: skip
