"""How the sources do: in which state, since when, why (pure).

    feed state (what the polls have shown) ─┐
                                            ├─► the first state that holds ──► since, why, advice
    pages by day and outcome ───────────────┘

"ok" is said only of a source whose listing is read, changes, and brings pages that show articles, as far as
that can be told. The states are in the order of `STATES`; a source has the first that holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Literal, get_args

from crawlers.model import FailureClass, FeedState, Source
from pipelines.beat.quiet_days import DayRates
from pipelines.beat.source_advice import advice_on
from pipelines.beat.source_volume import (
    EXPECTED_IN_SILENCE,
    LEAST_QUIET_DAYS,
    USUAL_DAYS,
    SourceVolume,
    Unusual,
)
from pipelines.beat.text_lengths import TextLengths, find_shorter_texts
from pipelines.model import Outcome
from pipelines.text.counts import counted

__all__ = ["STATES", "TROUBLED", "USUAL_DAYS", "Health", "State", "Volumes", "health_of"]

State = Literal[
    "failing",  # the listing cannot be read
    "empty",  # the listing is read, and lists nothing
    "left out",  # it lists entries, and the source's rules use none of them
    "no pages",  # its pages all fail, or show no article
    "redesigned",  # its pages showed articles, and do so no more
    "frozen",  # its listing stands still
    "stale",  # its listing has old entries alone
    "silent",  # no page has come for too long
    "losing",  # articles are given up since their pages do not come
    "low",  # fewer pages than usual
    "high",  # more pages than usual
    "moved",  # the listing is at another address
    "off beat",  # a broad source of which no entry was about the beat so far
    "retrying",  # a failure that may pass
    "not tried",
    "ok",
    "off",
]
#: All states, those that somebody should look at first.
STATES: tuple[State, ...] = get_args(State)
#: States in which articles are missed.
TROUBLED: frozenset[State] = frozenset(
    {"failing", "empty", "left out", "no pages", "redesigned", "frozen", "stale", "silent", "losing"}
)
#: Pages by source, day (2026-01-17) and outcome.
Volumes = Mapping[str, Mapping[str, Mapping[Outcome, int]]]

#: One certain failure (gone, unreadable), two that may pass, or four that may be our own network.
FAILING_WEIGHT = 1.0
#: Failures that say nothing of a source, so that not even the first one counts against it.
_NOT_ITS_FAULT: frozenset[FailureClass] = frozenset({"own_network", "interrupted", "paused"})
#: Requests for pages that failed in a row before that is no chance where pages came before.
LEAST_FAILED_PAGES = 3
#: A listing that nobody can say how often it changes stands still for so long before it is told.
LONGEST_UNCHANGED = timedelta(days=14)
#: Likewise the age of its newest entry.
LONGEST_STALE = timedelta(days=30)
#: A broad source may be off the beat for so long by chance.
LONGEST_OFF_BEAT = timedelta(days=7)
#: A failure is told in hours up to three days, and in days after.
_MAX_HOURS_TOLD = 72
#: One poll that is sent on may be somebody's mistake.
LEAST_MOVED_POLLS = 2
_LEAST_OFF_BEAT_POLLS = 2
#: Entries of a listing that may lead to one page by chance.
_MOST_TO_ONE_PAGE = 2


@dataclass(frozen=True, slots=True)
class Health:
    """One source's state, and why it is in it."""

    source: Source
    state: State
    #: The facts behind the state in one sentence; "" where all is well.
    why: str = ""
    #: The mean of pages a day over the last `USUAL_DAYS` full days, or over its life.
    usual: float = 0.0
    #: What this day brought so far.
    today: int = 0
    #: Since when it is in this state; None where nobody knows, and where all is well.
    since: datetime | None = None
    #: What a person can do; "" where there is nothing to do.
    advice: str = ""
    #: What its listing complained of when it was last read.
    problems: tuple[str, ...] = ()

    @property
    def is_troubled(self) -> bool:
        """Whether articles are missed."""
        return self.state in TROUBLED

    def __str__(self) -> str:
        return f"{self.source.name} ({self.source.id}): {self.why}"


def health_of(
    sources: Iterable[Source],
    states: Mapping[str, FeedState],
    volumes: Volumes,
    now: datetime,
    pause: tuple[datetime, datetime] | None = None,
    lengths: Mapping[str, TextLengths] = MappingProxyType({}),
) -> list[Health]:
    """Return the health of each source, in order.

    `volumes` reach back over `USUAL_DAYS` full days and today. Those of a source that has brought no page in
    that time reach back from its last page. So a silence does not end by growing long. `pause` is when nobody
    asked any source: its days tell nothing of them. `lengths` are those of the texts that came.
    """
    found = []
    for source in sources:
        state = states.get(source.id) or FeedState(source.id)
        volume = SourceVolume(volumes.get(source.id, {}), state, now, pause)
        health = _Judge(source, state, volume, now, lengths.get(source.id, ())).find_state()
        problems = state.problems if source.enabled else ()
        found.append(
            replace(health, usual=volume.usual, today=volume.came_on(volume.today), problems=problems)
        )
    return found


