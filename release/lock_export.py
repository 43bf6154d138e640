"""The lock file in other forms."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

#: Where `pyproject.toml` and `uv.lock` are.
PROJECT = Path(__file__).resolve().parents[1]


def export_lock(form: str, extras: Sequence[str]) -> str:
    """Return the packages of the lock that a user installs, in a form that uv knows.

    Tools of developers are left out. Raises SystemExit with uv's words, where the lock cannot be read.
    """
    command = [str(Path(sys.executable).with_name("uv")), "export", "--quiet", "--frozen"]
    command += ["--no-default-groups", "--format", form]
    if form == "requirements-txt":
        # Our own wheel is built, not looked up.
        command.append("--no-emit-project")
    for extra in extras:
        command += ["--extra", extra]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"uv.lock cannot be read: {done.stderr.strip()}")
    return done.stdout
