from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.folding import composed, without_accents


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Québec", "Quebec"),
        ("Que\u0301bec", "Quebec"),
        ("février １７", "fevrier 17"),
        ("ﬁn", "fin"),
        ("한국", "한국"),
        ("习近平", "习近平"),
        ("OTTAWA", "OTTAWA"),
    ],
)
def test_accents_and_widths_fall_away_and_letters_stay(text: str, folded: str) -> None:
    assert without_accents(text) == folded


@given(st.text())
def test_what_has_no_accents_stays(text: str) -> None:
    assert without_accents(without_accents(text)) == without_accents(text)


@pytest.mark.parametrize(
    ("text", "in_full_width"),
    [
        ("Que\u0301bec", "Québec"),
        ("ｶﾅﾀﾞ Ottawa", "カナダ Ottawa"),
        ("one ･ two", "one ・ two"),
        ("ﾟ", "\u309a"),
        ("ﾠ １７ ～", "ﾠ １７ ～"),
        ("half a pair \ud800 ｶ", "half a pair \ud800 カ"),
    ],
)
def test_kana_alone_get_their_full_width(text: str, in_full_width: str) -> None:
    assert composed(text) == in_full_width


@given(st.text(st.characters(exclude_categories=())))
def test_no_narrow_kana_is_left(text: str) -> None:
    assert not [sign for sign in composed(text) if "\uff65" <= sign <= "\uff9f"]
