"""The folder in which a demo works."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.errors import PermanentError
from pipelines.cli.demo import make_fresh_folder
from pipelines.stages.locks import FolderBusy, lock_runs


def test_a_demo_keeps_its_files_while_it_runs(tmp_path: Path) -> None:
    folder = make_fresh_folder(tmp_path / "demo")
    mail = folder / "mail.eml"
    mail.touch()
    with lock_runs(folder), pytest.raises(FolderBusy, match="another run is at work"):
        make_fresh_folder(folder)
    assert mail.exists()
    make_fresh_folder(folder)
    assert not mail.exists()


def test_a_demo_opens_its_folder_to_nobody_else(tmp_path: Path) -> None:
    folder = make_fresh_folder(tmp_path / "demo")
    for path in (folder, *folder.iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    with pytest.raises(PermanentError, match="no demo made"):
        make_fresh_folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
