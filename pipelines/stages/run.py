"""The stages of a run, in order. Every page ends in exactly one outcome.

    collect ─► batch ─► process ─► ledger ─► index
                │          │          └────► alert ─► outbox ─► mail
             (WARC)    extract ─► route ─► relevance ─► dedup

Each stage can be run lock_folder and again: it starts from what the ledger says is still to do, so a run
that was killed anywhere is simply continued by the next. Trouble has three ends: temporary (left as it is, tried again), permanent
(quarantine, with its reason) and bug: the page is kept aside, the others go on, and the bug travels up when all of them are served.
"""

from __future__ import annotations

from pipelines.model import (
    RunReport,
)
from pipelines.stages.collect import collect_sources
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.index import index_changes, index_run_accounts
from pipelines.stages.notify import send_due_digests, send_new_alerts
from pipelines.stages.process import process_open_batches
from pipelines.stages.recheck import recheck_due_pages


def run_once(parts: RunContext) -> tuple[RunReport, RunProblems]:
    """Collect, process, index and alert once; return the accounts and what went wrong.

    Work that an earlier, interrupted run left is done first, so that what was fetched is known
    before anything is fetched again.
    """
    run_id = parts.ledger.start_run(parts.clock.now())
    findings = RunProblems()
    process_open_batches(parts, run_id, findings)
    collect_sources(parts, run_id, findings)
    recheck_due_pages(parts, run_id, findings)
    process_open_batches(parts, run_id, findings)
    index_changes(parts, findings)
    send_new_alerts(parts, findings)
    send_due_digests(parts, findings)
    report = parts.ledger.finish_run(run_id, parts.clock.now(), findings.mails_sent, _note_of_run(findings))
    index_run_accounts(parts, findings)
    return report, findings


def _note_of_run(findings: RunProblems) -> str | None:
    return "; ".join([*findings.sentences, *(f"bug: {b!r}" for b in findings.bugs)])[:2000] or None
