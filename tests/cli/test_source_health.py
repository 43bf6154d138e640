"""What `maplewire sources health` shows of a source."""

from __future__ import annotations

import pytest

from pipelines.cli.render.sources import print_health


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
