"""`maplewire upkeep`: remove what is no longer needed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipelines.cli.stage import run_stage

if TYPE_CHECKING:
    from pipelines.bootstrap import App
    from pipelines.stages.context import RunProblems


def upkeep() -> None:
    """Remove old batches and tidy the ledger. Run it once a day.

    Batches are removed when they are older than MAPLEWIRE_KEEP_BATCHES_DAYS (90), and the oldest of
    them while less than MAPLEWIRE_DISK_FREE_SHARE (0.1) of their disk is free. What is still needed stays.
    Names that are seen often and are in no list are counted for `maplewire status`.
    """

    def upkeep_stage(maplewire: App, _: RunProblems) -> str:
        from pipelines.operations.upkeep import upkeep as tidy

        # Under the lock of runs: a batch must not go while it is processed.
        settings = maplewire.settings
        keep = timedelta(days=settings.keep_batches_days)
        return str(tidy(maplewire.parts, keep=keep, free_share=settings.disk_free_share))

    run_stage(upkeep_stage)
