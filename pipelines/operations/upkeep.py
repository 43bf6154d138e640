"""What must be done now and then: what is old goes, the ledger is tidied.

A batch is needed until it is processed, and afterwards to process a page again (`maplewire quarantine
replay`). So open batches and those with pages in quarantine stay, whatever their age.
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
from typing import TYPE_CHECKING

from crawlers.batch import SUFFIX, discard_leftovers
from crawlers.errors import PermanentError
from crawlers.private_files import make_private_folder
from pipelines.stages.unknown_names import note_unknown_names, suggest_unknown_names

if TYPE_CHECKING:
    from pipelines.stages.context import RunContext

#: So long after its last fetch it is remembered how a page was listed, though its listing has it no more. The
#: longest listings of news go back some weeks.
LISTED_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """A complete batch as the upkeep sees it."""

    name: str
    made: datetime
    #: In bytes.
    size: int
    is_needed: bool


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """What is free on the disk of the batches, and what should be, in bytes.

    A store of its own has no disk that we could fill: there both are 0.
    """

    free: int = 0
    wanted: int = 0


@dataclass(frozen=True, slots=True)
class UpkeepReport:
    """What was removed, and how the ledger was tidied."""

    pruned: int
    freed: int
    left: int
    #: Batches that stay because they are needed, whatever their age.
    needed: int
    #: Entries of listings of which it was forgotten how they were listed.
    forgotten: int
    tidied: str

    def __str__(self) -> str:
        freed = f"{self.freed / 1e6:.1f} MB"
        left = f"{self.left} left, {self.needed} of them needed"
        forgotten = f"{self.forgotten} entries of listings forgotten"
        return f"{self.pruned} batches removed ({freed}), {left}; {forgotten}; {self.tidied}"


def to_prune(
    batches: Sequence[StoredBatch], now: datetime, *, keep: timedelta, space: DiskSpace
) -> list[str]:
    """Return the names of the batches to remove, the oldest first (pure).

    Those older than `keep` go, then the oldest until enough is free. What is needed stays.
    """
    names: list[str] = []
    free = space.free
    for batch in sorted(batches, key=lambda batch: (batch.made, batch.name)):
        if batch.is_needed:
            continue
        if now - batch.made > keep or free < space.wanted:
            names.append(batch.name)
            free += batch.size
    return names


def upkeep(context: RunContext, *, keep: timedelta, free_share: float) -> UpkeepReport:
    """Remove old batches and tidy the ledger; count the names that terms.yaml lacks.

    Batches go by their age, and by the share of the disk that is to stay free. Raises TemporaryError
    while the batches or the ledger are away.
    """
    batch_dir = context.crawl.batch_dir
    # A new Maplewire has no data folder yet, and its disk is looked at below.
    make_private_folder(batch_dir)
    discard_leftovers(batch_dir)
    batches = _stored_batches(context)
    space = _disk_space(context, free_share)
    names = to_prune(batches, context.clock.now(), keep=keep, space=space)
    for name in names:
        context.batches.remove(name)
    freed = needed = 0
    for batch in batches:
        if batch.name in names:
            freed += batch.size
        if batch.is_needed:
            needed += 1
    forgotten = context.ledger.forget_listed_entries(context.clock.now() - LISTED_KEPT)
    tidied = context.ledger.tidy()
    # Last: a headline that breaks it keeps nothing else from being done.
    note_unknown_names(context, suggest_unknown_names(context))
    return UpkeepReport(
        pruned=len(names),
        freed=freed,
        left=len(batches) - len(names),
        needed=needed,
        forgotten=forgotten,
        tidied=tidied,
    )


def remove_old_files(folder: Path, before: datetime) -> tuple[int, int]:
    """Remove the files below a folder that are old.

    Old is what was last written before a time. Returns (how many, bytes). Folders that this leaves
    empty go too. Others stay, since somebody may be about to write there. No link is followed. A file
    that vanishes meanwhile, or that is not ours to remove, is no trouble.
    """
    sizes: list[int] = []
    emptied: set[Path] = set()
    # Bottom up, so that a folder is looked at after what it holds.
    for place, folders, names in os.walk(folder, topdown=False):
        here = Path(place)
        has_removed = any(here / name in emptied for name in folders)
        for name in names:
            size = _remove_if_old(here / name, before)
            if size is not None:
                sizes.append(size)
                has_removed = True
        if has_removed:
            with contextlib.suppress(OSError):  # it is not empty
                here.rmdir()
                emptied.add(here)
    return len(sizes), sum(sizes)


def _stored_batches(context: RunContext) -> list[StoredBatch]:
    open_ids = set()
    for batch in context.ledger.open_batches():
        open_ids.add(batch.batch_id)
    in_quarantine = set()
    for kept in context.ledger.quarantined():
        in_quarantine.add(kept.batch_id)
    batches: list[StoredBatch] = []
    for name in context.batches.names():
        facts = context.batches.facts(name)
        if facts is None:
            # It was removed since the names were read.
            continue
        batch_id = name.removesuffix(SUFFIX)
        # A batch that the ledger does not know was not handed over yet.
        is_known = context.ledger.batch_path(batch_id) is not None
        is_needed = not is_known or batch_id in open_ids or batch_id in in_quarantine
        batches.append(StoredBatch(name, facts.made, facts.size, is_needed))
    return batches


def _disk_space(context: RunContext, free_share: float) -> DiskSpace:
    if context.store is not None:
        return DiskSpace()
    batch_dir = context.crawl.batch_dir
    try:
        disk = shutil.disk_usage(batch_dir)
    except OSError as e:
        raise PermanentError(f"{batch_dir}: cannot be read ({e.strerror})") from e
    return DiskSpace(disk.free, int(disk.total * free_share))


def _remove_if_old(path: Path, before: datetime) -> int | None:
    """Remove a file that is old enough; return its bytes, or None where it stays."""
    with contextlib.suppress(OSError):
        # lstat, so that a link is judged as a link: what it points to may lie elsewhere.
        status = path.lstat()
        if stat.S_ISREG(status.st_mode) and status.st_mtime < before.timestamp():
            path.unlink()
            return status.st_size
    return None
