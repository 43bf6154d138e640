"""SQLite files that we may not write to.

They lie in a data folder on a read-only disk, or of somebody else.

SQLite reads a file with a write-ahead log only where it may make two small files beside it. Where it may not,
and no log waits there, nothing can change the file for us: it is read as it lies.
"""

from __future__ import annotations

import os
from pathlib import Path


def is_read_only(path: Path) -> bool:
    """Tell whether a file is there, and we may not write to it or beside it."""
    return path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def frozen_address(path: Path) -> str | None:
    """Return the URI by which SQLite reads a file as it lies.

    None where it may write beside it, and where a log with its index lies there: then it reads both.
    """
    if not path.exists() or os.access(path.parent, os.W_OK):
        return None
    log = path.with_name(f"{path.name}-wal")
    is_log_empty = not log.exists() or log.stat().st_size == 0
    if not is_log_empty or path.with_name(f"{path.name}-shm").exists():
        return None
    return f"{path.resolve().as_uri()}?immutable=1"
