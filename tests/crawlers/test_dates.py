from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.feeds.dates import read_date
from tests.builders import NOON

TORONTO, SHANGHAI, PARIS = "America/Toronto", "Asia/Shanghai", "Europe/Paris"

# What is written, the source's zone, the instant in UTC, the precision, the zone it was read with.
WITH_A_ZONE = [
    ("Sat, 17 Jan 2026 14:05:00 +0000", TORONTO, "2026-01-17 14:05:00", "second", "+00:00"),
    ("Sat, 17 Jan 2026 14:05 GMT", SHANGHAI, "2026-01-17 14:05:00", "minute", "+00:00"),
    ("Sat, 17 Jan 2026 14:05:00 -0500 (EST)", TORONTO, "2026-01-17 19:05:00", "second", "-05:00"),
    ("17 Jan 26 14:05 EST", SHANGHAI, "2026-01-17 19:05:00", "minute", "-05:00"),
    ("Fri, 17 Jul 2026 14:05:00 EDT", TORONTO, "2026-07-17 18:05:00", "second", "-04:00"),
    ("Fri, 17 Jul 2026 14:05:00 EST", TORONTO, "2026-07-17 19:05:00", "second", "-05:00"),
    ("Sat, 17 Jan 2026 14:05:00 CST", TORONTO, "2026-01-17 20:05:00", "second", "-06:00"),
    ("Sat, 17 Jan 2026 14:05:00 CST", SHANGHAI, "2026-01-17 06:05:00", "second", "+08:00"),
    ("Sat Jan 17 14:05:00 CST 2026", SHANGHAI, "2026-01-17 06:05:00", "second", "+08:00"),
    ("sam., 17 janv. 2026 14:05:00 HNE", TORONTO, "2026-01-17 19:05:00", "second", "-05:00"),
    ("Jul. 17, 2026 3:04 PM ET", SHANGHAI, "2026-07-17 19:04:00", "minute", "-04:00"),
    ("2026-01-17T14:05:00Z", SHANGHAI, "2026-01-17 14:05:00", "second", "+00:00"),
    ("2026-01-17T14:05:00.123456+08:00", TORONTO, "2026-01-17 06:05:00", "second", "+08:00"),
    ("2026-01-17T14:05+0800", TORONTO, "2026-01-17 06:05:00", "minute", "+08:00"),
    ("20260117T140500Z", TORONTO, "2026-01-17 14:05:00", "second", "+00:00"),
    ("2026-01-17T24:00:00Z", TORONTO, "2026-01-18 00:00:00", "second", "+00:00"),
    ("2026-01-17T23:59:60Z", TORONTO, "2026-01-17 23:59:59", "second", "+00:00"),
    ("2026-01-17 北京时间 14:05", TORONTO, "2026-01-17 06:05:00", "minute", "+08:00"),
    ("1768651200", SHANGHAI, "2026-01-17 12:00:00", "second", "+00:00"),
    ("1768651200000", SHANGHAI, "2026-01-17 12:00:00", "second", "+00:00"),
    ("2099-01-01T00:00:00Z", TORONTO, "2099-01-01 00:00:00", "second", "+00:00"),
]

