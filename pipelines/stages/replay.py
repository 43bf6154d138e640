"""Replay: process quarantined pages again."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from crawlers.batch import read_page
from crawlers.model import Page
from pipelines.model import Outcome, Quarantined
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.index import INDEX_STAGE, index_changes
from pipelines.stages.notify import send_new_alerts
from pipelines.stages.process import batch_processor


def replay_quarantine(
    context: RunContext,
    problems: RunProblems,
    only: Collection[int] | None = None,
    *,
    tells: bool = True,
) -> list[tuple[Quarantined, Outcome]]:
    """Process every quarantined page again from its batch; return what became of each.

    A page that fails again stays in quarantine with its newest reason; one whose batch is gone
    is left as it is and reported. `only` are numbers of pages in quarantine. Without `tells`, readers are
    told by the next run.
    """
    ledger = context.ledger
    run_id = ledger.start_run(context.clock.now())
    results: list[tuple[Quarantined, Outcome]] = []
    for entry in _chosen_entries(ledger.quarantined(), only):
        page = _page_in_batch(context, entry, problems)
        if page is None or entry.batch_id is None or entry.record is None:
            continue
        processor = batch_processor(context, run_id, problems, again=True)
        ((_, outcome),) = processor.take(entry.batch_id, [(entry.record, page)])
        assert outcome is not None, "a page that is taken again has an outcome"
        ledger.mark_replayed([entry.id], context.clock.now())
        results.append((entry, outcome))
    index_changes(context, problems)
    if tells:
        send_new_alerts(context, problems)
    ledger.finish_run(run_id, context.clock.now(), problems.mails_sent, "replay of the quarantine")
    return results


def _chosen_entries(quarantined: Iterable[Quarantined], only: Collection[int] | None) -> list[Quarantined]:
    """Return what has a page to process; with `only`, what has these numbers."""
    chosen = []
    for entry in quarantined:
        # A document that the index refused has no page: a rebuild offers it again.
        has_page = entry.stage != INDEX_STAGE
        if has_page and (only is None or entry.id in only):
            chosen.append(entry)
    return chosen


def _page_in_batch(context: RunContext, entry: Quarantined, problems: RunProblems) -> Page | None:
    """Return a page as it was fetched.

    None, and a line for the operator, where its batch is gone.
    """
    name = None
    if entry.batch_id is not None:
        name = context.ledger.batch_path(entry.batch_id)
    if name is not None and entry.record is not None:
        with context.batches.reading(name) as path:
            if path is not None:
                return read_page(path, entry.record)
    problems.add_permanent(f"{entry.url}: its batch is gone, so it cannot be replayed")
    return None
