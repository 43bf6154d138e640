"""Sending what readers are told: alerts and digests."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from pipelines.operations.airflow_tasks.accounts import Counts, raise_problems, worst_kind
from pipelines.operations.airflow_tasks.task_app import open_task_app, task_log
from pipelines.text.counts import counted

if TYPE_CHECKING:
    from pipelines.stages.context import RunContext, RunProblems


def send_alerts() -> tuple[Counts, str]:
    """Match the saved searches with what arrived, and send what is owed.

    Returns {"mails"} and a note, which also says where mail is held. Raises TemporaryError when a mail waits,
    which stays owed, and PermanentError when one was refused for good.
    """
    from pipelines.stages.notify import send_new_alerts

    return _send_by(send_new_alerts)


def send_digests() -> tuple[Counts, str]:
    """Send the digests that are due by each search's clock: {"mails"} and a note.

    Raises like `send_alerts`.
    """
    from pipelines.stages.notify import send_due_digests

    return _send_by(send_due_digests)


def _send_by(stage: Callable[[RunContext, RunProblems], int]) -> tuple[Counts, str]:
    from pipelines.alerts.mail_header_fault import mail_fault
    from pipelines.stages.context import RunProblems

    fault = mail_fault(sys.version_info[:])
    if fault is not None:
        task_log.warning("%s", fault)
    problems = RunProblems()
    with open_task_app() as app:
        # Mails that were sent are noted one by one: what fails later does not send them again.
        stage(app.parts, problems)
    note = f"{counted(problems.mails_sent, 'mail')} sent."
    raise_problems(problems, worst_kind(problems), before=f"{note} ")
    # While mail is held, a person decides when it leaves: a red task every ten minutes would not hurry them.
    if problems.mail_hold is not None:
        note = f"{note} {problems.mail_hold}"
    return {"mails": problems.mails_sent}, note
