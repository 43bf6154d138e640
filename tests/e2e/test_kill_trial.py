"""A short form of the trial of kills and faults; `python -m tests.e2e.kill_trial` runs the long one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import REPOSITORY


@pytest.mark.timeout(900)
def test_kills_and_faults_lose_nothing_repeat_nothing_and_the_accounts_add_up(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.e2e.kill_trial", str(tmp_path / "trial"), "--kills", "3"]
    for fault in ("a mail server that puts messages off", "a batch that is damaged"):
        command += ["--fault", fault]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
