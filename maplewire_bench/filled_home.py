"""A data folder with made-up news in ledger and index."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path

from maplewire_bench.decided_stream import decide_stream
from maplewire_bench.stream import Made
from pipelines.adapters.ledger import open_ledger
from pipelines.bootstrap import App
from pipelines.config import Settings
from pipelines.stages.context import RunProblems
from pipelines.stages.index import index_changes


def fill_home(home: Path, made: Sequence[Made]) -> str:
    """Decide on made-up articles and index them; return the id of the last one's story.

    Each day is a batch of its own, so that the accounts of pages stand at their days.
    """
    with closing(open_ledger(f"sqlite:///{home}/ledger.sqlite")) as ledger:
        for day, articles in groupby(made, lambda one: one.at.date()):
            of_day = list(articles)
            decided = decide_stream(ledger, of_day, len(of_day) - 1, f"bench-{day.isoformat()}")
    with App(Settings(home=home)) as maplewire:
        index_changes(maplewire.parts, RunProblems())
    return decided.clusters[made[-1].number]
