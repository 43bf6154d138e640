"""Put a backup in place, with all mail held."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crawlers.errors import PermanentError
from pipelines.adapters.ledger import open_ledger
from pipelines.adapters.ledger.copies import (
    holds_ledger,
    is_postgres,
    put_sqlite_in_place,
    restore_postgres,
    sqlite_path,
)
from pipelines.alerts.restore_hold import hold_mail
from pipelines.config import Settings
from pipelines.operations.backup.archive import (
    BEAT,
    POSTGRES_LEDGER,
    SEARCHES,
    SETTINGS,
    SQLITE_LEDGER,
    Manifest,
    unpack_archive,
)
from pipelines.stages.locks import lock_outbox, lock_runs

#: Where the settings of the backup lie afterwards, for a person to take what is needed.
SETTINGS_OF_BACKUP = "settings-of-backup.env"


@dataclass
class RestoreReport:
    """What a restore did, and what a person has to do then."""

    made: datetime
    #: Mails that the ledger says are owed, all of them held.
    owed: int = 0
    #: One sentence each.
    notes: list[str] = field(default_factory=list)


def restore_backup(settings: Settings, archive: Path, now: datetime, *, replace: bool) -> RestoreReport:
    """Put the ledger of an archive, its searches and its beat into the data folder.

    The archive is read and checked as a whole before anything is changed. No mail leaves the restored
    ledger before a person says so. What was there is kept under another name, but for a ledger on
    PostgreSQL, which is replaced in one transaction. Raises PermanentError where there is a ledger and
    `replace` is not given, and where the archive is refused; TemporaryError while another command works.
    """
    home = settings.home
    with lock_runs(home), lock_outbox(home):
        _require_empty_place(settings, replace=replace)
        # In the ledger's own folder, so that a file there only has to be renamed.
        place = home
        if not is_postgres(settings.ledger):
            place = sqlite_path(settings.ledger).parent
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _unpacked(archive, place) as (folder, manifest):
            _require_same_database(settings, archive, manifest)
            restored = RestoreReport(manifest.made)
            _restore_ledger(settings, folder, restored, now, replace=replace)
            _restore_files(settings, folder, restored, now)
    return restored


def _require_empty_place(settings: Settings, *, replace: bool) -> None:
    if not replace and holds_ledger(settings.ledger):
        raise PermanentError(
            f"{settings.home} has a ledger already, so nothing was restored: set MAPLEWIRE_HOME to an empty "
            "folder (or MAPLEWIRE_LEDGER_URL to an empty database), or say --replace"
        )


@contextmanager
def _unpacked(archive: Path, place: Path) -> Iterator[tuple[Path, Manifest]]:
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=place) as name:
        folder = Path(name)
        yield folder, unpack_archive(archive, folder)


def _require_same_database(settings: Settings, archive: Path, manifest: Manifest) -> None:
    if manifest.ledger == "postgresql" and not is_postgres(settings.ledger):
        raise PermanentError(
            f"{archive} holds a ledger of PostgreSQL: set MAPLEWIRE_LEDGER_URL to an empty database first"
        )
    if manifest.ledger == "sqlite" and is_postgres(settings.ledger):
        raise PermanentError(
            f"{archive} holds a ledger of SQLite, and MAPLEWIRE_LEDGER_URL names PostgreSQL: unset it first"
        )


def _restore_ledger(
    settings: Settings, folder: Path, restored: RestoreReport, now: datetime, *, replace: bool
) -> None:
    if is_postgres(settings.ledger):
        restore_postgres(settings.ledger, folder / POSTGRES_LEDGER, now, replace=replace)
        restored.owed = _count_owed(settings.ledger)
    else:
        copy = folder / SQLITE_LEDGER
        # Before it gets its name: there is no moment at which a run could send from it.
        restored.owed = _hold_and_count(f"sqlite:///{copy}", now)
        _discard_embedded_index(settings)
        aside = put_sqlite_in_place(copy, sqlite_path(settings.ledger), now)
        if aside is not None:
            restored.notes.append(f"the ledger that was there is {aside}; remove it when all is well")
    if settings.index.startswith("sqlite"):
        restored.notes.append("the search index is built again by the next run, or by `maplewire reindex`")
    else:
        restored.notes.append("build the search index again: maplewire reindex")


def _hold_and_count(url: str, now: datetime) -> int:
    """Bring a ledger's tables to this version and hold its mail.

    Return how many mails it owes.
    """
    ledger = open_ledger(url)
    try:
        damage = ledger.damage()
        if damage:
            raise PermanentError(
                f"the ledger in the backup is damaged ({damage[0]}). Nothing was restored; take another one"
            )
        hold_mail(ledger, now)
        return len(ledger.owed_mails())
    finally:
        # SQLite then brings the log into the file.
        ledger.close()


def _count_owed(url: str) -> int:
    ledger = open_ledger(url)
    try:
        return len(ledger.owed_mails())
    finally:
        ledger.close()


def _discard_embedded_index(settings: Settings) -> None:
    """Remove the search index of this folder: it shows another ledger."""
    if settings.index_url is not None:
        return
    index = settings.index_file
    for suffix in ("", "-wal", "-shm"):
        index.with_name(index.name + suffix).unlink(missing_ok=True)


def _restore_files(settings: Settings, folder: Path, restored: RestoreReport, now: datetime) -> None:
    home = settings.home
    for name, target in ((SEARCHES, SEARCHES), (SETTINGS, SETTINGS_OF_BACKUP), (BEAT, BEAT)):
        source = folder / name
        if source.exists():
            _put_in_place(source, home / target, restored, now)
    restored.notes.append(f"the settings of the backup, without secrets, are {home / SETTINGS_OF_BACKUP}")
    beat = home / BEAT
    if beat.is_dir() and settings.beat.resolve() != beat.resolve():
        restored.notes.append(f"the beat of the backup is {beat}; to use it, set MAPLEWIRE_BEAT={beat}")


def _put_in_place(source: Path, target: Path, restored: RestoreReport, now: datetime) -> None:
    """Move a file or folder to its place; what was there is kept beside it."""
    if target.exists():
        aside = target.with_name(f"{target.name}.before-{now:%Y%m%dT%H%M%SZ}")
        target.rename(aside)
        restored.notes.append(f"{target} was there already and is {aside} now")
    shutil.move(source, target)