WITHOUT_A_ZONE = [
    ("2026-01-17T14:05:06", TORONTO, "2026-01-17 19:05:06", "second"),
    ("2026-01-17T14:05:06", SHANGHAI, "2026-01-17 06:05:06", "second"),
    ("2026-01-17 14:05", SHANGHAI, "2026-01-17 06:05:00", "minute"),
    ("2026-1-17 1:5", SHANGHAI, "2026-01-16 17:05:00", "minute"),
    ("2026/1/17 8:05", SHANGHAI, "2026-01-17 00:05:00", "minute"),
    ("20260117140500", SHANGHAI, "2026-01-17 06:05:00", "second"),
    ("Sat, 17 Jan 2026 14:05:00", SHANGHAI, "2026-01-17 06:05:00", "second"),
    ("Sat, 17 Jan 2026 14:05:00 CST", PARIS, "2026-01-17 13:05:00", "second"),
    ("Sat Jan 17 14:05:00 2026", TORONTO, "2026-01-17 19:05:00", "second"),
    ("2026-01-17", SHANGHAI, "2026-01-16 16:00:00", "day"),
    ("2026年11月17日", SHANGHAI, "2026-11-16 16:00:00", "day"),
    ("２０２６年１月１７日", SHANGHAI, "2026-01-16 16:00:00", "day"),
    ("2026年1月17日 14:05", SHANGHAI, "2026-01-17 06:05:00", "minute"),
    ("2026年01月17日14时05分30秒", SHANGHAI, "2026-01-17 06:05:30", "second"),
    ("2026年1月17日 星期六 下午3時05分", SHANGHAI, "2026-01-17 07:05:00", "minute"),
    ("January 17, 2026", TORONTO, "2026-01-17 05:00:00", "day"),
    ("17 janvier 2026 à 14h05", TORONTO, "2026-01-17 19:05:00", "minute"),
    ("le 1er août 2026", TORONTO, "2026-08-01 04:00:00", "day"),
    ("17/01/2026 14:05", TORONTO, "2026-01-17 19:05:00", "minute"),
    ("2026-01", TORONTO, "2026-01-01 05:00:00", "month"),
    ("2026", TORONTO, "2026-01-01 05:00:00", "year"),
    ("1月16日 14:05", SHANGHAI, "2026-01-16 06:05:00", "minute"),
    ("Dec 30", TORONTO, "2025-12-30 05:00:00", "day"),
]

NO_DATES = [
    "", "tomorrow", "03/04/2026", "2026-13-40", "31 Feb 2026", "0001-01-01", "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59-05:00", "2026-01-17T25:00:00Z", "Jan 2026 " * 20, "\ud800", "1e9", "-1",
]  # fmt: skip


@pytest.mark.parametrize(("raw", "timezone", "at", "precision", "zone"), WITH_A_ZONE)
def test_a_date_with_a_zone_is_read_with_it(
    raw: str, timezone: str, at: str, precision: str, zone: str
) -> None:
    moment = read_date(raw, timezone=timezone, now=NOON)
    assert moment is not None
    assert moment.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (moment.precision, moment.zone, moment.zone_assumed) == (precision, zone, False)


@pytest.mark.parametrize(("raw", "timezone", "at", "precision"), WITHOUT_A_ZONE)
def test_a_date_without_a_zone_is_in_its_sources_zone_and_says_so(
    raw: str, timezone: str, at: str, precision: str
) -> None:
    moment = read_date(raw, timezone=timezone, now=NOON)
    assert moment is not None
    assert moment.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (moment.precision, moment.zone, moment.zone_assumed) == (precision, timezone, True)


@pytest.mark.parametrize("raw", NO_DATES)
def test_what_is_no_date_or_an_ambiguous_one_stays_unknown(raw: str) -> None:
    assert read_date(raw, timezone=TORONTO, now=NOON) is None


_PIECES = st.sampled_from([*"0123456789 :-/+.TZ年月日时分下午", "Jan ", "2026", " EST", "janv. "])


@given(st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=30).map("".join)))
def test_any_text_is_a_moment_in_utc_or_nothing(raw: str) -> None:
    moment = read_date(raw, timezone=SHANGHAI, now=NOON)
    assert moment is None or moment.at.tzinfo is UTC


@given(st.datetimes(datetime(1980, 1, 2), datetime(2200, 1, 1), timezones=st.timezones()))
def test_iso_dates_come_back_as_the_same_instant(at: datetime) -> None:
    at = at.replace(microsecond=0, fold=0)
    if at.utcoffset().total_seconds() % 60:  # zones had odd seconds once; ISO 8601 cannot write them
        return
    moment = read_date(at.isoformat(), timezone=TORONTO, now=NOON)
    assert moment is not None
    assert moment.at == datetime.fromisoformat(at.isoformat())
