from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.folding import without_accents


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
