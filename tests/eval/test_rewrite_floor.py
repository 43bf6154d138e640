"""A machine's rewrite of a report is found, and no report of another newsroom is taken for one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.stories.event_outline import find_rewrite, outline_of

FOLDER = Path(__file__).parent / "rewrites"
FILES = pytest.mark.parametrize("name", ["seen", "aside"])


def events_of(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    return found


def rewrites_of(name: str) -> Iterator[tuple[str, str]]:
    for event in events_of(name):
        for rewrite in event["rewrites"]:
            yield event["report"], rewrite


@FILES
def test_rewrites_are_found(name: str, floors: dict[str, dict[str, Any]]) -> None:
    pairs = list(rewrites_of(name))
    found = [find_rewrite(outline_of(report), outline_of(rewrite)) for report, rewrite in pairs]
    assert sum(map(bool, found)) / len(pairs) >= floors["rewrites"][name]


@FILES
def test_no_report_of_another_newsroom_is_a_rewrite(name: str) -> None:
    """Also where two sat side by side at a press conference."""
    for event in events_of(name):
        # What was rewritten by a machine tells nothing of its own, but reports of others do.
        texts = [event["report"], *event["independent"]]
        for earlier, later in permutations(texts, 2):
            assert find_rewrite(outline_of(earlier), outline_of(later)) is None, event["event"]


@FILES
def test_a_rewrite_and_a_report_of_another_newsroom_stay_two(name: str) -> None:
    for event in events_of(name):
        for rewrite in event["rewrites"]:
            for report in event["independent"]:
                assert find_rewrite(outline_of(report), outline_of(rewrite)) is None, event["event"]
                assert find_rewrite(outline_of(rewrite), outline_of(report)) is None, event["event"]
