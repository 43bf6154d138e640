"""What `maplewire sources health` shows of a source."""

from __future__ import annotations

import pytest

from pipelines.beat.source_health import Health
from pipelines.cli.render.runs import print_runs
from pipelines.cli.render.sources import print_health
from pipelines.model import RunReport
from tests.builders import NOON, a_source


def test_health_names_a_slow_source_and_why_its_certificate_is_not_checked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = {
        "source": "daily",
        "state": "ok",
        "last_success": None,
        "usual_a_day": 1.0,
        "today": 0,
        "why": "too slow: 41 answers in 870 s",
        "verify": False,
        "verify_reason": "incomplete chain",
    }
    print_health([row])
    shown = capsys.readouterr().out
    assert "too slow: 41 answers in 870 s; its certificate is not checked (incomplete chain)" in shown


def test_many_sources_that_were_never_asked_take_one_line_and_hide_no_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    health = [Health(a_source("daily"), "failing", "answered 410 Gone", advice="look at its address")]
    for number in range(40):
        health.append(
            Health(a_source(f"new-{number}"), "not tried", "it was never asked", advice="start a run")
        )
    print_runs([RunReport(1, NOON, NOON, (), mails=0)], health)
    shown = capsys.readouterr().err.splitlines()
    assert shown == [
        "source daily: failing: answered 410 Gone → look at its address",
        "source new-0: not tried: so are 39 other sources; it was never asked → start a run",
    ]


def test_a_state_that_its_reason_names_is_not_said_twice(capsys: pytest.CaptureFixture[str]) -> None:
    why = "failing since 2026-01-17 12:00 UTC (1 h): answered 410 Gone"
    health = [Health(a_source("daily"), "failing", why, advice="look at its address")]
    print_runs([RunReport(1, NOON, NOON, (), mails=0)], health)
    assert capsys.readouterr().err == f"source daily: {why} → look at its address\n"
