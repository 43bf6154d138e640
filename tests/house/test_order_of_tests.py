"""How tests are dealt out to processes: what is named exists, and files and groups stay together."""

from __future__ import annotations

import pytest

from tests.conftest import REPO, SLOW
from tests.work_units import DEALT_SINGLY, unit_of


@pytest.mark.parametrize("path", [*(f"tests/{path}" for path in SLOW), *DEALT_SINGLY])
def test_what_is_named_exists(path: str) -> None:
    assert (REPO / path).exists()


@pytest.mark.parametrize(
    ("test", "unit"),
    [
        ("tests/crawlers/test_urls.py::test_one", "tests/crawlers/test_urls.py"),
        ("tests/crawlers/test_urls.py::test_one[https://a@b::c]", "tests/crawlers/test_urls.py"),
        ("tests/crawlers/test_urls.py::test_one@a group", "a group"),
        ("tests/crawlers/test_urls.py::test_one[https://a@b]@a group", "a group"),
        ("tests/test_growth.py::test_one[a]", "tests/test_growth.py::test_one[a]"),
        ("tests/test_growth.py::test_one@a group", "a group"),
    ],
)
def test_tests_of_a_file_or_a_group_are_one_unit(test: str, unit: str) -> None:
    assert unit_of(test) == unit
