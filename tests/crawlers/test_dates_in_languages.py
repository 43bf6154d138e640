"""Dates as newspapers of many languages print them, and numbers and words that are none."""

from __future__ import annotations

from datetime import datetime

import pytest

from crawlers.dates import read_date
from tests.builders import NOON

# What is written, and the local time that it means; NOON is in January 2026.
DAYS = [
    ("17 de enero de 2026", "2026-01-17"),
    ("sábado, 17 ene 2026", "2026-01-17"),
    ("17 ago. 2026", "2026-08-17"),
    ("17 sept. 2026", "2026-09-17"),
    ("17. Jan. 2026", "2026-01-17"),
    ("Samstag, den 17. Jänner 2026", "2026-01-17"),
    ("17 de março de 2026", "2026-03-17"),
    ("17 out. 2026", "2026-10-17"),
    ("17 de set. de 2026", "2026-09-17"),
    ("sabato 17 gennaio 2026", "2026-01-17"),
    ("17 mag 2026", "2026-05-17"),
    ("17 lug 2026", "2026-07-17"),
    ("zaterdag 17 januari 2026", "2026-01-17"),
    ("17 mrt. 2026", "2026-03-17"),
    ("lørdag 17. januar 2026", "2026-01-17"),
    ("17. des. 2026", "2026-12-17"),
    ("17. mai 2026", "2026-05-17"),
    ("lördag 17 januari 2026", "2026-01-17"),
    ("17 maj 2026", "2026-05-17"),
    ("17 augusti 2026", "2026-08-17"),
    ("17 stycznia 2026 r.", "2026-01-17"),
    ("sobota, 17 października 2026", "2026-10-17"),
    ("17 paź 2026", "2026-10-17"),
    ("17 lis 2026", "2026-11-17"),
    ("17 января 2026 года", "2026-01-17"),
    ("суббота, 17 мая 2026 г.", "2026-05-17"),
    ("17 ЯНВ 2026", "2026-01-17"),
    ("субота, 17 січня 2026 року", "2026-01-17"),
    ("17 листопада 2026 р.", "2026-11-17"),
    ("17 Ocak 2026", "2026-01-17"),
    ("17 ARALIK 2026", "2026-12-17"),
    ("17 aprıl 2026", "2026-04-17"),
    ("السبت 17 يناير 2026", "2026-01-17"),
    ("١٧ يناير ٢٠٢٦", "2026-01-17"),
    ("٢٠٢٦/٠١/١٧", "2026-01-17"),
    ("17 كانون الثاني/يناير 2026", "2026-01-17"),
    ("17 كانون الثاني 2026", "2026-01-17"),
    ("17 تشرين الأول 2026", "2026-10-17"),
    ("17 أكتوبر 2026", "2026-10-17"),
    ("17 اكتوبر، 2026", "2026-10-17"),
    ("2026年1月17日（土）", "2026-01-17"),
    ("２０２６年１月１７日", "2026-01-17"),
    ("令和8年1月17日", "2026-01-17"),
    ("令和元年5月1日", "2019-05-01"),
    ("平成31年4月30日", "2019-04-30"),
    ("民國115年1月17日", "2026-01-17"),
    ("2026년 1월 17일", "2026-01-17"),
    ("2026년1월17일(토)", "2026-01-17"),
    ("2026. 1. 17.", "2026-01-17"),
    ("2026.01.17.", "2026-01-17"),
]
TIMES = [
    ("17 de enero de 2026 a las 14:05", "2026-01-17T14:05"),
    ("17 de enero de 2026, 2:05 p. m.", "2026-01-17T14:05"),
    ("17/01/2026 às 14h05", "2026-01-17T14:05"),
    ("17 gennaio 2026 alle ore 14.05", "2026-01-17T14:05"),
    ("17 gennaio 2026 ore 14:05", "2026-01-17T14:05"),
    ("17 januari 2026 om 14.05 uur", "2026-01-17T14:05"),
    ("17. januar 2026 kl. 14.05", "2026-01-17T14:05"),
    ("17. jan. 2026 kl 14:05", "2026-01-17T14:05"),
    ("17 januari 2026 kl. 14.05", "2026-01-17T14:05"),
    ("17.01.2026, 14:05 Uhr", "2026-01-17T14:05"),
    ("17 stycznia 2026, godz. 14:05", "2026-01-17T14:05"),
    ("17 stycznia 2026 r. o godz. 14.05", "2026-01-17T14:05"),
    ("17 января 2026 г. в 14:05", "2026-01-17T14:05"),
    ("14:05, 17 января 2026", "2026-01-17T14:05"),
    ("17 січня 2026 року о 14:05", "2026-01-17T14:05"),
    ("17 січня, 2026, 14:05", "2026-01-17T14:05"),
    ("17 يناير 2026 الساعة 14:05", "2026-01-17T14:05"),
    ("17 يناير 2026 - 02:05 م", "2026-01-17T14:05"),
    ("17/01/2026 09:05 صباحا", "2026-01-17T09:05"),
    ("2026年1月17日 午後2時05分", "2026-01-17T14:05"),
    ("2026年1月17日 午前0時5分", "2026-01-17T00:05"),
    ("2026年1月17日(土) 14時05分", "2026-01-17T14:05"),
    ("2026/1/17(土) 14:05", "2026-01-17T14:05"),
    ("2026年1月17日 夜8時", "2026-01-17T20:00"),
    ("2026년 1월 17일 오후 2시 5분", "2026-01-17T14:05"),
    ("2026년 1월 17일 (토) 오전 9:05", "2026-01-17T09:05"),
    ("입력 2026.01.17 14:05", "2026-01-17T14:05"),
    ("2026.01.17. 오후 2:05", "2026-01-17T14:05"),
    ("2026. 1. 17. 14:05", "2026-01-17T14:05"),
    ("2026-01-17 14시 05분 30초", "2026-01-17T14:05:30"),
    ("2026년 1월 17일 오후 3시 반", "2026-01-17T15:30"),
]
YEARLESS = [
    ("16 января, 14:05", "2026-01-16T14:05"),
    ("16. januar kl. 14.05", "2026-01-16T14:05"),
    ("30 grudnia", "2025-12-30T00:00"),
    ("1월 16일 오후 2시", "2026-01-16T14:00"),
    ("1月16日 14:05", "2026-01-16T14:05"),
    ("16 يناير", "2026-01-16T00:00"),
    ("30 de diciembre", "2025-12-30T00:00"),
]
NONE = [
    "17 set", "17 out", "17 ago", "2 days ago", "17 маяков", "17 мартини", "Маяк 17", "3 월요일", "5 분 전",
    "10 час назад", "3시간 전", "17 mag", "no 17", "令和8年", "令和 1月", "1월 32일 2026", "2026. 13. 17.",
    "17 lis", "十七", "17 маистер 2026",
]  # fmt: skip


