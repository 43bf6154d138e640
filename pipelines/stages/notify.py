"""Notify: write the alerts and digests that are due, and send what the outbox owes."""

from __future__ import annotations

from contextlib import ExitStack

from crawlers.errors import TemporaryError
from pipelines.alerts.anomalies import watch_searches
from pipelines.alerts.digests import send_digests
from pipelines.alerts.outbox import send_due, sender_name
from pipelines.alerts.story_alerts import decide_alerts
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.locks import lock_outbox


def send_new_alerts(parts: RunContext, findings: RunProblems) -> int:
    """Decide what to tell of what changed since the last time, then send what we owe; return mails sent."""
    decide_alerts(parts)
    deliver_due_mails(parts, findings)
    return findings.mails_sent


def send_due_digests(parts: RunContext, findings: RunProblems) -> int:
    """Write what is due by each search's cadence and clock, and what is unusual, then send it; return mails sent.

    Ask as often as you like, at least every quarter of an hour: nothing is told twice.
    """
    watch_searches(parts)
    send_digests(parts)
    deliver_due_mails(parts, findings)
    return findings.mails_sent


def deliver_due_mails(parts: RunContext, findings: RunProblems) -> None:
    """Send every mail that is due. A refusal for now is tried again later, a final one stays visible.

    Where another process is sending, this one leaves it all to that.
    """
    with ExitStack() as sending:
        try:
            sending.enter_context(lock_outbox(parts.home))
        except TemporaryError as e:
            findings.add_temporary(f"mail waits: {e}")
        else:
            findings.mails_sent += send_due(
                parts.ledger, parts.mailer, parts.clock, sender_name(parts.home), findings.troubles
            )
