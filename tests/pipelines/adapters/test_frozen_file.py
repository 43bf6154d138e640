"""A data folder that nobody may write to: what only reads it answers as ever."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.adapters.frozen_file import frozen_address, is_read_only
from tests.pipelines.web.room_server import an_app, fill

#: The right by which root writes where nobody may.
_RIGHT_OF_ROOT = "-dac_override"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Give a filled data folder, made read-only."""
    folder = tmp_path / "home % one"
    with an_app(folder) as maplewire:
        fill(maplewire)
    _set_modes(folder, 0o555, 0o444)
    yield folder
    _set_modes(folder, 0o755, 0o644)


def _set_modes(folder: Path, of_folders: int, of_files: int) -> None:
    folder.chmod(of_folders)
    for path in folder.rglob("*"):
        path.chmod(of_folders if path.is_dir() else of_files)


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipelines.cli", *arguments]
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root may write everywhere, and setpriv is not installed (package util-linux)")
        command = ["setpriv", "--bounding-set", _RIGHT_OF_ROOT, *command]
    environment = os.environ | {"MAPLEWIRE_HOME": str(home)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_status_search_and_story_read_a_folder_that_cannot_be_written(home: Path) -> None:
    before = sorted(path.name for path in home.iterdir())
    for arguments, told in ((("status",), "begun"), (("search", "canola"), "Canola talks open")):
        answer = run(home, *arguments)
        assert answer.returncode == 0, answer.stderr
        assert told in answer.stdout
    assert sorted(path.name for path in home.iterdir()) == before


def test_a_log_without_entries_that_was_copied_along_is_no_trouble(home: Path) -> None:
    home.chmod(0o755)
    for name in ("ledger.sqlite-wal", "index.sqlite-wal"):
        (home / name).touch()
    home.chmod(0o555)
    answer = run(home, "search", "canola")
    assert answer.returncode == 0, answer.stderr
    assert "Canola talks open" in answer.stdout


def test_what_writes_is_refused_with_what_to_do(home: Path) -> None:
    answer = run(home, "story", "merge", "s1", "s4")
    assert answer.returncode != 0
    assert "Traceback" not in answer.stderr
    assert "cannot be written" in answer.stderr or "write to" in answer.stderr


def test_a_file_that_may_be_written_is_opened_as_usual(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    assert not is_read_only(path)
    assert frozen_address(path) is None
    path.touch()
    assert not is_read_only(path)
    assert frozen_address(path) is None
