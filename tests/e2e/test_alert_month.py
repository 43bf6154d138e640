"""A month of stories: what had to be told was told, once.

It is told by a process that is killed, to a server that fails.
"""

from __future__ import annotations

from pathlib import Path

from tests.e2e.alert_month import trial


def test_a_month_of_kills_and_failures_loses_and_repeats_nothing(tmp_path: Path) -> None:
    findings = list(trial(tmp_path, 40, 30, steps=12, between=(0.5, 1.5)))
    assert " 0 kills" not in findings[0]
