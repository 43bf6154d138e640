"""Words are looked for quickly, and found where a look at every token finds them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from pipelines.query import PassageFinder, parse
from pipelines.query.hit_places import spans_of_leaves
from pipelines.query.single_words import single_words_of
from pipelines.query.tree import wanted_text
from pipelines.text.languages import base_of

#: Forms that folding, initials, codes, elision and scripts make hard, and plain words.
PIECES = """
tariff tariffs Tariffs, “tariff” (tariffs) tariff’s tariffs' TARIFF tariff-free pre‑tariff tariff/duty
tariff… tari\u00adff ta\u0301riff Québec Quebec QUÉBEC Que\u0301bec québécois l’ambassade L'Ambassade d’a
d’Arc aujourd’hui O’Brien O'Brien oʼbrien OBrien obriens China’s Chinaʼs China U.S. US USA us U.S.-China
US$5 P.R.C. PRC P.R.C.’s J.P.Morgan e.g. example.com www.tariff.example F-35 F35 COVID-19 covid19 covid
1,000 1,000tonnes tonnes 12tonnes 1.5 straße strasse STRASSE ﬁsh fish Fishes œuvre oeuvre Œuvres łódź Lodz
women woman WOMEN’S naïve naive café cafés ｃａｆｅ ㎏ £5 5€ a b c A. B. x.y _canola_ canola:canola
canola\tcolza canola\u00a0colza #canola @canola canola\u200bcolza canola™ 加拿大tariff油菜籽 油菜籽 关税 關稅
labour labor colour nationaux nationale arrêtée Muenchen München gegangen canolá c’est s’s ’s '' '
"""
QUERIES = (
    "tariff", '"tariff"', "tariff*", "t?riffs", "*riff", "quebec", "ambassade", "obrien", "arc", "china",
    "us", "US", "usa*", "prc", "pr*", "jp", "morgan", "f35", "F-35", "covid", "covid*", "tonnes", "1000",
    "strasse", "straße", "ss*", "fish", "oeuvre", "lodz", "woman", "naive", "café", "kg", "a", "b", "x",
    "canola", "colza", "labour", "nationale", "arrêter", "muenchen", "gehen", "tariff~1",
    "canola OR tariff OR 关税", "税",
    "aujourd'hui", "aujourdhui", "brien", "example", "com", "c*a",
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr", "de", "zh-Hans", "ru", None])
def test_words_are_found_where_every_token_tells(language: str | None) -> None:
    for typed in QUERIES:
        leaves = tuple(wanted_text(parse(typed).root))
        words = single_words_of(leaves, base_of(language or ""))
        for text in made_up_texts(typed):
            quickly = list(words.spans_in(text, language))
            assert quickly == spans_of_leaves(text, language, leaves), (typed, text)


def made_up_texts(seed: str) -> Iterator[str]:
    """Yield texts of the pieces in any order, with any space between."""
    chance = random.Random(seed)
    pieces = PIECES.split(" ")
    for _ in range(8):
        text = ""
        for piece in chance.choices(pieces, k=40):
            text += piece + chance.choice((" ", "\n", "  ", "\n\n", ". "))
        yield text


def test_a_word_far_down_in_a_long_text_is_shown() -> None:
    paragraph = "Nothing of the kind stands here. " * 40
    text = "\n".join([paragraph] * 30 + ["Then tariffs fell."])
    assert "Then <mark>tariffs</mark> fell." in PassageFinder(parse("tariff")).passages("", text)[0]


def test_a_word_in_a_text_of_another_script_is_shown() -> None:
    text = "他说" * 300 + "，tariff 是关税。"
    assert "<mark>tariff</mark>" in PassageFinder(parse("tariff")).passages("", text, language="zh-Hans")[0]


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("canola OR 油菜籽", ["Canola", "油菜籽", "canola"]),
        ('tariff OR "canola crop"', ["canola crop", "tariffs"]),
        ('"U.S. tariffs" OR crop', ["crop", "U.S. tariffs"]),
        ("(crop NEAR/2 canola) OR 油菜籽", ["油菜籽", "canola", "crop"]),
    ],
)
def test_words_and_phrases_are_marked_together(query: str, marked: list[str]) -> None:
    text = "Canola (油菜籽) fell.\n\nThe canola crop is late.\n\nO’Brien spoke of U.S. tariffs."
    passages = PassageFinder(parse(query)).passages("", text)
    found = re.findall("<mark>(.*?)</mark>", " ".join(passages))
    assert set(found) == set(marked)
