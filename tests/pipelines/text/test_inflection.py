"""A name is found in the forms that its language gives it, and the name of another language has none."""

from __future__ import annotations

import pytest

from pipelines.text.inflection import inflected
from pipelines.text.name_matcher import NameMatcher, Spelling, clean


def words_found(name: str, language: str, text: str) -> list[str]:
    matcher = NameMatcher(Spelling(form, (0,)) for form in inflected(name, [language]))
    cleaned = clean(text)
    return [cleaned[match.start : match.end] for match in matcher.find(cleaned)]


@pytest.mark.parametrize(
    ("name", "language", "text", "found"),
    [
        ("Samsung", "de", "Samsungs Gewinn steigt", ["Samsungs"]),
        ("Norwegen", "de", "Norwegens Premier", ["Norwegens"]),
        ("Siemens", "de", "Siemens’ Gewinn", ["Siemens"]),
        ("Norge", "nb", "Norges fiskere", ["Norges"]),
        ("Sverige", "sv", "Sveriges riksdag", ["Sveriges"]),
        ("Duitsland", "nl", "Duitslands premier", ["Duitslands"]),
        (
            "Норвегия",
            "ru",
            "В Норвегии и с Норвегией говорят о Норвегию",
            ["Норвегии", "Норвегией", "Норвегию"],
        ),
        ("Китай", "ru", "из Китая в Китае", ["Китая", "Китае"]),
        ("Москва", "ru", "под Москвой", ["Москвой"]),
        ("Газпром", "ru", "акции «Газпрома»", ["Газпрома"]),
        ("Роснефть", "ru", "у Роснефти", ["Роснефти"]),
        ("Нидерланды", "ru", "в Нидерландах", ["Нидерландах"]),
        ("Министерство финансов", "ru", "в Министерстве финансов", ["Министерстве финансов"]),
        ("Владимир Зеленский", "ru", "с Владимиром Зеленским", ["Владимиром Зеленским"]),
        ("Норвегія", "uk", "у Норвегії", ["Норвегії"]),
        ("Київ", "uk", "до Києва", ["Києва"]),
        ("Харків", "uk", "у Харкові", ["Харкові"]),
        ("Америка", "uk", "в Америці", ["Америці"]),
        ("Warszawa", "pl", "w Warszawie i z Warszawą", ["Warszawie", "Warszawą"]),
        ("Norwegia", "pl", "do Norwegii", ["Norwegii"]),
        ("Chiny", "pl", "w Chinach, z Chin", ["Chinach", "Chin"]),
        ("Kraków", "pl", "w Krakowie", ["Krakowie"]),
        ("Orlen", "pl", "akcje Orlenu", ["Orlenu"]),
        ("Санкт-Петербург", "ru", "в Санкт-Петербурге", ["Санкт-Петербурге"]),
        ("Алексей Миллер", "ru", "c Алексеем Миллером", ["Алексеем Миллером"]),
        ("Samsung", "de", "Samsung-Chef, SAMSUNG’s, Samsungs", ["Samsung", "SAMSUNG", "Samsungs"]),
        ("VW", "de", "VWs Aktie", []),
        ("Österreich", "de", "OESTERREICHS Kanzler", ["OESTERREICHS"]),
        ("Großbritannien", "de", "Grossbritanniens", ["Grossbritanniens"]),
        ("Ålesund", "nb", "Aalesunds havn", ["Aalesunds"]),
        ("Lech Wałęsa", "pl", "z Lechem Wałęsą", ["Lechem Wałęsą"]),
        ("Gdańsk", "pl", "w Gdańsku, GDANSKA", ["Gdańsku", "GDANSKA"]),
        ("Polska", "pl", "w Polsce i Polskę", ["Polsce", "Polskę"]),
        ("Львів", "uk", "у Львові", ["Львові"]),
        ("Запоріжжя", "uk", "у Запоріжжі", ["Запоріжжі"]),
        ("Россия", "ru", "в России, РОССИИ, Российский", ["России", "РОССИИ"]),
        ("Казахстан", "ru", "Казахстаном", ["Казахстаном"]),
        ("Япония", "ru", "Японию", ["Японию"]),
        ("Осло", "ru", "в Осло", ["Осло"]),
        ("Токио", "ru", "Токиой", []),
        ("Malmö", "sv", "Malmös hamn", ["Malmös"]),
    ],
)
def test_a_form_of_a_name_is_found(name: str, language: str, text: str, found: list[str]) -> None:
    assert words_found(name, language, text) == found


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("Norway", "en", "Norways"),
        ("Chine", "fr", "Chines"),
        ("НАТО", "ru", "НАТОм"),
        ("BMW", "de", "BMWs"),
        ("Китай", "ru", "китов"),
        ("중국", "ko", "중"),
    ],
)
def test_a_word_that_is_no_form_of_a_name_is_not_found(name: str, language: str, text: str) -> None:
    assert words_found(name, language, text) == []


def test_a_name_of_many_words_changes_its_last_one() -> None:
    name = "Межправительственный совет Евразийского экономического союза государств"
    assert len(inflected(name, ["ru"])) < 20


@pytest.mark.parametrize("name", ["", "737", "—", "Норвегия-Китай", "Нур-Султан (Астана)"])
def test_the_name_itself_comes_first(name: str) -> None:
    assert inflected(name, ["ru", "de", "pl"])[0] == name
