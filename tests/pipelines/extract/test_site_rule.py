"""A page read by the rule of its site."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.beat.beat import Beat
from pipelines.extract import extract
from pipelines.ingest.page_reader import ExtractedPage, ReadingSteps
from tests.builders import a_page
from tests.pipelines.extract.pages import ENGLISH, a_html
from tests.pipelines.extract.rule_pages import ADDRESS, PAGE, a_rule

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def test_general_way_reads_the_page_wrongly() -> None:
    article = extract(a_page(ADDRESS, PAGE), None, NOW)
    assert article.title != "Seed talks end without a word"
    assert article.authors != ("Anne Roy", "Luc Gagnon")
    assert "Order your fertiliser" in article.body


def test_rule_finds_every_field_and_says_so() -> None:
    article = extract(a_page(ADDRESS, PAGE), None, NOW, rule=a_rule())
    assert article.title == "Seed talks end without a word"
    assert article.authors == ("Anne Roy", "Luc Gagnon")
    assert article.published is not None
    assert article.published.at == datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
    assert article.published.provenance == "rule of kraanvogel.example"
    assert article.body == "\n\n".join(ENGLISH)
    for field in ("title", "authors", "published", "body"):
        assert article.provenance[field] == "rule of kraanvogel.example", field


def test_field_that_a_rule_does_not_name_or_find_is_read_as_on_any_page() -> None:
    page = a_page(ADDRESS, a_html(above='<p class="byline">By Jane Roe</p>'))
    plain = extract(page, None, NOW)
    for take in ({}, {"title": ".nowhere", "authors": ".nowhere", "date": ".nowhere", "body": ".nowhere"}):
        assert extract(page, None, NOW, rule=a_rule(take=take)) == plain


@pytest.mark.parametrize(
    ("markup", "selector"),
    [
        ('<time class="d" datetime="2026-11-20T14:05:00Z">yesterday</time>', "time.d"),
        ('<meta name="day" content="2026-11-20T14:05:00Z">', "meta[name=day]"),
        ('<b class="d">no day</b><b class="d">20 November 2026, 14:05</b>', "b.d"),
    ],
    ids=["attribute", "meta", "second element"],
)
def test_date_is_read_from_attributes_and_from_the_first_element_that_has_one(
    markup: str, selector: str
) -> None:
    page = a_page(ADDRESS, a_html(above=markup))
    article = extract(page, None, NOW, rule=a_rule(take={"date": selector}))
    assert article.published is not None
    assert article.published.at == datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
    assert article.provenance["published"] == "rule of kraanvogel.example"


def test_whole_page_cannot_be_dropped() -> None:
    article = extract(a_page(ADDRESS, a_html()), None, NOW, rule=a_rule(drop=["html"]))
    assert article.body == "\n\n".join(ENGLISH)


def test_elements_within_each_other_are_read_once() -> None:
    html = a_html().replace("<body>", '<body><div class="t">').replace("</body>", "</div></body>")
    rule = a_rule(take={"body": "div.t, p"}, drop=[])
    article = extract(a_page(ADDRESS, html), None, NOW, rule=rule)
    assert article.body.count(ENGLISH[0]) == 1


@pytest.mark.parametrize(
    ("address", "fetched", "is_read_by_rule"),
    [
        (ADDRESS, NOW, True),
        ("https://kraanvogel.example/seeds", datetime(2027, 6, 30, 23, 59, tzinfo=UTC), True),
        (ADDRESS, datetime(2027, 7, 1, tzinfo=UTC), False),
        ("https://notkraanvogel.example/seeds", NOW, False),
        ("https://kraanvogel.example.org/seeds", NOW, False),
    ],
    ids=["below", "last day", "too late", "other name", "other domain"],
)
def test_page_of_the_site_is_read_by_it_while_it_holds(
    beat: Beat, address: str, fetched: datetime, *, is_read_by_rule: bool
) -> None:
    steps = ReadingSteps(replace(beat, site_rules=(a_rule(),)))
    page = a_page(address, PAGE, fetched_at=fetched + timedelta(0))
    read = steps.extract(page, is_backfill=False)
    assert isinstance(read, ExtractedPage)
    assert (read.article.title == "Seed talks end without a word") is is_read_by_rule