class _Judge:
    """Finds the state of one source."""

    def __init__(
        self, source: Source, state: FeedState, volume: SourceVolume, now: datetime, lengths: TextLengths
    ) -> None:
        self._lengths = lengths
        self._source = source
        self._state = state
        self._volume = volume
        self._now = now
        self._countries: tuple[str, ...] = ()
        if source.country:
            self._countries = (source.country,)

    def find_state(self) -> Health:
        """Return the first state that holds, in the order of `STATES`."""
        source = self._source
        if not source.enabled:
            return Health(source, "off", source.off_reason or source.note or "")
        untried = self._why_untried()
        if untried is not None:
            return Health(source, "not tried", untried, advice=advice_on("not tried", source.id))
        checks: tuple[Callable[[], Health | None], ...] = (
            self._failing,
            self._empty,
            self._left_out,
            self._no_pages,
            self._standing_still,
            self._silent,
            self._losing,
            self._unusual_volume,
            self._moved,
            self._retrying,
        )
        for check in checks:
            found = check()
            if found is not None:
                return found
        # One article in a hundred is no trouble, and no secret either.
        losses = self._volume.losses()
        return Health(source, "ok", losses[0].why if losses else "")

    def _health(self, state: State, since: datetime | date, why: str, cause: str | None = None) -> Health:
        if not isinstance(since, datetime):
            since = self._moment_of(since)
        advice = advice_on(state, self._source.id, cause)
        return Health(self._source, state, why, since=since, advice=advice)

    def _moment_of(self, day: date) -> datetime:
        """Return when something of a day began.

        On the first day of a source, that is its first poll: nothing was seen before it.
        """
        began = datetime.combine(day, time(), UTC)
        first_polled = self._state.first_polled
        if first_polled is not None and first_polled.date() == day:
            return max(began, first_polled)
        return began

    def _why_untried(self) -> str | None:
        """Return why a source counts as never asked, None where it was."""
        if self._state.last_polled is None:
            return "it was never asked"
        if self._state.is_ahead_of(self._now):
            # Whatever it says of a success was not then.
            when = f"{self._state.last_polled:%Y-%m-%d %H:%M} UTC"
            return f"last asked at {when}, by a clock that was ahead; asked again now"
        return None

    # -- the listing -------------------------------------------------------------------------------

    def _failing(self) -> Health | None:
        state = self._state
        if state.failing_since is None:
            return None
        # A source that was never read has no better days to come back to.
        is_first = state.last_success is None and state.failure not in _NOT_ITS_FAULT
        if state.failure_weight < FAILING_WEIGHT and not is_first:
            return None
        since = _describe_since(state.failing_since, self._now)
        why = f"failing since {since}: {state.last_error}"
        return self._health("failing", state.failing_since, why, state.failure)

    def _retrying(self) -> Health | None:
        state = self._state
        if state.failing_since is None:
            return None
        # It may pass, so it raises no alarm yet.
        return self._health("retrying", state.failing_since, state.last_error or "no answer")

    def _empty(self) -> Health | None:
        same = self._state.same_entries
        if self._state.failing_since or self._state.entries_last or same is None:
            return None
        polls = counted(same.polls, "poll")
        return self._health("empty", same.since, f"its listing has no entries, at {polls} so far")

    def _left_out(self) -> Health | None:
        left = self._state.left_out
        if left is None:
            return None
        polls = f"at {counted(left.polls, 'poll')} so far"
        entries = counted(left.count, "entry", "entries")
        if left.what == "off_beat":
            return self._off_beat(left.since, left.polls, f"none of its {entries} is about the beat, {polls}")
        rule = "its addresses are none of the web"
        if left.what == "other_address":
            rule = f"url_pattern “{self._source.url_pattern}” is found in no address"
        if left.what == "too_old":
            rule = "all are too old to be news"
        why = f"none of its {entries} is used, {polls}: {rule}"
        return self._health("left out", left.since, why, left.what)

    def _off_beat(self, since: datetime, polls: int, why: str) -> Health | None:
        """Return the state of a general source of which nothing was on the beat.

        One that has brought pages before is only quiet, and silent once that is no chance.
        """
        if self._volume.last_day is not None or polls < _LEAST_OFF_BEAT_POLLS:
            return None
        if self._now - since >= LONGEST_OFF_BEAT:
            return self._health("left out", since, why, "off_beat")
        return self._health("off beat", since, why)

    def _moved(self) -> Health | None:
        moved = self._state.moved
        # Once the catalogue has the new address, the next poll is sent on no more.
        if moved is None or moved.polls < LEAST_MOVED_POLLS or moved.what == self._source.url:
            return None
        why = f"its listing has moved for good, to {moved.what} (so at {moved.polls} polls); it is followed"
        return self._health("moved", moved.since, why)

    # -- the pages ---------------------------------------------------------------------------------

    def _no_pages(self) -> Health | None:
        return self._pages_that_fail() or self._pages_that_are_one() or self._pages_without_articles()

    def _pages_that_fail(self) -> Health | None:
        failing = self._state.pages_failing
        last_day = self._volume.last_day
        if failing is None:
            return None
        if last_day is not None:
            # They may have come in a crawl that asked for pages alone.
            came_since = last_day > failing.since.date()
            if came_since or failing.count < LEAST_FAILED_PAGES:
                return None
        number = counted(failing.count, "request")
        why = f"no page came at {number} in {counted(failing.polls, 'poll')}: {failing.what}"
        return self._health("no pages", failing.since, why)

    def _pages_that_are_one(self) -> Health | None:
        one = self._state.one_page
        if one is None or one.count <= _MOST_TO_ONE_PAGE:
            return None
        why = f"{one.count} of its entries lead to one page, {one.what}"
        return self._health("no pages", one.since, why, "one_page")

    def _pages_without_articles(self) -> Health | None:
        found = self._volume.unreadable()
        if found is None:
            worse = self._volume.read_worse() or find_shorter_texts(self._lengths)
            if worse is None:
                return None
            return self._health("redesigned", worse.since, worse.why)
        unreadable, has_read_before = found
        if has_read_before:
            return self._health("redesigned", unreadable.since, f"{unreadable.why}, and earlier ones did")
        return self._health("no pages", unreadable.since, unreadable.why, "unreadable")

    # -- over time ---------------------------------------------------------------------------------

    def _standing_still(self) -> Health | None:
        state = self._state
        if state.failing_since is not None or not state.entries_last:
            return None
        return self._frozen() or self._stale()

    def _frozen(self) -> Health | None:
        same = self._state.same_entries
        if same is None or self._state.entries_changed is None:
            return None
        if not self._is_overdue(same.since, LONGEST_UNCHANGED):
            return None
        days = (self._now - same.since).days
        why = f"answers, but its listing has been the same for {days} days"
        return self._health("frozen", same.since, why)

    def _stale(self) -> Health | None:
        newest = self._state.newest_entry
        changed = self._state.entries_changed
        if newest is None:
            return self._unchanged_without_dates()
        if changed is not None and self._now - changed < LEAST_QUIET_DAYS * timedelta(days=1):
            # New entries come, whatever their dates say.
            return None
        if not self._is_overdue(newest, LONGEST_STALE):
            return None
        age = (self._now - newest).days
        why = f"answers, but its newest entry is of {newest:%Y-%m-%d}, {age} days ago"
        if self._state.entries_a_day:
            why += f"; its own dates show {self._state.entries_a_day:.1f} a day"
        return self._health("stale", newest, why)

    def _unchanged_without_dates(self) -> Health | None:
        same = self._state.same_entries
        if same is None or self._now - same.since < LONGEST_UNCHANGED:
            return None
        days = (self._now - same.since).days
        return self._health(
            "frozen", same.since, f"answers, but its listing has been the same for {days} days"
        )

    def _is_overdue(self, since: datetime, longest: timedelta) -> bool:
        """Tell whether new entries should have been listed since a moment.

        `longest` is for a source whose pace nobody knows.
        """
        if self._now - since < LEAST_QUIET_DAYS * timedelta(days=1):
            return False
        pace = self._state.entries_a_day
        if pace is None:
            return self._now - since >= longest
        days = []
        for number in range(1, (self._now.date() - since.date()).days):
            days.append(since.date() + number * timedelta(days=1))
        # A listing's own dates do not show what it does at weekends: nothing is expected of them.
        rates = DayRates(quiet=0.0, busy=pace)
        # Most are well without a look at the holidays, which takes a second to load.
        for countries in ((), self._countries):
            if rates.expected_on(days, countries) < EXPECTED_IN_SILENCE:
                return False
        return True

    def _silent(self) -> Health | None:
        found = self._holds_in_holidays(self._volume.silence)
        if found is None:
            return None
        return self._health("silent", found.since, found.why)

    def _losing(self) -> Health | None:
        losses = self._volume.losses()
        if losses is None or not losses[1]:
            return None
        return self._health("losing", losses[0].since, losses[0].why)

    def _unusual_volume(self) -> Health | None:
        low = self._holds_in_holidays(self._volume.unusual_low)
        if low is not None:
            return self._health("low", low.since, low.why)
        high = self._holds_in_holidays(self._volume.unusual_high)
        if high is not None:
            return self._health("high", high.since, high.why)
        return None

    def _holds_in_holidays(self, look: Callable[[Collection[str]], Unusual | None]) -> Unusual | None:
        """Return what is unusual, unless the holidays of the source's country explain it."""
        # Most are well without a look at the holidays, which takes a second to load.
        if look(()) is None:
            return None
        return look(self._countries)


def _describe_since(moment: datetime, now: datetime) -> str:
    hours = (now - moment) / timedelta(hours=1)
    if hours < _MAX_HOURS_TOLD:
        return f"{moment:%Y-%m-%d %H:%M} UTC ({hours:.0f} h)"
    return f"{moment:%Y-%m-%d} ({hours / 24:.0f} days)"
