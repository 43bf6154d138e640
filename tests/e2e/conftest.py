"""The whole job through the installed command: a wheel in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.elasticsearch.fixtures import elastic_node
from tests.shared_folder import shared_folder

__all__ = ["elastic_node"]

REPOSITORY = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if not item.get_closest_marker("timeout"):
                # Half a minute each where nothing else runs.
                item.add_marker(pytest.mark.timeout(900))


@dataclass(frozen=True)
class Maplewire:
    """The installed command, with settings of its own: `maplewire("search", "*:*", "--json")`."""

    command: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def with_settings(self, **settings: object) -> Maplewire:
        named = {f"MAPLEWIRE_{key.upper()}": str(value) for key, value in settings.items()}
        return Maplewire(self.command, {**self.settings, **named})

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("MAPLEWIRE_", "PYTHON", "VIRTUAL_ENV"))
        }
        return {**kept, **self.settings}

    def __call__(self, *arguments: str | Path, status: int = 0, timeout_s: float = 240) -> str:
        done = subprocess.run(
            [self.command, *arguments],
            env=self.environment, capture_output=True, text=True, timeout=timeout_s, cwd=self.command.parent,
        )  # fmt: skip
        assert done.returncode == status, (
            f"exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-5000:]}"
        )
        return done.stdout if status == 0 else done.stdout + done.stderr

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--json"))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.command, *arguments],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.command.parent,
        )


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Maplewire:
    """Build the wheel and install it, with the locked versions of what it needs."""
    folder = shared_folder(tmp_path_factory, "installed", _install)
    return Maplewire(folder / "venv" / "bin" / "maplewire")


def _install(folder: Path) -> None:
    _run_uv("build", "--wheel", "--out-dir", folder)
    _run_uv(
        "export",
        "--frozen",
        "--no-default-groups",
        "--no-emit-project",
        "--output-file",
        folder / "locked.txt",
    )
    _run_uv("venv", "--python", sys.executable, folder / "venv")
    python = folder / "venv" / "bin" / "python"
    _run_uv("pip", "install", "--python", python, "-r", folder / "locked.txt", *folder.glob("*.whl"))


def _run_uv(*arguments: str | Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    done = subprocess.run([uv, "--quiet", *arguments], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
