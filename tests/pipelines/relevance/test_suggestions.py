"""Names that recur beside a side and are in no list.

By kind: what is found, in each way of writing; what is no name of the beat; and what is printed to paste.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import yaml

from pipelines.beat.terms import Terms
from pipelines.relevance.suggestions import SeenHeadline, Suggestion, suggest_names, suggested_yaml
from tests.usual_beat import usual_terms


@pytest.fixture(scope="module")
def terms() -> Terms:
    return usual_terms()


def suggested(terms: Terms, titles: Sequence[str], lang: str | None = "en") -> list[Suggestion]:
    return suggest_names([SeenHeadline(title, lang) for title in titles], terms)


def names(terms: Terms, titles: Sequence[str], lang: str | None = "en") -> list[str]:
    return [one.name for one in suggested(terms, titles, lang)]


@pytest.mark.parametrize(
    ("lang", "titles", "name"),
    [
        (
            "en",
            [
                "China opposes the plan of Minister Olga Brandvik on seed",
                "Beijing says Olga Brandvik misread the tariff letter",
                "Olga Brandvik flies to Shanghai next week",
            ],
            "Olga Brandvik",
        ),
        (
            "fr",
            [
                "La Chine répond à Hélène Marcoutre sur le canola",
                "Pékin : Hélène Marcoutre attendue mardi",
                "La ministre Hélène Marcoutre s'en va à Shanghaï",
            ],
            "Hélène Marcoutre",
        ),
        (
            "de",
            [
                "China lobt Außenministerin Berit Sandvoss nach dem Gespräch",
                "Berit Sandvoss reist nach Peking",
                "Was Berit Sandvoss in China will",
            ],
            "Berit Sandvoss",
        ),
        (
            "ru",
            ["Посол Ольга Брандт о China", "Ольга Брандт летит в China", "Что Ольга Брандт сказала о China"],
            "Ольга Брандт",
        ),
        (
            "zh-Hans",
            ["外长霍兰德访问北京", "中国期待霍兰德外长来访", "霍兰德外长抵达上海"],
            "霍兰德",
        ),
        ("zh-Hant", ["外長霍蘭德訪問北京", "中國期待霍蘭德外長來訪", "霍蘭德外長抵達上海"], "霍蘭德"),
        (
            "ja",
            ["ブランドヴィク外相が中国訪問", "中国、ブランドヴィク氏を歓迎", "北京でブランドヴィク外相会談"],
            "ブランドヴィク",
        ),
        ("ko", ["김서진 장관 China 방문", "China, 김서진 장관 환영", "김서진 장관 China 출국"], "김서진"),
    ],
)  # fmt: skip
def test_a_name_that_recurs_beside_a_side_is_suggested(
    terms: Terms, lang: str, titles: Sequence[str], name: str
) -> None:
    (first, *_) = suggested(terms, titles, lang)
    assert first.name == name
    assert (first.headlines, first.language) == (3, lang)
    assert first.beside == {"china": 3}
    assert first.examples == tuple(titles)


def test_characters_that_recur_beside_ever_other_neighbours_are_suggested(terms: Terms) -> None:
    titles = ["北京回应海沃思集团交易", "中国商人收购海沃思股份", "上海：海沃思工厂停产", "中国说海沃思违规"]
    assert "海沃思" in names(terms, titles, "zh-Hans")


def test_what_is_known_is_not_suggested(terms: Terms) -> None:
    assert names(terms, [f"Xi Jinping meets Mark Carney in Beijing, day {n}" for n in "abc"]) == []


def test_countries_days_and_outlets_are_not_suggested(terms: Terms) -> None:
    titles = [f"On Friday China sends {n} ships to New Zealand, Meridian Daily says" for n in "abc"]
    found = suggest_names([SeenHeadline(title, "en") for title in titles], terms, ["Meridian Daily"])
    assert found == []


def test_a_headline_that_is_repeated_counts_once(terms: Terms) -> None:
    assert names(terms, ["Olga Brandvik flies to Shanghai"] * 9) == []


def test_a_name_that_is_as_common_elsewhere_is_not_of_the_beat(terms: Terms) -> None:
    beside = [f"Olga Brandvik flies to Shanghai, part {n}" for n in "abc"]
    elsewhere = [f"A new song by Olga Brandvik, part {n}" for n in "abcdefghij"]
    assert names(terms, beside) == ["Olga Brandvik"]
    assert names(terms, beside + elsewhere) == []


def test_a_headline_with_capitals_on_every_word_says_nothing(terms: Terms) -> None:
    assert names(terms, [f"Growers Await Better Weather Before China Harvest {n}" for n in "ABC"]) == []


def test_a_name_that_is_known_from_one_headline_counts_where_capitals_say_nothing(terms: Terms) -> None:
    titles = [
        "Growers Await Better Weather as Brandvik Visits Harbin Before Harvest",
        "Brandvik to fly to Shanghai",
        "China asks Olga Brandvik for help",
        "China's duties and Brandvik's answer",
    ]
    (found,) = suggested(terms, titles)
    assert (found.name, found.headlines) == ("Brandvik", 4)


def test_an_abbreviation_is_a_name(terms: Terms) -> None:
    assert names(terms, [f"China complains of the ZKTV in case {n}" for n in "abc"]) == ["ZKTV"]


def test_words_that_begin_headlines_and_offices_are_no_names(terms: Terms) -> None:
    titles = ["Growers sue China", "Growers wait for China", "Growers and China talk"]
    assert names(terms, titles) == []


def test_a_longer_form_goes_before_its_parts(terms: Terms) -> None:
    titles = [f"China asks Olga Brandvik for help in case {n}" for n in "abcd"] + [
        "China asks about Brandvik"
    ]
    assert names(terms, titles) == ["Olga Brandvik"]


def test_one_name_alone_stands_for_forms_that_are_rare(terms: Terms) -> None:
    titles = [f"China asks Brandvik for help in case {n}" for n in "abcdef"]
    titles += [f"China asks Olga Brandvik for help in case {n}" for n in "abc"]
    (found,) = suggested(terms, titles)
    assert found.forms == ("Brandvik", "Olga Brandvik")


def test_a_beat_of_other_letters_and_hostile_headlines_are_borne(terms: Terms) -> None:
    hostile = ["", "\0\x1f", "A" * 100_000, "中" * 50_000, "Ａ．Ｂ " * 9_000, "'-'.&'", "İ ı ß"]
    for lang in (None, "en", "zh", "ja", "ko", "ar", "xx", "no"):
        assert suggested(terms, hostile, lang) == []


def test_suggestions_are_printed_as_entries_that_the_terms_take(terms: Terms) -> None:
    titles = [f"China asks Olga O'Brandvik #1: {n}" for n in "abc"]
    text = "\n".join(suggested_yaml(suggested(terms, titles), terms))
    assert yaml.safe_load(text) == [{"en": ["Olga O'Brandvik"]}]
    boolean = "\n".join(suggested_yaml(suggested(terms, [f"China fears Null in {n}" for n in "abc"]), terms))
    assert yaml.safe_load(boolean) == [{"en": ["Null"]}]
    assert "# China asks Olga" in text
    assert "3 headlines" in text
