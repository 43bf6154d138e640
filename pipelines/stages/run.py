"""The stages of a run, in order. Every page ends in exactly one outcome.

    collect ─► batch ─► process ─► ledger ─► index
                │          │          └────► alert ─► outbox ─► mail
             (WARC)    extract ─► route ─► relevance ─► dedup

Each stage can be run alone and again: it starts from what the ledger says is still to do, so a run
that was killed anywhere is simply continued by the next. Trouble has three ends: temporary (left as it
is, tried again), permanent (quarantine, with its reason) and bug: the page is kept aside, the others go
on, and the bug travels up when all of them are served.
"""

from __future__ import annotations

from pipelines.model import RunReport
from pipelines.stages.collect import collect_sources
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.feeds import write_feeds
from pipelines.stages.index import index_changes, index_run_accounts
from pipelines.stages.notify import deliver_due_mails, write_due_digests, write_new_alerts
from pipelines.stages.process import process_open_batches
from pipelines.stages.recheck import recheck_due_pages

#: Characters of a run's note that are kept.
_LONGEST_NOTE = 2000


def run_once(context: RunContext, problems: RunProblems | None = None) -> tuple[RunReport, RunProblems]:
    """Collect, process, index and alert once; return the accounts and what went wrong.

    What went wrong is noted in `problems`, where some are given.
    Work that an earlier, interrupted run left is done first, so that what was fetched is known
    before anything is fetched again.
    """
    run_id = context.ledger.start_run(context.clock.now())
    problems = problems or RunProblems()
    process_open_batches(context, run_id, problems)

    def process_batch(batch_id: str) -> None:
        # One slow source must not keep the pages of all others waiting.
        process_open_batches(context, run_id, problems, [batch_id])

    collect_sources(context, run_id, problems, on_batch=process_batch)
    recheck_due_pages(context, run_id, problems)
    process_open_batches(context, run_id, problems)
    index_changes(context, problems)
    write_new_alerts(context, problems)
    write_due_digests(context, problems)
    # Once, for both: a mail server that does not answer is waited for once in a run.
    deliver_due_mails(context, problems)
    write_feeds(context, problems)
    now = context.clock.now()
    report = context.ledger.finish_run(run_id, now, problems.mails_sent, _note_of_run(problems))
    index_run_accounts(context, problems)
    return report, problems


def _note_of_run(problems: RunProblems) -> str | None:
    """Return what went wrong in one line, None where nothing did."""
    bugs = []
    for bug in problems.bugs:
        bugs.append(f"bug: {bug!r}")
    note = "; ".join([*problems.sentences, *bugs])
    return note[:_LONGEST_NOTE] or None
