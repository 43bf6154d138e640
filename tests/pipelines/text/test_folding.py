"""Three ways to fold a text, and what each of them keeps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.folding import (
    beginning_by_folded_length,
    character_folds,
    fold_for_search,
    fold_in_place,
    fold_typography,
    fold_with_positions,
    keyword,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("“China’s” – «Québec»", '"China\'s" - "Québec"'),
        ("AT&amp;T", "AT&T"),
        ("&#999999999999;", " "),
        ("ＣＢＣ　２０２６", "CBC 2026"),
        ("soft\u00adhyphen", "softhyphen"),
        ("習近平", "习近平"),
    ],
)
def test_typography_becomes_plain_and_case_stays(text: str, folded: str) -> None:
    assert fold_typography(text) == folded


@given(st.text())
def test_folding_for_search_twice_is_folding_once(text: str) -> None:
    assert fold_for_search(fold_for_search(text)) == fold_for_search(text)
    assert keyword(keyword(text)) == keyword(text)


def test_a_text_is_folded_as_its_characters_are() -> None:
    latin = "".join(map(chr, range(0x250)))
    assert fold_for_search(f"{latin}“”…") == "".join(map(fold_for_search, f"{latin}“”…"))
    for text in (latin, "ΑΒΓ", "加拿大"):
        # Another script takes the other way.
        assert fold_for_search(f"{latin}Ж{text}") == f"{fold_for_search(latin)}ж{fold_for_search(text)}"


def test_a_keyword_keeps_the_marks_inside_it() -> None:
    assert keyword("  Topic:Trade_War;  É ") == "topic:trade_war; e"
    assert fold_for_search("Trade_War") == "trade war"


@given(st.text())
def test_each_folded_character_has_its_place_in_the_original(text: str) -> None:
    folded = fold_with_positions(text)
    assert folded.text == fold_for_search(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))


@given(st.text())
def test_folding_in_place_keeps_every_position(text: str) -> None:
    assert len(fold_in_place(text)) == len(text)


def test_the_mapping_for_a_server_folds_as_we_do() -> None:
    folds = character_folds()
    text = "L’État québécois: 習近平 ﬁsh ＡＢＣ Straße"
    assert "".join(folds.get(char, char) for char in text) == fold_for_search(text)
    assert 8_000 < len(folds) < 14_000


def test_a_text_that_grows_when_it_is_folded_is_cut_by_what_it_becomes() -> None:
    assert beginning_by_folded_length("\ufdfa" * 1_000, 1_800) == "\ufdfa" * 90
    assert beginning_by_folded_length("a" * 2_000, 1_800) == "a" * 1_800
    assert beginning_by_folded_length("Half: ½. " * 100, 1_800) == "Half: ½. " * 100
