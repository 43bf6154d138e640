"""A Python that writes the headers of mails carelessly is named by the commands that send."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app

FAULTY = (3, 11, 7, "final", 0)


@pytest.mark.parametrize(("command", "times"), [("alert", 1), ("digest", 1), ("process", 0)])
def test_only_commands_that_send_name_it_and_name_it_once(
    command: str, times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAPLEWIRE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", _Version(FAULTY))
    done = CliRunner().invoke(app, [command])
    assert done.exit_code == 0, done.output
    assert done.stderr.count("CVE-2024-6923") == times


class _Version(tuple):  # type: ignore[type-arg]
    """A version as `sys` gives it."""

    major, minor, micro = FAULTY[:3]
