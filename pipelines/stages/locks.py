"""Locks of a data folder: one run at a time, one sender at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from crawlers.errors import PermanentError, TemporaryError
from crawlers.private_files import make_private_folder, open_private


class FolderBusy(TemporaryError):
    """Another process holds a lock of the data folder."""


def lock_runs(home: Path) -> AbstractContextManager[None]:
    """Hold the lock of a data folder's runs; FolderBusy when another run holds it."""
    return lock_folder(home, "run", f"another run is at work in {home}; wait for it to end")


def lock_outbox(home: Path) -> AbstractContextManager[None]:
    """Hold the right to send what the outbox of a data folder owes.

    Two senders would send each mail twice. Raises FolderBusy when another process holds it.
    """
    return lock_folder(home, "mail", f"another process sends mail from {home}; wait for it to end")


@contextmanager
def lock_folder(home: Path, name: str, message: str) -> Iterator[None]:
    """Hold a lock by its name in a data folder.

    FolderBusy(`message`) when another process holds it. The lock is the kernel's (flock): a killed
    process cannot leave it behind. Raises PermanentError where the folder cannot be written.
    """
    try:
        make_private_folder(home)
        file = open_private(home / f"{name}.lock", "w")
    except OSError as e:
        raise PermanentError(
            f"{home}: cannot be written ({e.strerror}); set MAPLEWIRE_HOME to another folder"
        ) from e
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as e:
            raise FolderBusy(message) from e
        yield
