"""Plain text: the quick ways give what the thorough ones give."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract.text import MOST_MARKS, clean, lines, one_line, without_heaps

TEXTS = st.text(st.sampled_from("a B7.-\t\r\n\x0b\x1c\x1f\x7f\x85\u00a0\u00ad\u0301\u3000é字ｶﾞ"), max_size=40)


@given(st.text(st.characters(max_codepoint=127), max_size=40))
def test_ascii_text_is_cleaned_as_other_text(text: str) -> None:
    # The last character takes the quick way away.
    assert clean(f"{text}字") == f"{clean(text)}字"


@given(TEXTS)
def test_one_line_has_single_plain_spaces(text: str) -> None:
    assert one_line(text) == re.sub(r"\s+", " ", clean(text)).strip()


@given(TEXTS)
def test_lines_are_those_of_the_clean_text(text: str) -> None:
    expected = []
    for line in clean(text).split("\n"):
        stripped = re.sub(r"\s+", " ", line).strip()
        if stripped:
            expected.append(stripped)
    assert lines(text) == expected


@pytest.mark.parametrize(("marks", "kept"), [(0, 0), (30, 30), (31, MOST_MARKS), (5_000, MOST_MARKS)])
def test_a_heap_of_marks_is_bounded(marks: int, kept: int) -> None:
    assert without_heaps("e" + "\u0315" * marks + "f") == "e" + "\u0315" * kept + "f"


def test_a_long_run_of_other_signs_is_kept() -> None:
    assert without_heaps("…" * 200 + "字" * 200) == "…" * 200 + "字" * 200
