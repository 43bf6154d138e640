"""Passages are found by a quick look first, and none is lost by it."""

from __future__ import annotations

import re

import pytest

from pipelines.query import PassageFinder, parse
from pipelines.text.analyzer import plain_words, signs_of_stem
from pipelines.text.analyzer.stemmer import stems_in

WORDS = """
women woman children tariffs tariff hoping hopped cries cry dying lying skis news according
goods exporting nationaux nationale arretee yeux travaux chevaux regionales accords egalement
hausses droits canadiennes muenchen roebuck oeffnungen gegangen haeuser strassen exporte
zuruckgekehrt gemaakt tangenziale abgeschlossen exportaciones naciones ciudades acuerdos
nazionali dazi esportazioni exportacoes nacoes tarifas fiskeriene eksporten laksen handelen
exporterna fiskarna eksportu handlu cla umowy переговоры канадского экспорта пошлины рыбаков
торговли
"""
LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl", "nb", "sv", "pl", "ru")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_has_a_sign_of_its_stem(language: str) -> None:
    for word in WORDS.split():
        (folded,) = plain_words(word)
        signs = signs_of_stem(stems_in(language)(folded), language)
        assert any(map(folded.startswith, signs)), (word, signs)


@pytest.mark.parametrize(
    ("query", "language", "text", "marked"),
    [
        ("woman", "en", "One.\nTwo women spoke.", ["women"]),
        ("obrien", "en", "A word.\nMr. O'Brien said so.", ["O&#x27;Brien"]),
        ("ambassade", "fr", "Un.\nPrès de l’ambassade hier.", ["ambassade"]),
        ("china", "en", "x\nChina’s exports", ["China"]),
        ("muenchen", "de", "Nun.\nIn München und Muenchen", ["München", "Muenchen"]),
        ("muenchen", "de", "Nun.\nIn Muenchen", ["Muenchen"]),
        ("maken", "nl", "Een.\nHet werd gemaakt", ["gemaakt"]),
        ('"trade deal"', "en", "A\nThe trade\ndeal", ["trade\ndeal"]),
        ('"trade deal"', "en", "A trade deal.\nThe trade\ndeal", ["trade deal"]),
        ("trade NEAR/3 deal", "en", "The trade\n\nbig deal", ["trade", "deal"]),
        ("can*la", "en", "x\ny\nthe canola crop", ["canola"]),
        ("*anola", "en", "x\ny\nthe canola crop", ["canola"]),
        ("canol*", "en", "x\r\n\r\ncanola", ["canola"]),
        ("習近平", "zh-Hans", "第一。\n习近平说。", ["习近平"]),
        ("锂", "zh-Hans", "第一。\n锂和铜。", ["锂"]),
        ("1000", "en", "a\n1,000 tonnes", ["1,000"]),
        ("F-35", "en", "a\nan F35 jet", ["F35"]),
        ("U.S.", "en", "a\nthe US said", ["US"]),
        ("us", "en", "a\nthe US said", []),
        ("labour", "en", "a\nforced labor", ["labor"]),
        ("canola", None, "a\x00b\n\ncanola", ["canola"]),
    ],
)
def test_a_hit_in_a_later_paragraph_is_marked(
    query: str, language: str | None, text: str, marked: list[str]
) -> None:
    passages = PassageFinder(parse(query)).passages("", text, language=language)
    assert re.findall("<mark>(.*?)</mark>", " ".join(passages)) == [re.sub(r"\s", " ", one) for one in marked]


def test_the_passages_of_a_long_text_are_its_first_three() -> None:
    paragraphs = []
    for number in range(40):
        paragraphs.append(f"Paragraph {number} has words. " + "filler words stand here. " * 20)
        if number % 5 == 4:
            paragraphs.append(f"Now canola is named, for time {number}.")
    passages = PassageFinder(parse("canola")).passages("", "\n".join(paragraphs))
    assert len(passages) == 3
    assert ["time 4." in passages[0], "time 9." in passages[1], "time 14." in passages[2]] == [True] * 3


def test_a_mark_right_behind_the_last_passage_is_kept() -> None:
    far = "word " * 60
    text = f"canola {far}\n{far}canola {far}\n{far}canola.\nThen canola again."
    passages = PassageFinder(parse("canola")).passages("", text)
    assert passages[-1].count("<mark>") == 2
