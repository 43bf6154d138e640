"""The Compose files of the project, as written and as the real docker-compose resolves them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
STACK = ROOT / "docker-compose.yml"
TASK_LOGS = ROOT / "deploy" / "compose.task-logs.yml"
EXAMPLE = ROOT / ".env.example"
MAKE_ENV = ROOT / "deploy" / "make-env.sh"
PROFILES = ("celery", "tools", "room")


def compose(
    env_file: Path, *arguments: str, files: tuple[Path, ...] = (STACK,), profiles: tuple[str, ...] = PROFILES
) -> subprocess.CompletedProcess[str]:
    """Run the real docker-compose; it needs no engine to check and resolve files."""
    program = Path(sys.executable).with_name("docker-compose")
    chosen: list[str] = []
    for file in files:
        chosen += ["-f", str(file)]
    for profile in profiles:
        chosen += ["--profile", profile]
    return subprocess.run(
        [program, "--env-file", env_file, *chosen, *arguments],
        env={"PATH": os.environ["PATH"], "HOME": str(env_file.parent)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def made_env(folder: Path) -> Path:
    """Return a .env that was made as the documentation says."""
    env_file = folder / "made.env"
    env_file.write_bytes(subprocess.run(["sh", MAKE_ENV], check=True, capture_output=True).stdout)
    return env_file


def variables(env_file: Path) -> dict[str, str]:
    lines = (line for line in env_file.read_text().splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


@cache
def written() -> Mapping[str, Any]:
    """Return the file as YAML reads it: anchors resolved, variables not."""
    loaded: Mapping[str, Any] = yaml.safe_load(STACK.read_text())
    return loaded


def resolved(env_file: Path, *files: Path) -> Mapping[str, Any]:
    """Return all services as Compose would start them."""
    done = compose(env_file, "config", "--format", "json", files=files or (STACK,))
    assert done.returncode == 0, done.stderr
    loaded: Mapping[str, Any] = json.loads(done.stdout)
    return loaded
