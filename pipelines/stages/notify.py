"""Notify: write the alerts and digests that are due, and send them.

A bug in one step keeps no other from its work: what is owed already is sent in any case.
"""

from __future__ import annotations

from contextlib import ExitStack

import structlog

from pipelines.alerts.anomalies import watch_searches
from pipelines.alerts.clock_marks import forget_marks_ahead
from pipelines.alerts.digests import send_digests
from pipelines.alerts.kept_aside import KeptAside
from pipelines.alerts.outbox import send_due, sender_name
from pipelines.alerts.restore_hold import hold_sentence
from pipelines.alerts.story_alerts import decide_alerts
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.feeds import write_feeds
from pipelines.stages.locks import FolderBusy, lock_outbox

log = structlog.get_logger()


def send_new_alerts(context: RunContext, problems: RunProblems) -> int:
    """Write the mails about what changed since the last time, then send what is owed.

    Returns the mails sent in this run.
    """
    write_new_alerts(context, problems)
    deliver_due_mails(context, problems)
    write_feeds(context, problems)
    return problems.mails_sent


def send_due_digests(context: RunContext, problems: RunProblems) -> int:
    """Write the digests that are due, and what is unusual, then send them.

    Return the mails sent. Ask as often as you like, at least every quarter of an hour: nothing is mailed
    twice.
    """
    write_due_digests(context, problems)
    deliver_due_mails(context, problems)
    write_feeds(context, problems)
    return problems.mails_sent


def write_new_alerts(context: RunContext, problems: RunProblems) -> None:
    """Write the mails about what changed since the last time. Nothing is sent here."""
    with KeptAside(problems.troubles).guard("what is told of new stories"):
        decide_alerts(context, problems.troubles)


def write_due_digests(context: RunContext, problems: RunProblems) -> None:
    """Write what is unusual, and the digests that are due. Nothing is sent here."""
    aside = KeptAside(problems.troubles)
    with aside.guard("what is unusual in the searches"):
        watch_searches(context, problems.troubles)
    with aside.guard("the digests"):
        send_digests(context, problems.troubles)
    with aside.guard("the marks of time"):
        _forget_wrong_clock(context)


def _forget_wrong_clock(context: RunContext) -> None:
    """Forget the marks of a wrong clock that no work has put right by itself."""
    searches = []
    for parsed in context.beat.searches:
        searches.append(parsed.search.id)
    for name, moment in forget_marks_ahead(context.ledger, searches, context.clock.now()).items():
        log.warning("a clock was ahead; its mark is forgotten", mark=name, was=moment.isoformat())


def deliver_due_mails(context: RunContext, problems: RunProblems) -> None:
    """Send every mail that is due.

    A refusal for now is tried again later, a final one stays visible. Where another process is sending,
    this one leaves it all to that. While mail is held (`restore_hold`), nothing is sent.
    """
    with ExitStack() as sending:
        try:
            sending.enter_context(lock_outbox(context.home))
        except FolderBusy:
            # That one sends what is due, and tells what goes wrong with it.
            log.info("another process sends mail", home=str(context.home))
            return
        send_owed_mails(context, problems)


def send_owed_mails(context: RunContext, problems: RunProblems) -> None:
    """Send every mail that is due, unless mail is held.

    The caller holds the lock of the outbox.
    """
    problems.mail_hold = hold_sentence(context.ledger)
    if problems.mail_hold is not None:
        return
    problems.mails_sent += send_due(
        context.ledger, context.mailer, context.clock, sender_name(context.home), problems.troubles
    )
