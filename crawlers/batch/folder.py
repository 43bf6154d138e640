"""The batches in a folder, and what dead writers left there."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawlers.batch.format import OPEN, SUFFIX


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """When a batch became complete, and its size in bytes."""

    made: datetime
    size: int


class BatchFolder:
    """The complete batches of a folder that every worker sees.

    It is on a disk of this machine, or on one that all of them mount.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def publish(self, path: Path) -> None:
        """Do nothing: a complete batch has its name already."""

    def names(self) -> list[str]:
        """Return the names of the complete batches, oldest first."""
        return [path.name for path in completed(self.path)]

    @contextlib.contextmanager
    def reading(self, name: str) -> Iterator[Path | None]:
        """Give the path of a batch for reading, None where it is gone."""
        path = self.path / name
        yield path if path.exists() else None

    def facts(self, name: str) -> BatchFacts | None:
        """Return a batch's age and size, None where it is gone."""
        try:
            found = (self.path / name).stat()
        except FileNotFoundError:
            return None
        return BatchFacts(datetime.fromtimestamp(found.st_mtime, UTC), found.st_size)

    def remove(self, name: str) -> None:
        """Remove a batch. Harmless where it is gone."""
        (self.path / name).unlink(missing_ok=True)


def completed(folder: Path) -> list[Path]:
    """Return the complete batches in a folder, oldest first."""
    # Batch ids begin with their time.
    return sorted(folder.glob(f"*{SUFFIX}"))


def discard_leftovers(folder: Path) -> list[Path]:
    """Remove what dead writers left open; return what was removed.

    A file that is being written stays.
    """
    removed = []
    for path in sorted(folder.glob(f"*{SUFFIX}{OPEN}")):
        try:
            with path.open("rb") as leftover:
                fcntl.flock(leftover, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
                removed.append(path)
        except (BlockingIOError, FileNotFoundError):
            # Its writer lives, or has just renamed or removed it.
            continue
    return removed
