"""Notify: write the alerts and digests that are due, and send them."""

from __future__ import annotations

from contextlib import ExitStack

from crawlers.errors import TemporaryError
from pipelines.alerts.anomalies import watch_searches
from pipelines.alerts.digests import send_digests
from pipelines.alerts.mail_hold import hold_sentence
from pipelines.alerts.outbox import send_due, sender_name
from pipelines.alerts.story_alerts import decide_alerts
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.locks import lock_outbox


def send_new_alerts(context: RunContext, problems: RunProblems) -> int:
    """Write the mails about what changed since the last time, then send what is owed.

    Returns the mails sent in this run.
    """
    decide_alerts(context)
    deliver_due_mails(context, problems)
    return problems.mails_sent


def send_due_digests(context: RunContext, problems: RunProblems) -> int:
    """Write the digests that are due, and what is unusual, then send them.

    Return the mails sent. Ask as often as you like, at least every quarter of an hour: nothing is mailed
    twice.
    """
    watch_searches(context)
    send_digests(context)
    deliver_due_mails(context, problems)
    return problems.mails_sent


def deliver_due_mails(context: RunContext, problems: RunProblems) -> None:
    """Send every mail that is due.

    A refusal for now is tried again later, a final one stays visible. Where another process is sending,
    this one leaves it all to that. While mail is held (`mail_hold`), nothing is sent.
    """
    held = hold_sentence(context.ledger)
    if held is not None:
        problems.add_permanent_once(held)
        return
    with ExitStack() as sending:
        try:
            sending.enter_context(lock_outbox(context.home))
        except TemporaryError as e:
            problems.add_temporary(f"mail waits: {e}")
            return
        problems.mails_sent += send_due(
            context.ledger, context.mailer, context.clock, sender_name(context.home), problems.troubles
        )
