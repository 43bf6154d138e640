"""Dates as feeds and pages write them, each read to one instant or to none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.dates import Moment, read_date, zone_of_label
from crawlers.dates.vocabulary import VOCABULARY
from tests.builders import NOON

TORONTO, WINNIPEG, SHANGHAI, PARIS = "America/Toronto", "America/Winnipeg", "Asia/Shanghai", "Europe/Paris"


def read(raw: str, zone: str) -> Moment | None:
    written = read_date(raw, now=NOON)
    return written.in_utc(zone) if written else None


# What is written, the source's zone, the instant in UTC, the precision, the zone it was read with.
WITH_A_ZONE = [
    ("Sat, 17 Jan 2026 14:05:00 +0000", TORONTO, "2026-01-17 14:05:00", "second", "+00:00"),
    ("Sat, 17 Jan 2026 14:05 GMT", SHANGHAI, "2026-01-17 14:05:00", "minute", "+00:00"),
    ("Sat, 17 Jan 2026 14:05:00 -0500 (EST)", TORONTO, "2026-01-17 19:05:00", "second", "-05:00"),
    ("17 Jan 26 14:05 EST", SHANGHAI, "2026-01-17 19:05:00", "minute", "-05:00"),
    ("Saturday, 17-Jan-26 14:05:00 GMT", SHANGHAI, "2026-01-17 14:05:00", "second", "+00:00"),
    ("Fri, 17 Jul 2026 14:05:00 EDT", TORONTO, "2026-07-17 18:05:00", "second", "-04:00"),
    ("Fri, 17 Jul 2026 14:05:00 EST", TORONTO, "2026-07-17 19:05:00", "second", "-05:00"),
    ("Sat, 17 Jan 2026 14:05:00 CST", TORONTO, "2026-01-17 20:05:00", "second", "-06:00"),
    ("Sat, 17 Jan 2026 14:05:00 CST", SHANGHAI, "2026-01-17 06:05:00", "second", "+08:00"),
    ("Sat Jan 17 14:05:00 CST 2026", SHANGHAI, "2026-01-17 06:05:00", "second", "+08:00"),
    ("Sat Jan 17 14:05:00 +0800 2026", TORONTO, "2026-01-17 06:05:00", "second", "+08:00"),
    ("Sat Jan 17 2026 09:05:00 GMT-0500 (EST)", "UTC", "2026-01-17 14:05:00", "second", "-05:00"),
    ("sam., 17 janv. 2026 14:05:00 HNE", TORONTO, "2026-01-17 19:05:00", "second", "-05:00"),
    ("Publié le 17 janvier 2026 à 16h05 HNE", "UTC", "2026-01-17 21:05:00", "minute", "-05:00"),
    ("Jul. 17, 2026 3:04 PM ET", SHANGHAI, "2026-07-17 19:04:00", "minute", "-04:00"),
    ("Jan. 17, 2026 3:04 PM et", SHANGHAI, "2026-01-17 20:04:00", "minute", "-05:00"),
    ("January 17, 2026 09:05 ET | Source: Harvest Board", "UTC", "2026-01-17 14:05:00", "minute", "-05:00"),
    ("Published Jan. 17, 2026 9:05 a.m. EST", "UTC", "2026-01-17 14:05:00", "minute", "-05:00"),
    ("12:30 a.m. EDT July 4, 2026", "UTC", "2026-07-04 04:30:00", "minute", "-04:00"),
    ("3 p.m. ET Saturday, January 17, 2026", "UTC", "2026-01-17 20:00:00", "minute", "-05:00"),
    ("14:05 17 Jan 2026 EST", "UTC", "2026-01-17 19:05:00", "minute", "-05:00"),
    ("Jan. 17, 2026 3:04 p.m. Eastern Time", "UTC", "2026-01-17 20:04:00", "minute", "-05:00"),
    ("Jan. 17, 2026 3:04 PM AT", PARIS, "2026-01-17 19:04:00", "minute", "-04:00"),
    ("Jan. 17, 2026 3:04 PM AKST", PARIS, "2026-01-18 00:04:00", "minute", "-09:00"),
    ("2026-01-17 14:05 MET", TORONTO, "2026-01-17 13:05:00", "minute", "+01:00"),
    ("2026-07-17 14:05 CEST", TORONTO, "2026-07-17 12:05:00", "minute", "+02:00"),
    ("17. Januar 2026 um 14:05 Uhr MEZ", TORONTO, "2026-01-17 13:05:00", "minute", "+01:00"),
    ("2026-01-17 14:05 America/Toronto", PARIS, "2026-01-17 19:05:00", "minute", "-05:00"),
    ("2026-07-17T14:05:00[Europe/Paris]", TORONTO, "2026-07-17 12:05:00", "second", "+02:00"),
    ("2026-01-17T14:05:00+01:00[Europe/Paris]", TORONTO, "2026-01-17 13:05:00", "second", "+01:00"),
    ("2026-01-17T14:05:00Z", SHANGHAI, "2026-01-17 14:05:00", "second", "+00:00"),
    ("2026-01-17T14:05:00.123456+08:00", TORONTO, "2026-01-17 06:05:00", "second", "+08:00"),
    ("2026-01-17T14:05+0800", TORONTO, "2026-01-17 06:05:00", "minute", "+08:00"),
    ("2026-01-17 14:05:00+00", TORONTO, "2026-01-17 14:05:00", "second", "+00:00"),
    ("2026-01-17 00:00:00+00", TORONTO, "2026-01-17 00:00:00", "second", "+00:00"),
    ("20260117T140500Z", TORONTO, "2026-01-17 14:05:00", "second", "+00:00"),
    ("2026-01-17T24:00:00Z", TORONTO, "2026-01-18 00:00:00", "second", "+00:00"),
    ("2026-01-17T23:59:60Z", TORONTO, "2026-01-17 23:59:59", "second", "+00:00"),
    ("2026-01-17 北京时间 14:05", TORONTO, "2026-01-17 06:05:00", "minute", "+08:00"),
    ("2026-01-17 14:05 (北京时间)", TORONTO, "2026-01-17 06:05:00", "minute", "+08:00"),
    ("1768651200", SHANGHAI, "2026-01-17 12:00:00", "second", "+00:00"),
    ("1768651200000", SHANGHAI, "2026-01-17 12:00:00", "second", "+00:00"),
    ("2099-01-01T00:00:00Z", TORONTO, "2099-01-01 00:00:00", "second", "+00:00"),
]

# A name that several zones have, the source's zone, and the offset it means there; None where it is unknown.
NAMES_OF_SEVERAL_ZONES = [
    ("CST", TORONTO, "-06:00"),
    ("CST", WINNIPEG, "-06:00"),
    ("CST", "US/Eastern", "-06:00"),
    ("CST", "America/Havana", "-05:00"),
    ("CST", SHANGHAI, "+08:00"),
    ("CST", "Asia/Hong_Kong", "+08:00"),
    ("CST", "Asia/Taipei", "+08:00"),
    ("CST", PARIS, None),
    ("CST", "UTC", None),
    ("MST", "America/Phoenix", "-07:00"),
    ("MST", "Asia/Kuala_Lumpur", None),
    ("AST", "America/Halifax", "-04:00"),
    ("AST", "Asia/Riyadh", None),
    ("HST", "Pacific/Honolulu", "-10:00"),
    ("IST", "Asia/Kolkata", "+05:30"),
    ("IST", "Asia/Jerusalem", "+02:00"),
    ("IST", TORONTO, "+05:30"),
    ("PST", "Asia/Manila", "+08:00"),
    ("PST", TORONTO, "-08:00"),
    ("XYZ", TORONTO, None),
    ("No/Where", TORONTO, None),
]

WITHOUT_A_ZONE = [
    ("30.10.23", TORONTO, "2023-10-30 04:00:00", "day"),
    ("30/10/23", TORONTO, "2023-10-30 04:00:00", "day"),
    ("10/30/23 21:55:58", TORONTO, "2023-10-31 01:55:58", "second"),
    ("10/30/23, 9:55 PM", TORONTO, "2023-10-31 01:55:00", "minute"),
    ("13.8.26 14:05", TORONTO, "2026-08-13 18:05:00", "minute"),
    ("20.08.26, 14.05 Uhr", TORONTO, "2026-08-20 18:05:00", "minute"),
    ("09.07.2026", TORONTO, "2026-07-09 04:00:00", "day"),
    ("Thu, 09/07/2026", TORONTO, "2026-07-09 04:00:00", "day"),
    ("08/09/2026 Tuesday", TORONTO, "2026-09-08 04:00:00", "day"),
    ("jeu. 09/07/2026", TORONTO, "2026-07-09 04:00:00", "day"),
    ("lundi 07/09/2026 à 14 h 05", TORONTO, "2026-09-07 18:05:00", "minute"),
    ("星期四 09/07/2026", SHANGHAI, "2026-07-08 16:00:00", "day"),
    ("Nov. 2020", TORONTO, "2020-11-01 04:00:00", "month"),
    ("2026-01-17T14:05:06", TORONTO, "2026-01-17 19:05:06", "second"),
    ("2026-01-17T14:05:06", SHANGHAI, "2026-01-17 06:05:06", "second"),
    ("2026-01-17 14:05", SHANGHAI, "2026-01-17 06:05:00", "minute"),
    ("2026-01-17 20:15 来源：海港社", SHANGHAI, "2026-01-17 12:15:00", "minute"),
    ("2026-1-17 1:5", SHANGHAI, "2026-01-16 17:05:00", "minute"),
    ("2026/1/17 8:05", SHANGHAI, "2026-01-17 00:05:00", "minute"),
    ("2026/01/17 (土) 14:05", SHANGHAI, "2026-01-17 06:05:00", "minute"),
    ("20260117140500", SHANGHAI, "2026-01-17 06:05:00", "second"),
    ("20260117 14:05", SHANGHAI, "2026-01-17 06:05:00", "minute"),
    ("Sat, 17 Jan 2026 14:05:00", SHANGHAI, "2026-01-17 06:05:00", "second"),
    ("Sat, 17 Jan 2026 14:05:00 CST", PARIS, "2026-01-17 13:05:00", "second"),
    ("Sat Jan 17 14:05:00 2026", TORONTO, "2026-01-17 19:05:00", "second"),
    ("Jan 17, 2026, 3:04 p.m.", TORONTO, "2026-01-17 20:04:00", "minute"),
    ("2026-01-17", SHANGHAI, "2026-01-16 16:00:00", "day"),
    ("2026-01-17-05:00", SHANGHAI, "2026-01-16 16:00:00", "day"),
    ("2026-01-17T00:00:00", SHANGHAI, "2026-01-16 16:00:00", "day"),
    ("2026年11月17日", SHANGHAI, "2026-11-16 16:00:00", "day"),
    ("２０２６年１月１７日", SHANGHAI, "2026-01-16 16:00:00", "day"),
    ("2026年1月17日 14:05", SHANGHAI, "2026-01-17 06:05:00", "minute"),
    ("2026年01月17日14时05分30秒", SHANGHAI, "2026-01-17 06:05:30", "second"),
    ("2026年01月17日08:05:33", SHANGHAI, "2026-01-17 00:05:33", "second"),
    ("2026年1月17日 星期六 下午3時05分", SHANGHAI, "2026-01-17 07:05:00", "minute"),
    ("2026年1月17日14时", SHANGHAI, "2026-01-17 06:00:00", "minute"),
    ("2026年1月17日下午3点半", SHANGHAI, "2026-01-17 07:30:00", "minute"),
    ("17 1月 2026", SHANGHAI, "2026-01-16 16:00:00", "day"),
    ("一月 17, 2026", SHANGHAI, "2026-01-16 16:00:00", "day"),
    ("January 17, 2026", TORONTO, "2026-01-17 05:00:00", "day"),
    ("17th of January 2026", TORONTO, "2026-01-17 05:00:00", "day"),
    ("2026 Jan. 17", TORONTO, "2026-01-17 05:00:00", "day"),
    ("17 Jan 26", TORONTO, "2026-01-17 05:00:00", "day"),
    ("17. Januar 2026", TORONTO, "2026-01-17 05:00:00", "day"),
    ("17. März 2026, 14.05 Uhr", PARIS, "2026-03-17 13:05:00", "minute"),
    ("17 de enero de 2026", TORONTO, "2026-01-17 05:00:00", "day"),
    ("17 janvier 2026 à 14h05", TORONTO, "2026-01-17 19:05:00", "minute"),
    ("17 janvier 2026 à 14 h", TORONTO, "2026-01-17 19:00:00", "minute"),
    ("le 1er août 2026", TORONTO, "2026-08-01 04:00:00", "day"),
    ("17/01/2026 14:05", TORONTO, "2026-01-17 19:05:00", "minute"),
    ("01/17/2026 14:05", TORONTO, "2026-01-17 19:05:00", "minute"),
    ("05/05/2026", TORONTO, "2026-05-05 04:00:00", "day"),
    ("03.04.2026", TORONTO, "2026-04-03 04:00:00", "day"),
    ("2026-01", TORONTO, "2026-01-01 05:00:00", "month"),
    ("Nov. 2020", TORONTO, "2020-11-01 04:00:00", "month"),
    ("novembre 2020", TORONTO, "2020-11-01 04:00:00", "month"),
    ("2026", TORONTO, "2026-01-01 05:00:00", "year"),
]

# A word for a part of the day, and the hours from its day's midnight.
HOURS_OF_THE_DAY = [
    ("凌晨12点", 0),
    ("凌晨3点", 3),
    ("上午9点", 9),
    ("中午11点", 11),
    ("中午12点", 12),
    ("中午1点", 13),
    ("下午3点", 15),
    ("下午15:00", 15),
    ("晚上8点", 20),
    ("晚上12点", 24),
    ("晚上12:30", 24.5),
    ("12:30 a.m.", 0.5),
    ("12:30 pm", 12.5),
    ("3 p. m.", 15),
]

# What stands behind a day and is no time of it.
NO_TIMES = [
    "2026年1月17日晚上2点",  # the night before it, or after
    "January 17, 2026 | 45:12",
    "17 janvier 2026 · 5 h de lecture",
    "2026-01-17 3h ago",
    "2026-01-17 +08:00",
]

WITHOUT_A_YEAR = [
    ("1月16日 14:05", SHANGHAI, "2026-01-16 06:05:00", "minute"),
    ("Dec 30", TORONTO, "2025-12-30 05:00:00", "day"),
    ("30. Dezember", TORONTO, "2025-12-30 05:00:00", "day"),
    ("Jan 17 10:30", TORONTO, "2026-01-17 15:30:00", "minute"),
    ("Jan 16 (1200 words)", TORONTO, "2026-01-16 05:00:00", "day"),
]

NO_DATES = [
    "", "tomorrow", "5 hours ago", "03/04/2026", "03-04-2026", "12/01/2004 - 01/01/2005", "2026-13-40",
    "2026-02-30", "31 Feb 2026", "Feb 29", "Nov 20 20194:29 AM", "0001-01-01", "1970-01-01T00:00:00Z",
    "Thu, 01 Jan 1970 00:00:00 GMT", "0000000000", "9999-12-31T23:59:59-05:00", "2026-01-17T25:00:00Z",
    "2026-01-17 14:75", "20260117 words", "Jan 2026 " * 20, "Call 613-555-0199", "\ud800", "1e9", "-1",
    # No weekday, one that fits neither day, and two of them
    "12/11/10", "3/4/26 13:00", "Sat, 09/07/2026", "Thu or Mon, 09/07/2026", "1:2:3:4", "1.2.3",
    "Version 1.2.34",
    "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 +0800", "31 Dec 3000000",
]  # fmt: skip


@pytest.mark.parametrize(("raw", "timezone", "at", "precision", "zone"), WITH_A_ZONE)
def test_a_date_with_a_zone_is_read_with_it(
    raw: str, timezone: str, at: str, precision: str, zone: str
) -> None:
    moment = read(raw, timezone)
    assert moment is not None
    assert moment.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (moment.precision, moment.zone, moment.zone_assumed) == (precision, zone, False)


@pytest.mark.parametrize(("name", "timezone", "offset"), NAMES_OF_SEVERAL_ZONES)
def test_an_ambiguous_zone_is_the_sources_own_or_unknown(
    name: str, timezone: str, offset: str | None
) -> None:
    moment = read(f"2026-01-17 14:05 {name}", timezone)
    assert moment is not None
    assert (moment.zone, moment.zone_assumed) == (offset or timezone, offset is None)


@pytest.mark.parametrize(("raw", "timezone", "at", "precision"), [*WITHOUT_A_ZONE, *WITHOUT_A_YEAR])
def test_a_date_without_a_zone_is_in_its_sources_zone_and_says_so(
    raw: str, timezone: str, at: str, precision: str
) -> None:
    moment = read(raw, timezone)
    assert moment is not None
    assert moment.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (moment.precision, moment.zone, moment.zone_assumed) == (precision, timezone, True)


@pytest.mark.parametrize(("hour", "hours"), HOURS_OF_THE_DAY)
def test_a_word_places_an_hour_in_the_day(hour: str, hours: float) -> None:
    written = read_date(f"2026-01-17 {hour}")
    assert written is not None
    assert written.local == datetime.fromisoformat("2026-01-17") + timedelta(hours=hours)
    assert written.precision == "minute"


@pytest.mark.parametrize("raw", NO_TIMES)
def test_what_is_no_time_of_the_day_leaves_the_day(raw: str) -> None:
    written = read_date(raw)
    assert written is not None
    assert (written.local.isoformat(), written.precision) == ("2026-01-17T00:00:00", "day")


@pytest.mark.parametrize("raw", NO_DATES)
def test_what_is_no_date_or_an_ambiguous_one_stays_unknown(raw: str) -> None:
    assert read_date(raw, now=NOON) is None


@pytest.mark.parametrize("raw", [raw for raw, *_ in WITHOUT_A_YEAR])
def test_a_day_without_a_year_is_unknown_where_nobody_gives_the_present(raw: str) -> None:
    assert read_date(raw) is None


def test_a_day_without_a_year_may_be_the_first_of_the_next_year() -> None:
    written = read_date("Jan 1", now=datetime(2026, 12, 31, 20, tzinfo=UTC))
    assert written is not None
    assert written.local.date().isoformat() == "2027-01-01"


@pytest.mark.parametrize(("name", "number"), list(VOCABULARY.months.items()))
def test_every_month_of_the_vocabulary_is_read(name: str, number: int) -> None:
    written = read_date(f"17 {name.upper()} 2026")
    assert written is not None
    assert (written.local.month, written.local.day) == (number, 17)


@pytest.mark.parametrize(("name", "number"), list(VOCABULARY.weekdays.items()))
def test_every_weekday_of_the_vocabulary_settles_a_day(name: str, number: int) -> None:
    if len(name) == 1:
        pytest.skip("one character is a part of any word")
    day, month = _day_of_one_order(number)
    moment = read(f"{name} {day:02}/{month:02}/2026", "UTC")
    assert moment is not None
    assert (moment.at.day, moment.at.month) == (day, month)


def _day_of_one_order(weekday: int) -> tuple[int, int]:
    """Return a day and month of 2026 with that weekday, which exchanged have another one."""
    for month in range(1, 13):
        for day in range(1, 13):
            if date(2026, month, day).weekday() == weekday != date(2026, day, month).weekday():
                return day, month
    raise AssertionError(weekday)


@pytest.mark.parametrize("name", VOCABULARY.zone_names)
def test_every_zone_of_the_vocabulary_is_known_to_some_source(name: str) -> None:
    written = read_date(f"2026-01-17 14:05 {name}")
    assert written is not None
    assert not written.in_utc(TORONTO).zone_assumed


def test_a_label_gives_its_zone_and_anything_else_utc() -> None:
    at = datetime(2026, 1, 17, 12, tzinfo=UTC)
    assert at.astimezone(zone_of_label("-05:00")).hour == 7
    assert at.astimezone(zone_of_label(None)).hour == 12
    assert at.astimezone(zone_of_label("EST")).hour == 12


_PIECES = st.sampled_from([*"0123456789 :-/+.TZ年月日时分下午", "Jan ", "2026", " EST", "janv. "])


@given(st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=30).map("".join)))
def test_any_text_is_a_moment_in_utc_or_nothing(raw: str) -> None:
    moment = read(raw, SHANGHAI)
    assert moment is None or moment.at.tzinfo is UTC


@given(st.datetimes(datetime(1980, 1, 2), datetime(2200, 1, 1), timezones=st.timezones()))
def test_iso_dates_come_back_as_the_same_instant(at: datetime) -> None:
    at = at.replace(microsecond=0, fold=0)
    if at.utcoffset().total_seconds() % 60:  # zones had odd seconds once; ISO 8601 cannot write them
        return
    moment = read(at.isoformat(), TORONTO)
    assert moment is not None
    assert moment.at == datetime.fromisoformat(at.isoformat())
