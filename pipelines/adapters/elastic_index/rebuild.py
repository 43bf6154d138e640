"""A rebuild: fresh indices beside those that are searched, then one switch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from crawlers.errors import PermanentError, TemporaryError
from pipelines.adapters.elastic_index.cluster import Cluster
from pipelines.adapters.elastic_index.documents import Operation, account_operation, present_year
from pipelines.adapters.elastic_index.generations import Generations
from pipelines.adapters.elastic_index.refusals import Gone
from pipelines.adapters.elastic_index.targets import UnseenTarget
from pipelines.adapters.elastic_index.writer import CHUNK, UnseenWriter, Writer
from pipelines.model import Change, RejectedDocument, StoryDocument

#: Before the first run, whose number is 0 or more.
_BEFORE_ALL_RUNS = -1


def rebuild_indices(
    cluster: Cluster,
    generations: Generations,
    changes: Iterable[Sequence[Change]],
    stories: Iterable[Sequence[StoryDocument]],
    rejected: list[RejectedDocument],
    pauses_s: Sequence[float],
    year_limit: int,
) -> set[str]:
    """Fill the next generation, switch to it, remove the one before; return its bases.

    Documents that are refused for good are added to `rejected`. A rebuild that fails leaves
    everything as it was.
    """
    generations.require_health("runs-*")
    generations.install_templates()
    building = generations.begin_building()
    target = UnseenTarget(building, year_limit)
    writer = UnseenWriter(cluster, target, pauses_s)
    try:
        target.ensure_indices([present_year()])
        for some_changes in changes:
            rejected += writer.write(some_changes, ())
        for some_stories in stories:
            rejected += writer.write((), some_stories)
        last_run = _BEFORE_ALL_RUNS
        if "runs" in generations.read_state().live:
            last_run = _carry_runs(cluster, writer, generations.alias_of("runs"), _BEFORE_ALL_RUNS)
        building.require_whole()
        building.make_found()
        writer.settle_all()
        building.require_whole()
        left = generations.switch_to(building.targets)
    except BaseException:
        with suppress(TemporaryError, PermanentError):
            generations.remove_indices(building.targets.values())
        raise
    # Runs that ended while the fresh indices were filled stand in the old ones alone.
    seen = Writer(cluster, target, pauses_s)
    for index in left:
        if index.startswith(generations.alias_of("runs")):
            _carry_runs(cluster, seen, index, last_run)
    generations.remove_indices(left)
    return set(building.targets)


def _carry_runs(cluster: Cluster, writer: Writer, index: str, after: int) -> int:
    """Copy the accounts of runs; return the last run's number.

    They come from the old index, which knows how each source did at the time: the ledger does not.
    """
    last = after
    copied: list[Operation] = []
    while True:
        try:
            for id_, account in cluster.scan(index, {"range": {"run": {"gte": last}}}, by="run"):
                last = max(last, account["run"])
                copied.append(account_operation(id_, account))
                if len(copied) == CHUNK:
                    writer.write_operations(copied)
                    copied.clear()
        except Gone:
            if last == after:
                raise
            after = last  # copying took longer than the server kept its view: go on from here
            continue
        writer.write_operations(copied)
        return last
