"""Old batches and old logs go, and the ledger is tidied."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.operations.airflow_tasks.accounts import Counts
from pipelines.operations.airflow_tasks.task_app import open_task_app
from pipelines.text.counts import counted

_MEGABYTE = 10**6


def keep_up() -> tuple[Counts, str]:
    """Remove old batches and tidy the ledger.

    Returns {"pruned", "left", "freed_mb"} and a note.
    """
    from pipelines.operations.upkeep import upkeep

    with open_task_app() as app:
        # The command `maplewire upkeep` reads the same settings, so both keep the same batches.
        settings = app.settings
        keep = timedelta(days=settings.keep_batches_days)
        done = upkeep(app.parts, keep=keep, free_share=settings.disk_free_share)
    return {"pruned": done.pruned, "left": done.left, "freed_mb": done.freed // _MEGABYTE}, str(done)


def clear_logs(folder: str, keep: timedelta) -> tuple[Counts, str]:
    """Remove the log files below a folder that nobody wrote to for so long.

    Returns {"removed", "freed_mb"} and a note.
    """
    from pipelines.operations.upkeep import remove_old_files

    # The files' times are those of the machine's clock, so "now" is too.
    removed, freed = remove_old_files(Path(folder), datetime.now(UTC) - keep)
    note = f"{counted(removed, 'log file')} removed ({freed / _MEGABYTE:.1f} MB) from {folder}."
    return {"removed": removed, "freed_mb": freed // _MEGABYTE}, note
