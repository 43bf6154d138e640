from __future__ import annotations

import pytest

from pipelines.text.counts import counted
from pipelines.text.sentences import sentences_of


@pytest.mark.parametrize(
    ("line", "sentences"),
    [
        ("Canola fell. Ottawa answered.", ["Canola fell.", "Ottawa answered."]),
        (
            "Prof. Li met Acme Corp. and J. Trudeau. He left.",
            ["Prof. Li met Acme Corp. and J. Trudeau.", "He left."],
        ),
        ("It cost 1.5 million. Who pays?", ["It cost 1.5 million.", "Who pays?"]),
        ("“They lied.” He went.", ["“They lied.”", "He went."]),
        ("双方会谈。加拿大表示满意！", ["双方会谈。", "加拿大表示满意！"]),
        (
            "M. Carney est parti. Il revient le 3 févr. 2026.",
            ["M. Carney est parti.", "Il revient le 3 févr. 2026."],
        ),
        ("no end", ["no end"]),
        ("", []),
    ],
)
def test_sentence_ends_at_its_mark_and_not_at_an_abbreviation(line: str, sentences: list[str]) -> None:
    assert list(sentences_of(line, 1_000)) == sentences


def test_sentence_without_an_end_is_cut() -> None:
    assert list(sentences_of("a" * 25, 10)) == ["a" * 10, "a" * 10, "a" * 5]


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 copies"), (1, "1 copy"), (2, "2 copies"), (1200, "1,200 copies")]
)
def test_count_has_its_noun(number: int, words: str) -> None:
    assert counted(number, "copy", "copies") == words
