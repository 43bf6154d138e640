"""Make a backup, while Maplewire may be at work."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from crawlers.errors import PermanentError
from pipelines.adapters.ledger.copies import (
    copy_sqlite,
    dump_postgres,
    holds_ledger,
    is_postgres,
    sqlite_path,
)
from pipelines.config import Settings, maplewire_version
from pipelines.operations.backup.archive import (
    BEAT,
    FORMAT,
    POSTGRES_LEDGER,
    SEARCHES,
    SETTINGS,
    SQLITE_LEDGER,
    Manifest,
    StoredFile,
    describe_file,
    write_archive,
)
from pipelines.operations.backup.settings_file import settings_lines


def make_backup(settings: Settings, target: Path, now: datetime) -> Manifest:
    """Write the ledger and what belongs to it into one archive.

    Return what the archive says of itself.

    The ledger is copied as it is at one moment, and nobody waits for it. Batches and the search index are
    not in it: the index is built again from the ledger, and batches are needed for pages that are still open
    or in quarantine. Raises PermanentError where there is no ledger, where it is damaged, where a tool of
    PostgreSQL is missing, or where the archive cannot be written.
    """
    if not target.parent.is_dir() or target.is_dir():
        raise PermanentError(f"{target}: name a file in a folder that exists")
    if not holds_ledger(settings.ledger):
        raise PermanentError(
            f"there is no ledger for {settings.home}, so nothing can be backed up: check MAPLEWIRE_HOME"
        )
    try:
        # Beside the archive: where there is room for that, there is room for what it is made of.
        folder = tempfile.TemporaryDirectory(prefix=".maplewire-backup-", dir=target.parent)
    except OSError as e:
        raise PermanentError(f"{target}: cannot be written ({e.strerror}); choose another place") from e
    with folder as name:
        return _gather_and_write(settings, Path(name), target, now)


def _gather_and_write(settings: Settings, folder: Path, target: Path, now: datetime) -> Manifest:
    on_postgres = is_postgres(settings.ledger)
    if on_postgres:
        dump_postgres(settings.ledger, folder / POSTGRES_LEDGER)
    else:
        copy_sqlite(sqlite_path(settings.ledger), folder / SQLITE_LEDGER, now)
    (folder / SETTINGS).write_text(settings_lines(settings), "utf-8")
    if settings.own_searches.is_file():
        shutil.copyfile(settings.own_searches, folder / SEARCHES)
    _copy_beat(settings.beat, folder / BEAT)
    manifest = Manifest(
        format=FORMAT,
        maplewire=maplewire_version(),
        made=now,
        ledger="postgresql" if on_postgres else "sqlite",
        files=_describe_files(folder),
    )
    write_archive(target, manifest, folder)
    return manifest


def _copy_beat(beat: Path, copy: Path) -> None:
    """Copy the files of the beat; a link is copied as what it points to."""
    try:
        shutil.copytree(beat, copy, ignore=shutil.ignore_patterns("__pycache__", ".git"))
    except (OSError, shutil.Error) as e:
        raise PermanentError(f"the beat {beat} cannot be copied: {e}; make its files readable") from e


def _describe_files(folder: Path) -> dict[str, StoredFile]:
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            files[path.relative_to(folder).as_posix()] = describe_file(path)
    return files