@pytest.mark.parametrize(("raw", "day"), DAYS)
def test_a_day_is_read_in_its_language(raw: str, day: str) -> None:
    written = read_date(raw)
    assert written is not None
    assert (written.local.date().isoformat(), written.precision) == (day, "day")


@pytest.mark.parametrize(("raw", "moment"), TIMES)
def test_a_time_beside_a_day_is_read(raw: str, moment: str) -> None:
    written = read_date(raw)
    assert written is not None
    assert written.local == datetime.fromisoformat(moment)
    assert written.precision in {"minute", "second"}


@pytest.mark.parametrize(("raw", "moment"), YEARLESS)
def test_a_day_without_a_year_is_read_in_listings(raw: str, moment: str) -> None:
    written = read_date(raw, now=NOON)
    assert written is not None
    assert written.local == datetime.fromisoformat(moment)


@pytest.mark.parametrize("raw", NONE)
def test_what_only_looks_like_a_date_is_none(raw: str) -> None:
    assert read_date(raw, now=NOON) is None


@pytest.mark.parametrize(
    ("raw", "offset"),
    [
        ("17 января 2026, 14:05 МСК", "+03:00"),
        ("17 января 2026, 14:05 (мск)", "+03:00"),
        ("2026年1月17日 14:05 JST", "+09:00"),
        ("2026-01-17 日本時間 14:05", "+09:00"),
        ("2026-01-17 한국시간 14:05", "+09:00"),
    ],
)
def test_zones_are_named_in_their_language(raw: str, offset: str) -> None:
    written = read_date(raw)
    assert written is not None
    assert written.in_utc("UTC").zone == offset
