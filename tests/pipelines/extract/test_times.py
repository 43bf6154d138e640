"""Dates as pages write them, and which of a page's dates is the publication."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from crawlers.dates import is_plausible
from pipelines.extract import extract
from pipelines.model import Stamp
from tests.builders import NOON, a_page, a_source, an_entry
from tests.pipelines.extract.pages import ENGLISH, a_html

NOW = NOON + timedelta(days=1)


def published(html: str, zone: str = "America/Toronto", **page: Any) -> Stamp | None:
    return extract(a_page(body=html, **page), a_source(timezone=zone), NOW).published


def updated(html: str, **page: Any) -> Stamp | None:
    return extract(a_page(body=html, **page), a_source(timezone="America/Toronto"), NOW).updated


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


@pytest.mark.parametrize(
    ("zone", "stamp"),
    [
        ("Asia/Shanghai", Stamp(datetime(2026, 1, 17, 6, 5, tzinfo=UTC), "minute", "+08:00", "pubdate")),
        ("America/Winnipeg", Stamp(datetime(2026, 1, 17, 20, 5, tzinfo=UTC), "minute", "-06:00", "pubdate")),
        (
            "Europe/Paris",
            Stamp(datetime(2026, 1, 17, 13, 5, tzinfo=UTC), "minute", None, "pubdate", ("zone_assumed",)),
        ),
    ],
)
def test_ambiguous_zone_is_the_one_of_its_source_or_unknown(zone: str, stamp: Stamp) -> None:
    head = '<meta name="pubdate" content="2026-01-17 14:05 CST">'
    assert published(a_html(head=head), zone=zone) == stamp


def test_day_stays_that_day_in_every_zone() -> None:
    stamp = published(a_html(head='<meta name="pubdate" content="17. Januar 2026">'), zone="Asia/Shanghai")
    assert stamp == Stamp(datetime(2026, 1, 17, tzinfo=UTC), "day", None, "pubdate")


def test_month_counts_only_where_nothing_tells_the_day() -> None:
    head = '<meta name="dcterms.issued" content="Jan. 2026">'
    alone = published(a_html(head=head))
    assert alone == Stamp(datetime(2026, 1, 1, tzinfo=UTC), "month", None, "dcterms.issued")
    beside = published(a_html(head=head, above='<p class="date">Published Jan. 15, 2026</p>'))
    assert beside == Stamp(datetime(2026, 1, 15, tzinfo=UTC), "day", None, "text")


def test_publication_is_never_the_modification() -> None:
    head = (
        '<meta property="article:modified_time" content="2026-01-17T22:00:00Z">'
        '<meta property="article:published_time" content="2026-01-17T10:00:00Z">'
    )
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
            above="<div class='dates'>Published Jan. 15, 2026 9:00 a.m. |"
            " Updated Jan. 17, 2026 8:00 p.m.</div>"
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
    future = {"@type": "NewsArticle", "datePublished": "2026-01-20T10:00:00Z"}
    alone = published(a_html(ld=future))
    assert alone is not None
    assert alone.flags == ("future",)
    beside = published(a_html(ld=future, above='<time datetime="2026-01-17T10:00:00Z">today</time>'))
    assert beside is not None
    assert (beside.at.year, beside.flags) == (2026, ())


@pytest.mark.parametrize("attribute", ["article:published_time", "og:published_time"])
def test_a_time_that_no_article_can_have_is_no_first_of_the_month(attribute: str) -> None:
    # Our clock was three days behind, or theirs ahead: either way it is no report of weeks ago.
    head = f'<meta property="{attribute}" content="2026-01-31T10:00:00-08:00">'
    assert published(a_html(head=head)) is None


@pytest.mark.parametrize(
    ("hours_ahead", "flags"), [(0.5, ()), (2, ("future",)), (8, ("future",)), (11, ("future",))]
)
def test_a_time_ahead_by_more_than_clocks_differ_is_flagged(
    hours_ahead: float, flags: tuple[str, ...]
) -> None:
    # Eight hours are Beijing's time under the label of Greenwich's.
    written = (NOW + timedelta(hours=hours_ahead)).isoformat()
    stamp = published(a_html(ld={"@type": "NewsArticle", "datePublished": written}))
    assert stamp is not None
    assert stamp.flags == flags


@pytest.mark.parametrize(
    "written",
    [
        "9999-12-31T23:59:59-12:00",
        "9999-12-31T23:59:59Z",
        "9998-12-31T23:59:59-14:00",
        "2027-01-17T10:00:00Z",
        "2026-01-20T12:00:01Z",
        "2027-01",
        "9998",
        "1994-12-31T23:59:59Z",
        "1991-05-05T10:00:00Z",
        "1989-12-31T23:59:59Z",
        "1970-01-01",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_no_article_is_of_a_time_long_before_the_web_or_long_after_its_collection(written: str) -> None:
    ld = {"@type": "NewsArticle", "datePublished": written, "dateModified": written}
    assert published(a_html(ld=ld)) is None
    assert updated(a_html(ld=ld)) is None
    shown = f'<time datetime="{written}">{written}</time>'
    # The guess of last resort may read the year of the copyright.
    guess = published(a_html(above=shown))
    assert guess is None or is_plausible(guess.at, NOW)
    sane = '<time datetime="2026-01-17T10:00:00Z">today</time>'
    beside = published(a_html(ld=ld, above=sane))
    assert beside is not None
    assert beside.at == datetime(2026, 1, 17, 10, tzinfo=UTC)


@pytest.mark.parametrize("written", ["1991-05-05T10:00:00Z", "2031-05-05T10:00:00Z"])
@pytest.mark.parametrize("line", ["Board of 3 March 2025", "Réunion du 3 mars 2025", "2025年3月3日 例会"])
def test_page_that_declares_an_impossible_time_is_not_dated_by_a_line_elsewhere(
    written: str, line: str
) -> None:
    html = a_html(*ENGLISH * 12, head=f'<meta property="article:published_time" content="{written}">')
    html = html.replace("</main>", "<p>Ferries go on Monday.</p>" * 30 + f"<p>{line}</p></main>")
    assert published(html) is None
    addressed = published(html, url="https://daily.example/2026/01/17/seed-talks")
    assert addressed is not None
    assert (addressed.at.date().isoformat(), addressed.provenance) == ("2026-01-17", "url")


@pytest.mark.parametrize("line", ["March 3, 2025", "3 mars 2025", "2025年3月3日"])
def test_day_in_the_address_goes_before_a_line_of_another_day(line: str) -> None:
    html = a_html(below=f"<div><h3>+</h3><p>{line}</p></div>")
    stamp = published(html, url="https://daily.example/2026/01/17/seed-talks")
    assert stamp is not None
    assert stamp.at.date().isoformat() == "2026-01-17"


@pytest.mark.parametrize("offset", [-12, 0, 14])
@pytest.mark.parametrize("year", [1, 1970, 2030, 9999])
def test_a_date_of_any_year_in_an_old_batch_is_none_of_its_article(year: int, offset: int) -> None:
    zone = timezone(timedelta(hours=offset))
    at = datetime(year, 12, 31, 23, 59, tzinfo=zone) if year > 1 else datetime(1, 1, 1, tzinfo=zone)
    entry = an_entry(published=at, updated=at)
    assert published(a_html(), entry=entry) is None
    assert updated(a_html(), entry=entry) is None


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
    html = (
        "<html lang=zh><body><article><h1>中加举行会谈</h1>"
        f"<span class=time>2026年01月20日 16:05</span>{body}</article></body></html>"
    )
    article = extract(a_page(body=html), a_source(timezone="UTC"), NOW)
    assert article.published is not None
    assert article.published.at.isoformat() == "2026-01-20T08:05:00+00:00"
    assert "zone_assumed" in article.published.flags
