"""`maplewire sources retry`: the next run asks a source, and who wanted it is kept."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_sources_off import catalogue, sources

__all__ = ["catalogue"]


def test_who_asked_and_when_is_kept(catalogue: Path) -> None:
    status, out, told = sources(catalogue, "retry", "daily", "--by", "nadia\n\x1b[31m")
    assert status == 0, told
    assert "daily: asked by the next run" in out + told
    health = {row["source"]: row for row in json.loads(sources(catalogue, "health", "--json")[1])}
    assert health["daily"]["asked_by"] == "nadia [31m"
    assert health["daily"]["asked_at"] == health["daily"]["next_due"]
    assert health["other"]["asked_at"] is None


def test_all_that_cannot_be_asked_is_told_at_once(catalogue: Path) -> None:
    assert sources(catalogue, "off", "other")[0] == 0
    status, _, told = sources(catalogue, "retry", "daily", "other", "dayly")
    assert status == 2
    assert "other is turned off" in told
    assert "no source “dayly”" in told
    health = {row["source"]: row for row in json.loads(sources(catalogue, "health", "--json")[1])}
    assert health["daily"]["asked_at"] is None
