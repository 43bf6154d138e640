"""The code stays plain: bounds that the code of admired projects of this field keeps, too.

Measured with one script on lemon24/reader, fundus and httpx: comprehensions 5.9 to 6.9 per 1,000 lines,
ternaries 2 to 9, first docstring lines of 41 to 55 characters, 24 to 48 % one-word names. Complexity (C901)
and the length of lines (E501) are ruff's to check.
"""

from __future__ import annotations

import pytest

from tests.house.class_list import files_of_tests, source_files
from tests.house.measures import Measures, measure


@pytest.fixture(scope="module")
def measures() -> Measures:
    return measure(source_files())


def test_comprehensions_are_few_and_simple(measures: Measures) -> None:
    assert not measures.tangled_comprehensions
    assert measures.per_thousand_lines(measures.comprehensions) <= 7


def test_comprehensions_of_tests_are_simple_too() -> None:
    tests = measure(files_of_tests())
    assert not tests.tangled_comprehensions
    assert not tests.nested_ternaries


def test_conditional_expressions_are_few_and_never_nested(measures: Measures) -> None:
    assert not measures.nested_ternaries
    assert measures.per_thousand_lines(measures.ternaries) <= 6


def test_lines_fit_on_a_screen(measures: Measures) -> None:
    assert not measures.long_lines


def test_comments_say_why(measures: Measures) -> None:
    assert measures.comments_per_hundred >= 7


def test_docstrings_begin_with_a_short_line(measures: Measures) -> None:
    assert not measures.long_first_lines
    assert measures.median_first_line <= 60


def test_names_are_more_than_one_word(measures: Measures) -> None:
    assert measures.one_word_names <= 0.25
