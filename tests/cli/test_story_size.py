"""How large a story is said to be: release, reports and reprints."""

from __future__ import annotations

import pytest

from pipelines.cli.render.search_results import reports_and_reprints
from tests.pipelines.alerts.values import a_stored, a_story


@pytest.mark.parametrize(
    ("kind", "independent", "copies", "size"),
    [
        ("report", 1, 0, "1 report"),
        ("report", 3, 2, "3 reports + 2 reprints"),
        ("paid_release", 0, 0, "1 release"),
        ("paid_release", 3, 2, "1 release + 3 reports + 2 reprints"),
        ("government_release", 1, 1, "1 release + 1 report + 1 reprint"),
    ],
)
def test_a_release_is_named_apart_from_reports(kind: str, independent: int, copies: int, size: str) -> None:
    pages = (a_stored(f"https://copy.example/{n}") for n in range(copies + 1))
    assert reports_and_reprints(a_story(*pages, kind=kind, independent=independent)) == size
