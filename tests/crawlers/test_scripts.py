from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawlers.scripts import BOPOMOFO, CAPITALS, CJK, HAN, HAN_MARKS, HANGUL, KANA, is_cjk, is_han, scripts_of


@pytest.mark.parametrize("char", ["中", "國", "㐀", "豈", "𠮷", "\U00031350"])
def test_an_ideograph_is_han_and_cjk(char: str) -> None:
    assert is_han(char)
    assert is_cjk(char)


@pytest.mark.parametrize("char", ["々", "〇", "の", "カ", "ｶ", "한", "ㄱ", "ㄅ"])
def test_other_east_asian_letters_are_cjk_and_not_han(char: str) -> None:
    assert not is_han(char)
    assert is_cjk(char)


@pytest.mark.parametrize("char", ["a", "é", "Ж", "1", " ", "。", "，", "「", "\u3000", "😀"])
def test_other_letters_and_marks_are_neither(char: str) -> None:
    assert not is_han(char)
    assert not is_cjk(char)


@pytest.mark.parametrize(
    ("characters", "text"),
    [(HAN, "中"), (HAN_MARKS, "々"), (KANA, "かナ"), (HANGUL, "한"), (BOPOMOFO, "ㄅ"), (CJK, "中々かナ한ㄅ")],
    ids=["han", "han marks", "kana", "hangul", "bopomofo", "cjk"],
)
def test_each_class_fits_into_a_regular_expression(characters: str, text: str) -> None:
    assert re.fullmatch(f"[{characters}]+", text)
    assert not re.search(f"[{characters}]", "a1 -_.,[]^\\")


@pytest.mark.parametrize(
    ("word", "scripts"),
    [
        ("Québec", {"Latin"}),
        ("ＮＴＴ", {"Latin"}),
        ("Ελλάδα", {"Greek"}),
        ("Київ", {"Cyrillic"}),
        ("النرويج", {"Arabic"}),
        ("ישראל", {"Hebrew"}),
        ("NTTドコモ", {"Latin", "Kana"}),
        ("佐々木さん", {"Han", "Kana"}),
        ("한국", {"Hangul"}),
        ("1,5 × 2 ÷ 3", set()),
    ],
)
def test_a_word_has_the_scripts_of_its_letters(word: str, scripts: set[str]) -> None:
    assert scripts_of(word) == scripts


@pytest.mark.parametrize("package", ["extract", "route"])
def test_what_reads_pages_writes_no_ranges_of_its_own(package: str) -> None:
    own = []
    for module in sorted((Path(__file__).parents[2] / "pipelines" / package).glob("*.py")):
        if re.search(r"\\u(?:3040|3041|3400|4e00)-|一-|㐀-|가-|ぁ-", module.read_text("utf-8")):
            own.append(module.name)
    assert own == [], "take the characters of a script from crawlers.scripts"


@pytest.mark.parametrize("letter", ["A", "É", "Ł", "Ș", "İ", "Ế", "Ω", "Я", "Ґ"])
def test_a_capital_letter_of_any_script_is_one(letter: str) -> None:
    assert re.fullmatch(f"[{CAPITALS}]", letter)
    assert not re.fullmatch(f"[{CAPITALS}]", letter.lower()[0])


@pytest.mark.parametrize("character", ["×", "÷", "ß", "中", "1", " "])
def test_what_has_no_capitals_is_none(character: str) -> None:
    assert not re.fullmatch(f"[{CAPITALS}]", character)
