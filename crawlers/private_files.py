"""Files and folders that only their owner may read, whatever the umask is.

The data folder holds what a newsroom watches, whom it writes to, and what it mailed.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

FILE_MODE = 0o600
FOLDER_MODE = 0o700
#: In a data folder: signs what leads into the reading room, cookies and links.
WEB_KEY = "web.key"
#: What group and others may do.
_OF_OTHERS = 0o077


def make_private_folder(folder: Path) -> None:
    """Make a folder and those above it.

    One that is there is left as it is. Raises OSError.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)


def is_private(path: Path) -> bool:
    """Tell whether nobody but the owner may read a file or folder. Raises OSError."""
    return not path.stat().st_mode & _OF_OTHERS


def open_private(path: Path, mode: str) -> IO[Any]:
    """Open a file; one that this makes is private. Raises OSError."""
    return open(path, mode, opener=_open_descriptor)


def make_private_file(path: Path) -> None:
    """Make an empty file before a library does, which would ask the umask.

    One that is there is left as it is. Where it cannot be made, the library says so better.
    """
    # One that is there is not even opened: to close it again would drop all locks that this process has on
    # it, those of SQLite too (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE))


def kept_secret(path: Path) -> str:
    """Return the secret that a file keeps; it is made where there is none.

    Raises OSError.
    """
    kept = _read_secret(path)
    if kept:
        return kept
    if kept is not None:
        # A disk that was full has left an empty file.
        path.unlink()
    make_private_folder(path.parent)
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    with open_private(partial, "w") as file:
        file.write(f"{secrets.token_urlsafe(32)}\n")
    # Two processes may make one at the same moment: the first stays, and both read it.
    with contextlib.suppress(FileExistsError):
        os.link(partial, path)
    partial.unlink()
    return path.read_text("ascii").strip()


def _read_secret(path: Path) -> str | None:
    """Return what a file keeps, "" where it is no secret; None where there is no file."""
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        return ""


def tighten(paths: Iterable[Path]) -> int:
    """Take the rights of group and others from what is ours; return from how many.

    A folder that was open is tightened with the files in it. Once it is closed, nobody reaches those.
    """
    tightened = 0
    for path in paths:
        if not _is_ours_and_open(path):
            continue
        if path.is_dir():
            tightened += tighten(_files_in(path))
        with contextlib.suppress(OSError):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OF_OTHERS)
            tightened += 1
    return tightened


def _files_in(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_file()]
    except OSError:
        return []


def _is_ours_and_open(path: Path) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    return status.st_uid == os.geteuid() and bool(status.st_mode & _OF_OTHERS)


def _open_descriptor(path: str, flags: int) -> int:
    return os.open(path, flags, FILE_MODE)
