"""Who may read the data folder, and whose `.env` is believed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.config import read_settings, refused_env_file
from tests.cli.test_backup import home
from tests.cli.test_searching import filled

__all__ = ["home"]

OTHERS = 0o077


@pytest.fixture(autouse=True)
def _lax_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def ask(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def open_to_others(folder: Path) -> list[str]:
    found = []
    for path in [folder, *folder.rglob("*")]:
        if stat.S_IMODE(path.stat().st_mode) & OTHERS:
            found.append(str(path))
    return found


def test_what_a_run_makes_is_private_whatever_the_umask(home: Path) -> None:
    home.rmdir()
    assert ask("run").exit_code == 0
    filled(home)
    assert ask("alert").exit_code == 0
    assert ask("searches", "add", "pandas", "panda*", "--to", "a@b.example").exit_code == 0
    assert ask("upkeep").exit_code == 0
    assert {"ledger.sqlite", "index.sqlite", "run.lock", "outbox", "batches", "searches.yaml"} <= {
        path.name for path in home.iterdir()
    }
    assert list((home / "outbox").iterdir())
    assert open_to_others(home) == []


def test_what_was_open_is_closed_at_the_start_with_one_line(home: Path) -> None:
    filled(home)
    assert ask("run").exit_code == 0
    for path in [home, *home.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    done = ask("run")
    assert done.stderr.count("were open to others; closed now") == 1
    assert open_to_others(home) == []
    assert "open to others" not in ask("run").stderr


def test_an_env_file_that_others_may_change_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAPLEWIRE_HOME", raising=False)
    assert refused_env_file() is None
    file = tmp_path / ".env"
    file.write_text("MAPLEWIRE_HOME=elsewhere\n")
    for mode, is_read in ((0o600, True), (0o644, True), (0o666, False), (0o602, False)):
        file.chmod(mode)
        assert (read_settings().home == Path("elsewhere")) is is_read, oct(mode)
    assert "can be changed by others" in ask("status").stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_an_env_file_of_somebody_else_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MAPLEWIRE_HOME", raising=False)
    (tmp_path / "ours").write_text("MAPLEWIRE_HOME=elsewhere\n")
    (tmp_path / "ours").chmod(0o600)
    (tmp_path / ".env").symlink_to("ours")
    assert read_settings().home == Path("elsewhere")
    # Somebody who leads us to a file of our own chooses what we read, too.
    os.lchown(tmp_path / ".env", 12345, 12345)
    assert read_settings().home == Path("data")
    assert "belongs to somebody else" in ask("status").stderr
