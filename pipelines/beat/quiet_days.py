"""Days of which little is to be expected, and how many pages a day brings (pure)."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

#: Monday is 0. So it is where no country is known.
_USUAL_WEEKEND = frozenset({5, 6})


def is_quiet_day(day: date, countries: Collection[str]) -> bool:
    """Tell whether a day is a weekend or a holiday in a country.

    Little is to be expected of it.
    """
    if not countries:
        return day.weekday() in _USUAL_WEEKEND
    if any(day.weekday() in _weekend_of(country) for country in countries):
        return True
    return any(day in _holidays_of(country, day.year) for country in countries)


@cache
def _weekend_of(country: str) -> frozenset[int]:
    """Return the days of a country's weekend: Friday and Saturday in Egypt."""
    # Loaded when it is asked for: Babel takes 0.1 s to import.
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(f"und_{country}")
    except (UnknownLocaleError, ValueError):
        return _USUAL_WEEKEND
    days = {locale.weekend_start, locale.weekend_end}
    return frozenset(days)


@cache
def _holidays_of(country: str, year: int) -> frozenset[date]:
    # Loaded when it is asked for: it takes half a second, and most sources need no holidays.
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        # A country that the calendar does not know has weekends alone.
        return frozenset()


@dataclass(frozen=True, slots=True)
class DayRates:
    """Numbers a day, on quiet days and on the others."""

    quiet: float
    busy: float

    @classmethod
    def of_days(cls, days: Sequence[date], found: Sequence[int], countries: Collection[str]) -> DayRates:
        """Return the mean numbers of some days."""
        quiet: list[int] = []
        busy: list[int] = []
        for day, number in zip(days, found, strict=True):
            if is_quiet_day(day, countries):
                quiet.append(number)
            else:
                busy.append(number)
        return cls(mean_of(quiet), mean_of(busy))

    def rate_of(self, day: date, countries: Collection[str]) -> float:
        """Return the number to expect of a day."""
        return self.quiet if is_quiet_day(day, countries) else self.busy

    def expected_on(self, days: Sequence[date], countries: Collection[str]) -> float:
        """Return the number to expect of some days together."""
        expected = 0.0
        for day in days:
            expected += self.rate_of(day, countries)
        return expected


def mean_of(numbers: Sequence[float]) -> float:
    """Return the mean, 0 of no numbers."""
    if not numbers:
        return 0.0
    return sum(numbers) / len(numbers)


def chance_of_at_least(number: int, mean: float) -> float:
    """Return the chance of so many or more where the mean is known (Poisson)."""
    if not mean:
        return 0.0
    return max(0.0, 1.0 - _chance_of_fewer_than(number, mean))


def chance_of_at_most(number: int, mean: float) -> float:
    """Return the chance of so many or fewer where the mean is known (Poisson)."""
    if not mean:
        return 1.0
    return min(1.0, _chance_of_fewer_than(number + 1, mean))


def _chance_of_fewer_than(number: int, mean: float) -> float:
    # By logarithms: the factorial of a large number does not fit into a float.
    chances = []
    for fewer in range(number):
        chances.append(math.exp(fewer * math.log(mean) - mean - math.lgamma(fewer + 1)))
    return sum(chances)
