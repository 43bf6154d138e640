"""How many pages a source brings, by days, and whether that is unusual (pure).

    pages by day and outcome ──► days of the source's life ──► silent? │ low? │ high? │ unreadable?

A day is compared with days of its kind: weekends and holidays of the source's country bring little. Today
is not over, so it never proves that something is missing.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from crawlers.model import FeedState
from pipelines.beat.quiet_days import (
    DayRates,
    chance_of_at_least,
    chance_of_at_most,
    is_quiet_day,
    mean_of,
)
from pipelines.model import Outcome, count_arrived
from pipelines.text.counts import counted

#: Full days over which the usual number of pages is counted.
USUAL_DAYS = 28
#: A weekend and a day: most newsrooms and ministries publish little on two days of a week.
LEAST_QUIET_DAYS = 3
#: Silence is news once so many pages were to be expected in it: by chance alone that happens once in
#: four hundred times (Poisson, e^-6).
EXPECTED_IN_SILENCE = 6.0
#: The same chance, for days with too few or too many pages.
UNUSUAL_CHANCE = math.exp(-EXPECTED_IN_SILENCE)
#: Standard deviations below and above the mean of the usual days (those of Media Cloud's alerts on sources).
LOW_SIGMAS = 1.5
HIGH_SIGMAS = 2.0
#: Full days that a source needs to have a usual volume, and days of one kind to compare a day with.
LEAST_HISTORY = 7
LEAST_COMPARED = 4
#: Pages in a row without an article that are no chance where the source had articles before.
LEAST_UNREADABLE = 3
#: The last days whose pages are compared with those before, how many of these there must be, and the shares
#: of pages without an article: a tenth is usual (galleries, films, live pages), and half of them is not.
READ_DAYS = 3
LEAST_READ_BEFORE = 10
USUAL_UNREADABLE = 0.1
MANY_UNREADABLE = 0.5
#: Days over which lost articles are counted, and from how many and which share a person should look: a feed
#: may list a film or a PDF now and then.
LOSS_DAYS = 7
LEAST_LOST = 3
LOST_SHARE = 0.1
#: A silence may be older than that; its length is no news any more.
_LONGEST_SILENCE = 400
_DAY = timedelta(days=1)

#: Pages of one source by day (ISO, UTC) and outcome.
DailyOutcomes = Mapping[str, Mapping[Outcome, int]]


@dataclass(frozen=True, slots=True)
class Unusual:
    """Something unusual in the numbers of a source: since which day, and the facts."""

    since: date
    why: str


class SourceVolume:
    """The pages of one source, by days."""

    def __init__(
        self,
        outcomes: DailyOutcomes,
        state: FeedState,
        now: datetime,
        pause: tuple[datetime, datetime] | None = None,
    ) -> None:
        self.today = now.date()
        #: The day up to which anything can be told: behind the last poll nobody asked.
        self._last_asked = min(state.last_polled or now, now).date()
        self._entries_a_day = state.entries_a_day
        self._last_loss = state.last_loss
        self._paused_days = _days_of_pause(pause)
        self._came: dict[date, int] = {}
        self._unreadable: dict[date, int] = {}
        self._lost: dict[date, int] = {}
        days_of_any: list[date] = []
        for iso_day, counts in outcomes.items():
            day = date.fromisoformat(iso_day)
            days_of_any.append(day)
            self._came[day] = count_arrived(counts)
            self._unreadable[day] = counts.get(Outcome.QUARANTINED, 0)
            self._lost[day] = counts.get(Outcome.LOST, 0)
        if state.first_polled is not None:
            days_of_any.append(state.first_polled.date())
        #: The first day on which we know of the source.
        self._first_day = min(days_of_any, default=self.today)
        #: Whether that is the day on which we began to read it.
        self._is_whole_life = self._first_day > self.today - USUAL_DAYS * _DAY

    def came_on(self, day: date) -> int:
        """Return how many pages came on a day."""
        return self._came.get(day, 0)

    @cached_property
    def usual(self) -> float:
        """The mean of pages a day over the last full days of the source's life."""
        return mean_of(self._numbers_of(self._days_before(self.today)))

    @cached_property
    def last_day(self) -> date | None:
        """The last day on which a page came, None where none ever did."""
        days = []
        for day, number in self._came.items():
            if number and day <= self.today:
                days.append(day)
        return max(days, default=None)

    def silence(self, countries: Collection[str]) -> Unusual | None:
        """Return that no page has come for too long, None where that can be chance."""
        last_day = self.last_day
        if last_day is None:
            return None
        quiet_days = (self._last_asked - last_day).days
        if quiet_days < LEAST_QUIET_DAYS:
            return None
        expected = self.expected_after(last_day, countries)
        if expected is None or expected < EXPECTED_IN_SILENCE:
            return None
        usual = mean_of(self._numbers_of(self._judged_days(last_day)))
        since = last_day + _DAY
        return Unusual(since, f"answers, but no page for {quiet_days} days; {usual:.1f} a day are usual")

    def expected_after(self, last_day: date, countries: Collection[str]) -> float | None:
        """Return how many pages the full days since a day should have brought.

        None where nobody can tell: the source has brought pages on its first day alone.
        """
        base = self._judged_days(last_day)
        if self._is_whole_life and base == [self._first_day]:
            # That day brought all that the listing still showed.
            return self._expected_by_cadence(last_day, countries)
        rates = DayRates.of_days(base, self._numbers_of(base), countries)
        return rates.expected_on(self._full_days_after(last_day), countries)

    def _expected_by_cadence(self, last_day: date, countries: Collection[str]) -> float | None:
        if self._entries_a_day is None:
            return None
        rates = DayRates(quiet=0.0, busy=min(self._entries_a_day, self.came_on(self._first_day)))
        return rates.expected_on(self._full_days_after(last_day), countries)

    # -- low and high ------------------------------------------------------------------------------

    def unusual_low(self, countries: Collection[str]) -> Unusual | None:
        """Return that the last full days had too few pages, or None."""
        return self._unusual(countries, -1, chance_of_at_most)

    def unusual_high(self, countries: Collection[str]) -> Unusual | None:
        """Return that the last full days had too many pages, or None."""
        return self._unusual(countries, 1, chance_of_at_least)

    def _unusual(
        self, countries: Collection[str], sign: int, chance_of: Callable[[int, float], float]
    ) -> Unusual | None:
        days, expected = self._unusual_run(countries, sign)
        if not days:
            return None
        total = sum(self._numbers_of(days))
        if chance_of(total, expected) > UNUSUAL_CHANCE:
            return None
        return _describe_run(days, total, expected)

    def _unusual_run(self, countries: Collection[str], sign: int) -> tuple[list[date], float]:
        """Return the last full days beyond the limit in a row.

        Next to them stands how many pages were to be expected on them.

        `sign` is -1 for days with too few pages and 1 for those with too many.
        """
        history = self._judged_days(self._last_asked - _DAY)
        if len(history) < LEAST_HISTORY:
            return [], 0.0
        run: list[date] = []
        expected = 0.0
        for day in reversed(history):
            others = []
            for other in history:
                if other not in run and other != day:
                    others.append(other)
            compared = _days_of_kind(day, others, countries)
            if len(compared) < LEAST_COMPARED:
                break
            numbers = self._numbers_of(compared)
            mean = mean_of(numbers)
            sigmas = LOW_SIGMAS if sign < 0 else HIGH_SIGMAS
            if sign * (self.came_on(day) - mean) <= sigmas * statistics.pstdev(numbers):
                break
            run.append(day)
            expected += mean
        return run, expected

    # -- pages without an article ------------------------------------------------------------------

    def unreadable(self) -> tuple[Unusual, bool] | None:
        """Return that the last pages show no article, or None.

        The second value tells whether earlier ones did.
        """
        pages = 0
        first_day = None
        has_read_before = False
        for day in sorted(self._came, reverse=True):
            if day > self.today or not self.came_on(day):
                continue
            if self._unreadable[day] < self.came_on(day):
                has_read_before = True
                break
            pages += self.came_on(day)
            first_day = day
        if first_day is None or (has_read_before and pages < LEAST_UNREADABLE):
            return None
        why = f"none of the last {pages} pages shows an article"
        if pages == 1:
            why = "the only page that came shows no article"
        return Unusual(first_day, why), has_read_before

    def read_worse(self) -> Unusual | None:
        """Return that many of the last pages show no article, where nearly all did before."""
        first_day = self.today - READ_DAYS * _DAY
        pages = {True: 0, False: 0}
        unreadable = {True: 0, False: 0}
        since = self.today
        for day, came in self._came.items():
            is_recent = first_day < day <= self.today
            pages[is_recent] += came
            unreadable[is_recent] += self._unreadable[day]
            if is_recent and self._unreadable[day]:
                since = min(since, day)
        if pages[False] < LEAST_READ_BEFORE or unreadable[False] > USUAL_UNREADABLE * pages[False]:
            return None
        if unreadable[True] < LEAST_UNREADABLE or unreadable[True] < MANY_UNREADABLE * pages[True]:
            return None
        told = f"{unreadable[True]} of the last {pages[True]} pages show no article"
        return Unusual(since, f"{told}; before, it was {unreadable[False]} of {pages[False]}")

    # -- lost articles -----------------------------------------------------------------------------

    def losses(self) -> tuple[Unusual, bool] | None:
        """Return how many articles were lost lately, None where none was.

        The second value tells whether they are so many that the source is in trouble.
        """
        first_day = self.today - LOSS_DAYS * _DAY
        days = []
        came = 0
        for day, number in self._lost.items():
            if not first_day < day <= self.today:
                continue
            came += self.came_on(day)
            if number:
                days.append(day)
        lost = sum(self._lost[day] for day in days)
        if not lost:
            return None
        told = f"{counted(lost, 'article')} lost in the last {LOSS_DAYS} days, of {lost + came}"
        if self._last_loss:
            told += f"; the last one: {self._last_loss}"
        is_trouble = lost >= LEAST_LOST and lost >= LOST_SHARE * (lost + came)
        return Unusual(min(days), told), is_trouble

    # -- days --------------------------------------------------------------------------------------

    def _numbers_of(self, days: Sequence[date]) -> list[int]:
        return [self.came_on(day) for day in days]

    def _days_before(self, end: date) -> list[date]:
        """Return the usual days of the source's life before a day.

        The oldest comes first.
        """
        first = max(self._first_day, end - USUAL_DAYS * _DAY)
        return [first + n * _DAY for n in range((end - first).days)]

    def _judged_days(self, last_day: date) -> list[date]:
        """Return the days up to a day that tell what is usual.

        The first day of a source brings all that its listing still shows, so it counts only where there is
        no other.
        """
        days = []
        for day in self._days_before(last_day + _DAY):
            if day not in self._paused_days:
                days.append(day)
        if self._is_whole_life and len(days) > 1 and days[0] == self._first_day:
            return days[1:]
        return days

    def _full_days_after(self, last_day: date) -> list[date]:
        number = min((self._last_asked - last_day).days - 1, _LONGEST_SILENCE)
        return [last_day + n * _DAY for n in range(1, number + 1)]


def _days_of_pause(pause: tuple[datetime, datetime] | None) -> frozenset[date]:
    """Return the days of a pause in which nobody asked any source.

    The first and the last one brought too little and too much. A pause of hours makes no day unusual.
    """
    if pause is None or pause[1] - pause[0] < _DAY:
        return frozenset()
    first = pause[0].date()
    return frozenset(first + n * _DAY for n in range((pause[1].date() - first).days + 1))


def _days_of_kind(day: date, others: Sequence[date], countries: Collection[str]) -> list[date]:
    """Return those of other days that are quiet or busy as the day is."""
    kind = is_quiet_day(day, countries)
    days = []
    for other in others:
        if is_quiet_day(other, countries) == kind:
            days.append(other)
    return days


def _describe_run(days: Sequence[date], total: int, expected: float) -> Unusual:
    since = days[-1]
    when = f"on {since}"
    if len(days) > 1:
        when = f"in the {len(days)} days since {since}"
    return Unusual(since, f"{counted(total, 'page')} {when}; {expected:.0f} are usual")
