"""What is unusual: spikes and silences, but no quiet weekends and holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crawlers.model import FeedState
from pipelines.alerts.receipt import write_receipt
from pipelines.alerts.volume import silence, silent_sources, spike
from pipelines.beat.quiet_days import is_quiet_day
from pipelines.beat.source_health import Health
from pipelines.model import Quarantined
from tests.builders import NOON, a_source
from tests.pipelines.alerts.values import a_search, an_alert

DAY = timedelta(days=1)


def days(*counts: int, until: datetime = NOON) -> dict[str, int]:
    """Counts by day, the last one of `until`'s day."""
    return {(until.date() - n * DAY).isoformat(): c for n, c in enumerate(reversed(counts)) if c}


@pytest.mark.parametrize(
    ("counts", "tells"),
    [
        ([2] * 14 + [9], True),
        ([2] * 14 + [6], False),  # by chance once in 60 days
        ([0] * 10 + [1, 0, 1, 0] + [30], False),  # too young to know what is usual
        ([20] * 14 + [38], False),  # not twice as many
        ([20] * 14 + [41], True),
        ([0] * 15, False),
    ],
)
def test_a_spike_is_what_chance_does_not_do(counts: list[int], tells: bool) -> None:
    found = spike(a_search(), days(*counts), NOON)
    assert (found is not None) is tells
    if found:
        assert found.key == "leaders::spike:2026-01-17"


def test_a_silent_search_is_told_once_for_each_silence() -> None:
    friday = datetime(2026, 1, 23, 12, tzinfo=UTC)
    counts = days(*[3] * 24, 0, 0, 0, 0, until=friday)
    found = silence(a_search(), counts, ["CA", "CN"], friday)
    assert found is not None
    assert found.key == "leaders::silence:2026-01-19"
    assert silence(a_search(), counts, ["CA", "CN"], friday - 2 * DAY) is None, "two days may be chance"
    again = silence(a_search(), counts, ["CA", "CN"], friday + DAY)
    assert again is not None
    assert again.key == found.key


def test_a_quiet_weekend_and_a_holiday_are_no_silence() -> None:
    weekdays_only = {
        (date(2026, 1, 1) + n * DAY).isoformat(): 3
        for n in range(44)
        if not is_quiet_day(date(2026, 1, 1) + n * DAY, ["CA", "CN"])
    }
    new_year = datetime(
        2026, 2, 19, 12, tzinfo=UTC
    )  # since Friday the 13th: a weekend, then Chinese New Year
    assert silence(a_search(), weekdays_only, ["CA", "CN"], new_year) is None
    assert silence(a_search(), weekdays_only, ["CA"], new_year) is not None
    assert is_quiet_day(date(2026, 7, 1), ["CA"])
    assert not is_quiet_day(date(2026, 7, 1), ["XX"])


@pytest.mark.parametrize(
    ("countries", "quiet"),
    [
        ([], "Sat Sun"), (["JP"], "Sat Sun"), (["EG"], "Fri Sat"), (["IN"], "Sun"), (["XX"], "Sat Sun"),
        (["EG", "DE"], "Fri Sat Sun"),
    ],
)  # fmt: skip
def test_weekend_is_that_of_the_countries(countries: list[str], quiet: str) -> None:
    # A week without a holiday in any of them.
    week = [date(2026, 6, 8) + number * DAY for number in range(7)]
    assert " ".join(f"{day:%a}" for day in week if is_quiet_day(day, countries)) == quiet


def test_a_silent_source_is_told_to_the_searches_that_lived_on_it() -> None:
    told = [an_alert(story_id=f"s{n}", sources=("cbc",)) for n in range(4)]
    told += [an_alert(story_id=f"s{n}", sources=("sun",)) for n in range(4, 20)]
    troubled = [
        Health(a_source(s, name=s.upper()), "failing", "failing since noon: 404") for s in ("cbc", "other")
    ]
    (found,) = silent_sources(a_search(), told, troubled, NOON)
    assert found.key == "leaders::silence:cbc-2026-01"
    assert found.why == ("CBC (it gave 4 of the last 20 stories) has been failing since noon: 404",)


def test_a_receipt_counts_what_was_due_and_names_what_fails() -> None:
    sources = [a_source(s) for s in ("fine", "late", "broken", "never")] + [a_source("off", enabled=False)]
    states = {
        "fine": FeedState(
            "fine",
            last_polled=NOON,
            last_success=NOON,
            newest_entry=NOON - timedelta(hours=2),
        ),
        "late": FeedState(
            "late",
            last_polled=NOON - 2 * DAY,
            last_success=NOON - 2 * DAY,
            next_due=NOON - DAY,
        ),
        "broken": FeedState(
            "broken",
            last_polled=NOON,
            last_success=NOON - DAY,
            failing_since=NOON - DAY,
            last_error="404",
        ),
    }
    kept = [Quarantined(1, "fine", "u", "extract", "no text", NOON - n * DAY) for n in (0, 3)]
    found = write_receipt(sources, states, kept, NOON)
    assert (found.due, found.read, found.untried, found.quarantined) == (3, 1, 1, 1)
    assert (found.newest_source, found.is_complete) == ("Fine", False)
    assert [(f.name, f.why) for f in found.failing] == [("Broken", "404")]
