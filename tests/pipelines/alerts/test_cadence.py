"""When mail is due, by the reader's clock: slots, quiet hours, changes of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.alerts.cadence import day_start, due_at, last_slot, next_slot
from tests.pipelines.alerts.values import a_search


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cadence", "now", "after", "before"),
    [
        ("hourly", "2026-01-17T12:30", "2026-01-17T13:00", "2026-01-17T12:00"),
        ("daily", "2026-01-17T12:30", "2026-01-17T13:00", "2026-01-16T13:00"),  # 08:00 in winter
        ("daily", "2026-07-17T12:30", "2026-07-18T12:00", "2026-07-17T12:00"),  # 08:00 in summer
        ("weekly", "2026-01-17T12:30", "2026-01-19T13:00", "2026-01-12T13:00"),  # Saturday to Monday
        ("immediate", "2026-01-17T12:30", "2026-01-17T13:00", "2026-01-16T13:00"),
    ],
)
def test_slots_keep_to_the_local_clock(cadence: str, now: str, after: str, before: str) -> None:
    search = a_search(cadence=cadence)
    assert (next_slot(search, at(now)), last_slot(search, at(now))) == (at(after), at(before))


def test_hourly_mails_leave_out_the_quiet_hours() -> None:
    search = a_search(cadence="hourly", quiet=(time(22), time(7)))
    assert next_slot(search, at("2026-01-18T01:30")) == at("2026-01-18T02:00"), "21:00 in Ottawa"
    assert next_slot(search, at("2026-01-18T02:00")) == at("2026-01-18T12:00"), "07:00, not 22:00"
    assert last_slot(search, at("2026-01-18T11:59")) == at("2026-01-18T02:00")
    assert last_slot(search, at("2026-01-18T12:10")) == at("2026-01-18T12:00")


def test_a_day_without_a_loud_hour_still_has_slots() -> None:
    search = a_search(cadence="hourly", quiet=(time(0), time(23, 59)))
    assert next_slot(search, at("2026-01-18T01:30")) == at("2026-01-18T02:00")


def test_a_slot_that_the_clocks_skip_comes_all_the_same() -> None:
    search = a_search(cadence="daily", at=time(2, 30))
    assert next_slot(search, at("2026-03-08T00:00")) == at("2026-03-08T07:30")
    assert next_slot(search, at("2026-03-08T07:30")) == at("2026-03-09T06:30")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-01-18T02:59", "2026-01-18T02:59"),  # 21:59
        ("2026-01-18T03:00", "2026-01-18T12:00"),  # 22:00
        ("2026-01-18T11:59", "2026-01-18T12:00"),  # 06:59
        ("2026-01-18T12:00", "2026-01-18T12:00"),
    ],
)
def test_quiet_hours_over_midnight_hold_back_until_their_end(now: str, due: str) -> None:
    assert due_at(a_search(quiet=(time(22), time(7))), at(now)) == at(due)


def test_a_day_begins_at_the_readers_midnight() -> None:
    assert day_start(a_search(zone="Asia/Shanghai"), at("2026-01-17T15:00")) == at("2026-01-16T16:00")


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)),
    st.sampled_from(["immediate", "hourly", "daily", "weekly"]),
    st.sampled_from(["America/Toronto", "Asia/Shanghai", "America/St_Johns", "Pacific/Apia"]),
    st.times(),
)
def test_slots_follow_one_another_without_gap_or_repeat(
    now: datetime, cadence: str, zone: str, hour: time
) -> None:
    now = now.replace(tzinfo=UTC)
    search = a_search(
        cadence=cadence, zone=zone, at=hour.replace(second=0, microsecond=0), weekday=now.weekday()
    )
    before, after = last_slot(search, now), next_slot(search, now)
    assert before <= now < after
    assert last_slot(search, after - timedelta(seconds=1)) == before
    assert last_slot(search, after) == after
