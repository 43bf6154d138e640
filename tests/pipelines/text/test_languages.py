"""Which languages a beat can use, and which word belongs to which of them."""

from __future__ import annotations

import pytest

from pipelines.text.languages import base_of, known_languages, language_named, misplaced_script

ALL = [
    "en",
    "fr",
    "zh-Hans",
    "zh-Hant",
    "es",
    "de",
    "pt",
    "it",
    "nl",
    "nb",
    "sv",
    "pl",
    "ru",
    "uk",
    "ar",
    "ja",
    "ko",
]


def test_every_language_that_the_analyzer_cuts_is_known() -> None:
    assert set(ALL) <= set(known_languages())


@pytest.mark.parametrize("code", known_languages())
def test_each_language_has_a_name_and_a_script(code: str) -> None:
    language = language_named(code)
    assert language.name[0].isupper()
    assert language.scripts


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("en", "Norway"),
        ("fr", "Québec"),
        ("de", "Straße"),
        ("nb", "Tromsø"),
        ("pl", "Łódź"),
        ("ru", "Норвегия"),
        ("uk", "Київ"),
        ("ar", "النرويج"),
        ("ja", "ノルウェー"),
        ("ja", "日本"),
        ("ja", "NTTドコモ"),
        ("ja", "いすゞ自動車"),
        ("ko", "삼성전자"),
        ("ko", "LG전자"),
        ("ko", "美"),
        ("zh-Hans", "挪威"),
        ("zh-Hant", "TCL科技"),
        ("ko", "SK"),
        ("ja", "NTT"),
        ("zh-Hans", "5G"),
        ("ru", "2026"),
        ("en", "737-800"),
    ],
)
def test_a_word_in_its_own_script_may_stand(language: str, word: str) -> None:
    assert misplaced_script(language, word) is None


@pytest.mark.parametrize(
    ("language", "word", "fitting"),
    [
        ("en", "王", "zh-Hans, zh-Hant, ja or ko"),
        ("en", "Россия", "ru or uk"),
        ("fr", "ノルウェー", "ja"),
        ("zh-Hans", "ノルウェー", "ja"),
        ("ja", "삼성전자", "ko"),
        ("ko", "النرويج", "ar"),
        ("en", "Huawei华为", "zh-Hans, zh-Hant, ja or ko"),
        ("ru", "Norway", "en, fr,"),
        ("ar", "Equinor", "en, fr,"),
    ],
)
def test_a_word_of_another_script_is_told_where_it_fits(language: str, word: str, fitting: str) -> None:
    problem = misplaced_script(language, word)
    assert problem is not None
    assert f"“{word}”" in problem
    assert f"write it under {fitting}" in problem


def test_a_mixture_that_no_language_has_is_told_what_letters_to_use() -> None:
    problem = misplaced_script("ru", "Росс한국")
    assert problem is not None
    assert problem.endswith("write it in Cyrillic letters")


def test_a_latin_letter_in_a_cyrillic_word_is_no_mistake_that_can_be_told() -> None:
    assert misplaced_script("ru", "iPhone-магазин") is None


@pytest.mark.parametrize(
    ("code", "base"),
    [
        ("zh-Hant", "zh"),
        ("zh_CN", "zh"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("fr-CA", "fr"),
        ("vi", "vi"),
        ("EN", "en"),
    ],
)
def test_codes_of_pages_are_compared_by_their_base(code: str, base: str) -> None:
    assert base_of(code) == base


def test_an_unknown_language_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError):
        misplaced_script("xx", "word")
