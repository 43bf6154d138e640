"""The brief in the language of who reads it: no phrase, day, country or kind is left in English."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from crawlers.errors import CatalogueError
from pipelines.alerts.brief import KINDS, brief_language
from pipelines.alerts.exports import brief_of
from pipelines.alerts.mail_words import phrases, words_in
from pipelines.beat.searches import ParsedSearch
from pipelines.beat.searches.fields import MAIL_LANGUAGES
from pipelines.cli import app
from pipelines.query import parse
from tests.builders import NOON, a_publisher
from tests.contracts.ledger_values import a_stored
from tests.pipelines.alerts.newsroom_mail import Newsroom, canola

OTHERS = [language for language in MAIL_LANGUAGES if language != "en"]


def a_house() -> Newsroom:
    """Return a house with stories of several kinds, countries and routes."""
    house = Newsroom()
    kinds = ("paid_release", "government_release", "state_media", "agency", "government", "report")
    for n, kind in enumerate(kinds, 1):
        country = "CA" if n % 2 else None
        stored = a_stored(n, title=f"Titre {n}", publisher=a_publisher(country=country, name=f"Journal {n}"))
        fields: dict[str, Any] = {"headline": f"Titre {n}", "kind": kind, "topics": ("tariffs",)[: n % 2]}
        house.take(f"s{n}", n, stored=stored, origin=f"Origine {n}", **fields)
    return house


def seen(page: str) -> str:
    """Return what a reader sees or hears of a page, in small letters."""
    return re.sub(r"(?s)<style>.*?</style>|<(?![^>]*aria-label)[^>]*>", " ", page).casefold()


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("make_house", [a_house, Newsroom], ids=["full", "empty"])
def test_no_phrase_of_a_brief_is_left_in_english(language: str, make_house: Callable[[], Newsroom]) -> None:
    page = brief_of(make_house(), NOON - timedelta(days=1), language)
    assert f'<html lang="{language}">' in page
    visible = seen(page)
    for phrase in phrases():
        if len(phrase) > 9 and "{" not in phrase and phrase != words_in(language)(phrase):
            assert phrase.casefold() not in visible, phrase


@pytest.mark.parametrize("language", OTHERS)
def test_every_kind_has_a_heading_in_each_language(language: str) -> None:
    for heading in KINDS.values():
        assert words_in(language)(heading) != heading


#: What the brief of such a house says of where, what, when and how.
SAID = {
    "en": "elsewhere, Canada, Tariffs and trade, Agencies, Sat 12:00 UTC, 6</b> stories, directly",
    "fr": "ailleurs, Droits de douane et commerce, Agences, sam. 12:00 UTC, 6</b> récits, directement",
    "zh": "其他地区, 加拿大, 关税与贸易, 通讯社, 周六 12:00 UTC, 6</b> 条消息, 直接发布",
}


@pytest.mark.parametrize("language", SAID)
def test_days_countries_topics_and_kinds_are_named(language: str) -> None:
    house = a_house()
    house.later(hours=1)
    page = brief_of(house, NOON - timedelta(hours=3), language)
    for word in SAID[language].split(", "):
        assert word in page, word


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "China–Canada relations"), ("fr", "Relations Chine–Canada"), ("zh", "中加关系")],
)
def test_the_beat_is_named(language: str, name: str) -> None:
    assert f"<h1>{name}</h1>" in brief_of(Newsroom(), NOON, language)


def test_days_of_a_long_brief_are_named() -> None:
    page = brief_of(a_house(), NOON - timedelta(days=20), "fr")
    assert "17 janv." in page
    assert "Articles par jour" in page
    assert " Jan" not in page


@pytest.mark.parametrize(("language", "words"), [("en", "story"), ("fr", "récit"), ("zh", "条消息")])
def test_one_of_a_thing_is_no_plural(language: str, words: str) -> None:
    house = Newsroom()
    house.take("s1", 1)
    page = brief_of(house, NOON - timedelta(hours=3), language)
    assert f"<b>1</b> {words}</li>" in page
    assert "1</b> articles" not in page
    assert "and 1 more stories" not in page


def searches_in(*languages: str, **fields: Any) -> list[ParsedSearch]:
    searches: list[ParsedSearch] = []
    for language in languages:
        searches.append(ParsedSearch(canola(language=language, **fields), parse("canola")))
    return searches


@pytest.mark.parametrize(
    ("languages", "shown"),
    [("fr fr", "fr"), ("fr en", "en"), ("fr zh", "en"), ("zh", "zh"), ("", "en")],
)
def test_a_brief_has_the_language_of_all_mails_unless_told(languages: str, shown: str) -> None:
    assert brief_language(searches_in(*languages.split())) == shown


def test_a_paused_search_says_nothing_of_the_language() -> None:
    assert brief_language(searches_in("fr", enabled=False)) == "en"


def test_a_language_that_mails_do_not_have_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["brief", "--language", "de", "--out", str(tmp_path / "brief.html")])
    assert isinstance(done.exception, CatalogueError)
    assert str(done.exception) == "--language de: write en, fr or zh"
    assert not (tmp_path / "brief.html").exists()
