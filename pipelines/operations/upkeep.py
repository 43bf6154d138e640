"""What must be done now and then: old batches go, and the databases keep their statistics and give back room.

A batch is needed until it is processed, and afterwards to process a page again (`maplewire quarantine replay`). So open batches
and those with pages in quarantine stay, whatever their age.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawlers.batch import SUFFIX, discard_leftovers
from crawlers.errors import PermanentError

if TYPE_CHECKING:
    from pipelines.stages.context import RunContext


@dataclass(frozen=True, slots=True)
class Kept:
    """A complete batch as the upkeep sees it. `size` is in bytes."""

    name: str
    made: datetime
    size: int
    is_needed: bool


def to_prune(
    batches: Sequence[Kept], now: datetime, *, keep: timedelta, free: int, wanted_free: int
) -> list[str]:
    """Return the names of batches to remove: those older than `keep`, then the oldest until `wanted_free` bytes are free.

    What is still needed stays (pure).
    """
    going: list[str] = []
    for batch in sorted((b for b in batches if not b.is_needed), key=lambda b: (b.made, b.name)):
        if now - batch.made > keep or free < wanted_free:
            going.append(batch.name)
            free += batch.size
    return going


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What was done: batches removed, bytes freed by that, batches left, and how the ledger was tidied."""

    pruned: int
    freed: int
    left: int
    needed: int
    tidied: str

    def __str__(self) -> str:
        return (
            f"{self.pruned} batches removed ({self.freed / 1e6:.1f} MB), {self.left} left, {self.needed} of them needed; "
            f"{self.tidied}"
        )


def upkeep(parts: RunContext, *, keep: timedelta, free_share: float) -> Upkeep:
    """Prune batches by age and by the share of the disk that is to stay free, then tidy the ledger.

    Raises TemporaryError while the batches or the ledger are away.
    """
    now = parts.clock.now()
    parts.crawl.batch_dir.mkdir(parents=True, exist_ok=True)
    discard_leftovers(parts.crawl.batch_dir)
    batches = _batches(parts)
    disk = _disk(parts)
    going = to_prune(
        batches,
        now,
        keep=keep,
        free=disk.free if disk else 0,
        wanted_free=int(disk.total * free_share) if disk else 0,
    )
    for name in going:
        parts.batches.remove(name)
    sizes = {batch.name: batch.size for batch in batches}
    return Upkeep(
        pruned=len(going),
        freed=sum(sizes[name] for name in going),
        left=len(batches) - len(going),
        needed=sum(batch.is_needed for batch in batches),
        tidied=parts.ledger.tidy(),
    )


def _batches(parts: RunContext) -> list[Kept]:
    open_ids = {batch.batch_id for batch in parts.ledger.open_batches()}
    waiting = {kept.batch_id for kept in parts.ledger.quarantined() if kept.batch_id}
    found = []
    for name in parts.batches.names():
        batch_id = name.removesuffix(SUFFIX)
        told = parts.batches.facts(name)
        if told is not None:
            known = parts.ledger.batch_path(batch_id) is not None
            needed = not known or batch_id in open_ids or batch_id in waiting
            found.append(Kept(name, told.made, told.size, needed))
    return found


def _disk(parts: RunContext) -> Any | None:
    """Return the room on the disk that holds the batches, None where they are in a store of their own."""
    if parts.store is not None:
        return None
    try:
        return shutil.disk_usage(parts.crawl.batch_dir)
    except OSError as e:
        raise PermanentError(f"{parts.crawl.batch_dir}: cannot be read ({e.strerror})") from e


def remove_old_files(folder: Path, before: datetime) -> tuple[int, int]:
    """Remove the files below a folder that were last written before a time; return how many, and their bytes.

    Folders that this leaves empty go too; others stay, since somebody may be about to write there. No link is followed.
    What vanishes meanwhile is no trouble, and neither is a file that is not ours to remove.
    """
    sizes: list[int] = []
    emptied: set[str] = set()
    for place, folders, names in os.walk(folder, topdown=False):
        here = [size for name in names if (size := _removed(Path(place, name), before)) is not None]
        sizes += here
        if here or any(str(Path(place, name)) in emptied for name in folders):
            with contextlib.suppress(OSError):  # not empty
                Path(place).rmdir()
                emptied.add(str(Path(place)))
    return len(sizes), sum(sizes)


def _removed(path: Path, before: datetime) -> int | None:
    """Remove a file that is old enough; return its bytes, None where it stays."""
    with contextlib.suppress(OSError):
        told = path.lstat()
        if stat.S_ISREG(told.st_mode) and told.st_mtime < before.timestamp():
            path.unlink()
            return told.st_size
    return None
