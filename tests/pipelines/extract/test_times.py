"""Dates as pages write them, and which of a page's dates is the publication."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract import extract
from pipelines.extract.dates import read_date, to_utc
from pipelines.model import Stamp
from tests.builders import NOON, a_page, a_source, an_entry
from tests.pipelines.extract.pages import a_html

NOW = NOON + timedelta(days=1)


def published(html: str, zone: str = "America/Toronto", **page: Any) -> Stamp | None:
    return extract(a_page(body=html, **page), a_source(timezone=zone), NOW).published


@pytest.mark.parametrize(
    ("text", "zone", "instant", "precision"),
    [
        ("2026-01-17T14:05:00Z", "UTC", "2026-01-17T14:05:00", "second"),
        ("2026-01-17T14:05:00.123-05:00", "UTC", "2026-01-17T19:05:00", "second"),
        ("2026-01-17T14:05+0800", "UTC", "2026-01-17T06:05:00", "minute"),
        ("Sat, 17 Jan 2026 14:05:00 GMT", "UTC", "2026-01-17T14:05:00", "second"),
        ("Sat Jan 17 2026 09:05:00 GMT-0500 (EST)", "UTC", "2026-01-17T14:05:00", "second"),
        ("1768658700", "UTC", "2026-01-17T14:05:00", "second"),
        ("1768658700000", "UTC", "2026-01-17T14:05:00", "second"),
        ("Published Jan. 17, 2026 9:05 a.m. EST", "UTC", "2026-01-17T14:05:00", "minute"),
        ("January 17, 2026 09:05 ET | Source: Harvest Board", "UTC", "2026-01-17T14:05:00", "minute"),
        ("Jan 17, 2026, 3:04 p.m.", "America/Toronto", "2026-01-17T20:04:00", "minute"),
        ("12:30 a.m. EDT July 4, 2026", "UTC", "2026-07-04T04:30:00", "minute"),
        ("17 January 2026", "America/Toronto", "2026-01-17T00:00:00", "day"),
        ("Publié le 17 janvier 2026 à 16 h 05", "America/Toronto", "2026-01-17T21:05:00", "minute"),
        ("Publié le 17 janvier 2026 à 16h05 HNE", "UTC", "2026-01-17T21:05:00", "minute"),
        ("le 1er février 2026", "UTC", "2026-02-01T00:00:00", "day"),
        ("2026年1月17日 20:15", "Asia/Shanghai", "2026-01-17T12:15:00", "minute"),
        ("2026-01-17 20:15 来源：海港社", "Asia/Shanghai", "2026-01-17T12:15:00", "minute"),
        ("2026年01月17日08:05:33", "Asia/Shanghai", "2026-01-17T00:05:33", "second"),
        ("2026年1月17日下午3时20分", "Asia/Shanghai", "2026-01-17T07:20:00", "minute"),
        ("2026年11月17日", "Asia/Shanghai", "2026-11-17T00:00:00", "day"),
        ("2026-01-17 14:05 CST", "Asia/Shanghai", "2026-01-17T06:05:00", "minute"),
        ("2026-01-17 14:05 CST", "America/Winnipeg", "2026-01-17T20:05:00", "minute"),
        ("2026-01-17T00:00:00", "Asia/Shanghai", "2026-01-17T00:00:00", "day"),
        ("17.01.2026", "UTC", "2026-01-17T00:00:00", "day"),
    ],
)
def test_dates_are_read_with_their_zone_and_precision(
    text: str, zone: str, instant: str, precision: str
) -> None:
    found = read_date(text)
    assert found is not None
    assert to_utc(found, zone) == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert found.precision == precision


@pytest.mark.parametrize(
    "text", ["03/04/2026", "2026-02-30", "2026-13-01", "1月17日", "5 hours ago", "", "Call 613-555-0199"]
)
def test_what_names_no_certain_day_is_no_date(text: str) -> None:
    assert read_date(text) is None


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = read_date(text)
    assert found is None or to_utc(found, "Asia/Shanghai").tzinfo is UTC


def test_declared_time_keeps_its_zone() -> None:
    stamp = published(a_html(ld={"@type": "NewsArticle", "datePublished": "2026-01-16T20:15:00+08:00"}))
    assert stamp == Stamp(datetime(2026, 1, 16, 12, 15, tzinfo=UTC), "second", "+08:00", "json-ld")


def test_time_without_a_zone_is_in_the_zone_of_its_source_and_says_so() -> None:
    stamp = published(
        a_html(head='<meta name="pubdate" content="2026-01-17 20:15:00">'), zone="Asia/Shanghai"
    )
    assert stamp == Stamp(
        datetime(2026, 1, 17, 12, 15, tzinfo=UTC), "second", None, "pubdate", ("zone_assumed",)
    )


def test_publication_is_never_the_modification() -> None:
    head = '<meta property="article:modified_time" content="2026-01-17T22:00:00Z"><meta property="article:published_time" content="2026-01-17T10:00:00Z">'
    article = extract(
        a_page(
            body=a_html(
                head=head, above='<time class="updated" datetime="2026-01-17T22:00:00Z">Updated</time>'
            )
        ),
        None,
        NOW,
    )
    assert article.published is not None
    assert article.updated is not None
    assert (article.published.at.hour, article.updated.at.hour) == (10, 22)


def test_shown_line_with_both_dates_gives_the_first() -> None:
    stamp = published(
        a_html(
            above="<div class='dates'>Published Jan. 15, 2026 9:00 a.m. | Updated Jan. 17, 2026 8:00 p.m.</div>"
        )
    )
    assert stamp is not None
    assert stamp.at == datetime(2026, 1, 15, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "shown",
    [
        '<div class="byline">By Nadia Roy · Published Jan. 17, 2026 3:15 p.m.</div>',
        '<p class="date">Publié le 17 janvier 2026 à 15 h 15</p>',
        "<span>2026年01月17日15:15 来源：海港社</span>",
        '<time datetime="2026-01-17T15:15:00-05:00">Saturday</time>',
        '<span itemprop="datePublished" content="2026-01-17T15:15:00-05:00">Saturday</span>',
    ],
)
def test_shown_dates_are_found(shown: str) -> None:
    stamp = published(a_html(above=shown))
    assert stamp is not None
    assert stamp.at == datetime(2026, 1, 17, 20, 15, tzinfo=UTC)


def test_declared_day_gains_the_time_that_the_page_shows() -> None:
    html = a_html(
        ld={"@type": "NewsArticle", "datePublished": "2026-01-17"},
        above='<time datetime="2026-01-17T15:15:00Z">today</time>',
    )
    stamp = published(html)
    assert stamp is not None
    assert (stamp.precision, stamp.at.hour) == ("second", 15)


def test_time_of_the_feed_stands_in_for_a_page_without_one() -> None:
    stamp = published(a_html(), entry=an_entry(published=NOON, published_zone="+00:00"))
    assert stamp == Stamp(NOON, "second", "+00:00", "feed")


def test_address_is_the_last_resort_and_gives_a_day() -> None:
    stamp = published(a_html(), url="https://daily.example/2026/01/15/seed-talks")
    assert stamp is not None
    assert (stamp.at, stamp.precision, stamp.provenance) == (datetime(2026, 1, 15, tzinfo=UTC), "day", "url")


def test_piece_that_was_dated_anew_keeps_the_day_of_its_address() -> None:
    html = a_html(ld={"@type": "NewsArticle", "datePublished": "2026-01-17T10:00:00Z"})
    stamp = published(html, url="https://daily.example/2024/06/03/ten-walks")
    assert stamp is not None
    assert stamp.at.date().isoformat() == "2024-06-03"


def test_time_in_the_future_is_flagged_and_gives_way_to_a_sane_one() -> None:
    future = {"@type": "NewsArticle", "datePublished": "2027-01-17T10:00:00Z"}
    alone = published(a_html(ld=future))
    assert alone is not None
    assert alone.flags == ("future",)
    beside = published(a_html(ld=future, above='<time datetime="2026-01-17T10:00:00Z">today</time>'))
    assert beside is not None
    assert (beside.at.year, beside.flags) == (2026, ())


def test_dates_of_other_articles_on_the_page_do_not_count() -> None:
    other = '<div class="related"><time datetime="2020-05-05T10:00:00Z">May 5, 2020</time></div>'
    stamp = published(a_html(above=other, below="<span>Posted Jan. 15, 2026</span>" + other))
    assert stamp is not None
    assert stamp.at.date().isoformat() == "2026-01-15"


def test_a_chinese_page_of_a_source_without_zone_is_on_chinese_time() -> None:
    body = (
        "<p>"
        + "加拿大总理当天在北京同中方举行会谈，双方就油菜籽关税交换意见，并商定下月继续磋商。" * 4
        + "</p>"
    )
    html = f"<html lang=zh><body><article><h1>中加举行会谈</h1><span class=time>2026年01月20日 16:05</span>{body}</article></body></html>"
    article = extract(a_page(body=html), a_source(timezone="UTC"), NOW)
    assert article.published is not None
    assert article.published.at.isoformat() == "2026-01-20T08:05:00+00:00"
    assert "zone_assumed" in article.published.flags
