"""A folder that the first test process makes and all others of the same run use."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def shared_folder(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return the folder; `make` fills it, once, while other processes that want it wait.

    Where `make` raises, the next process tries again with an empty folder of another name.
    """
    folders = _folder_of_the_run(tmp_path_factory)
    with (folders / f"{name}.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        made = lock.read()
        if made:
            return Path(made)
        folder = tmp_path_factory.mktemp(name)
        make(folder)
        lock.write(str(folder))
        return folder


def _folder_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    own = tmp_path_factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own
