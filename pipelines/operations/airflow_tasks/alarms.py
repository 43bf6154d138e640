"""Mail to the operators when a task failed for good or a run is late."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from crawlers.errors import CrawlError
from pipelines.operations.airflow_tasks.accounts import EarlierTaskError, note_text
from pipelines.operations.airflow_tasks.task_app import open_alarm_app, task_log

#: The states of a run that is over, as Airflow writes them.
_OVER = ("success", "failed")
_NO_REASON = "no reason was given"
_A_DAY = "%Y-%m-%d"
_AN_HOUR = "%Y-%m-%dT%H"


def tell_of_failure(context: Mapping[str, Any]) -> None:
    """Mail the operators that a task failed for good: what, why, and where to look.

    The same reason is mailed once a day, in whichever run. A failure without a reason is mailed once
    an hour, since nothing tells one from another. A task that failed because an earlier one did is
    not mailed. The reason is also pushed as "note", for the note of the run. `context` is what Airflow
    gives a failure callback. Only names that it has had since 2.x are read, and each may be missing.
    """
    error = context.get("exception")
    if isinstance(error, EarlierTaskError):
        task_log.info("nobody is mailed of it: the mail about the earlier task says why")
        return
    instance = context.get("ti")
    # Some failures come with a reason and without an exception, as that of a task that was killed.
    reason = _failure_words(error or context.get("reason"))
    task = getattr(instance, "task_id", "a task")
    dag_id = getattr(instance, "dag_id", "a Dag")
    dag = getattr(context.get("dag"), "dag_display_name", None) or dag_id
    label = getattr(instance, "rendered_map_index", None)
    which = f" ({label})" if label else ""
    _push_note(instance, f"“{task}” failed: {reason or _NO_REASON}")
    lines = [
        f"{dag}: “{task}” failed{which} and is not tried again in this run.",
        "",
        reason or _NO_REASON,
        "",
        f"Run: {getattr(instance, 'run_id', '')}",
        f"Log: {getattr(instance, 'log_url', '')}",
        "The Dag's own page in Airflow says what this means and what to do.",
    ]
    # The reason is a part of it: a second cause on the same day is another mail.
    about = f"{dag_id}:{task}:{reason}"
    # What we know the reason of is one incident wherever it is met: a server that is away stops many tasks.
    if isinstance(error, CrawlError):
        about = reason
    _mail_once(about, f"{dag}: {task} failed", "\n".join(lines), within=_A_DAY if reason else _AN_HOUR)


def _failure_words(error: object) -> str:
    """Return why a task failed, "" where nobody knows; of several bugs, what each is."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join([error.message, *map(repr, error.exceptions)])
    return str(error or "")


def _push_note(instance: Any, note: str) -> None:
    """Leave the reason where the note of the run is made from.

    The process that reads DAG files calls this for a killed task, and cannot push.
    """
    try:
        instance.xcom_push("note", note_text([note]))
    except Exception:  # noqa: BLE001 - whatever it is, the mail is what counts
        task_log.info("the run's note does not say so")


async def tell_of_delay(what: str, context: Mapping[str, Any] | None = None) -> None:
    """Mail the operators that a run is late, once for each run.

    Airflow's triggerer awaits this at a missed deadline. A run that is over is not late: Airflow
    keeps the deadline of a run that failed, and the mail about its task says why.
    """
    run = (context or {}).get("dag_run") or {}
    name = run.get("dag_display_name") or run.get("dag_id") or "A Dag"
    run_id = run.get("dag_run_id", "")
    if run.get("state") in _OVER:
        task_log.info("nobody is mailed: the run %s of “%s” is over (%s)", run_id, name, run["state"])
        return
    lines = [
        what,
        "",
        f"Run: {run_id}",
        "See it in Airflow: is a task queued, running or up for retry?",
    ]
    # The triggerer's loop serves all triggers, so the mail goes out in a thread of its own.
    await asyncio.to_thread(_mail_of_delay, name, run_id, "\n".join(lines))


def _mail_of_delay(name: str, run_id: str, text: str) -> None:
    """Mail the operators of a late run, or of one without a name once a day."""
    subject = f"{name} is late"
    if not run_id:
        _mail_once(f"late:{name}", subject, text, within=_A_DAY)
        return
    from pipelines.operations.operator_mail import tell_operators

    with open_alarm_app() as app:
        task_log.info(tell_operators(app, f"late:{name}:{run_id}", subject, text))


def _mail_once(about: str, subject: str, text: str, *, within: str) -> None:
    """Mail the operators, unless they were mailed about the same in this day or hour."""
    from pipelines.operations.operator_mail import incident_key, tell_operators

    with open_alarm_app() as app:
        key = f"{app.clock.now():{within}}:{incident_key(about)}"
        task_log.info(tell_operators(app, key, subject, text))
