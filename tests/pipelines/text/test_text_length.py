"""A report has about as many words in every language, so that a lead ends at the same place."""

from __future__ import annotations

import pytest

from pipelines.text.text_length import cut_line, length_in_words
from tests.pipelines.text.reports import REPORTS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Canola fell by 3 per cent.", 6),
        ("Le Québec attend.", 3),
        ("加拿大总理访问北京", 9 / 1.7),
        ("Порт открыт.", 2),
        ("وصل الوفد أمس", 3),
        ("カナダ", 3 / 2.2),
        ("어시장", 3 / 2.1),
        ("LG전자 17%", 2 + 2 / 2.1),
        ("— … ?", 0),
    ],
)
def test_words_are_counted_by_script(text: str, words: float) -> None:
    assert length_in_words(text) == pytest.approx(words)


@pytest.mark.parametrize("lang", list(REPORTS))
def test_a_report_is_about_as_long_in_every_language(lang: str) -> None:
    assert 75 <= length_in_words("\n".join(REPORTS[lang][0])) <= 135


@pytest.mark.parametrize(
    ("line", "most", "cut"),
    [
        ("on board", 8, "on board"),
        ("chemists test it before it goes on board", 36, "chemists test it before it goes on…"),
        ("chemists test it before it goes on board", 35, "chemists test it before it goes on…"),
        ("一架载有三十一吨活龙虾的货机起飞", 10, "一架载有三十一吨活…"),
        ("a donaudampfschifffahrtsgesellschaft", 10, "a donauda…"),
        ("", 3, ""),
    ],
)
def test_a_line_is_cut_behind_a_word(line: str, most: int, cut: str) -> None:
    assert cut_line(line, most) == cut
    assert len(cut) <= most
