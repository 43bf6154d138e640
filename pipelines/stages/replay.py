"""Replay: process quarantined pages again."""

from __future__ import annotations

from crawlers.batch import (
    read_page,
)
from crawlers.model import Page
from pipelines.model import (
    Outcome,
    Quarantined,
)
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.index import INDEX_STAGE, index_changes
from pipelines.stages.notify import send_new_alerts
from pipelines.stages.process import batch_processor


def replay_quarantine(parts: RunContext, findings: RunProblems) -> list[tuple[Quarantined, Outcome]]:
    """Process every quarantined page again from its batch; return what became of each.

    A page that fails again stays in quarantine with its newest reason; one whose batch is gone
    is left as it is and reported.
    """
    run_id = parts.ledger.start_run(parts.clock.now())
    results = []
    for kept in [kept for kept in parts.ledger.quarantined() if kept.stage != INDEX_STAGE]:
        page = _page_in_batch(parts, kept, findings)
        if page is None or kept.batch_id is None or kept.record is None:
            continue
        processing = batch_processor(parts, run_id, findings, again=True)
        ((_, outcome),) = processing.take(kept.batch_id, [(kept.record, page)])
        assert outcome is not None, "what is taken again has an outcome"
        parts.ledger.mark_replayed([kept.id], parts.clock.now())
        results.append((kept, outcome))
    index_changes(parts, findings)
    send_new_alerts(parts, findings)
    parts.ledger.finish_run(run_id, parts.clock.now(), findings.mails_sent, "replay of the quarantine")
    return results


def _page_in_batch(parts: RunContext, kept: Quarantined, findings: RunProblems) -> Page | None:
    name = parts.ledger.batch_path(kept.batch_id) if kept.batch_id else None
    if name is not None and kept.record is not None:
        with parts.batches.reading(name) as path:
            if path is not None:
                return read_page(path, kept.record)
    findings.add_permanent(f"{kept.url}: its batch is gone, so it cannot be replayed")
    return None
