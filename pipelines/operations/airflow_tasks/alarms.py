"""Mail to the operators when a task failed for good or a run is late."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Any

from pipelines.operations.airflow_tasks.task_app import open_task_app, task_log


def tell_of_failure(context: Mapping[str, Any]) -> None:
    """Mail the operators that a task failed for good: what, why, and where to look.

    The same reason is mailed once a day. `context` is what Airflow gives a failure callback. Only
    names that it has had since 2.x are read, and each may be missing.
    """
    # Some failures come with a reason and without an exception.
    instance = context.get("ti")
    error = context.get("exception") or context.get("reason") or "no reason was given"
    task = getattr(instance, "task_id", "a task")
    dag_id = getattr(instance, "dag_id", "a Dag")
    dag = getattr(context.get("dag"), "dag_display_name", None) or dag_id
    label = getattr(instance, "rendered_map_index", None)
    which = f" ({label})" if label else ""
    lines = [
        f"{dag}: “{task}” failed{which} and is not tried again in this run.",
        "",
        str(error),
        "",
        f"Run: {getattr(instance, 'run_id', '')}",
        f"Log: {getattr(instance, 'log_url', '')}",
        "The Dag's own page in Airflow says what this means and what to do.",
    ]
    # The error is a part of it: a second cause on the same day is another mail.
    about = f"{getattr(instance, 'dag_id', dag)}:{task}:{error}"
    _mail_once_a_day(about, f"{dag}: {task} failed", "\n".join(lines))


async def tell_of_delay(what: str, context: Mapping[str, Any] | None = None) -> None:
    """Mail the operators that a run is late.

    Airflow's triggerer awaits this at a missed deadline.
    """
    run = (context or {}).get("dag_run") or {}
    name = run.get("dag_display_name") or run.get("dag_id") or "A Dag"
    lines = [
        what,
        "",
        f"Run: {run.get('dag_run_id', '')}",
        "See it in Airflow: is a task queued, running or up for retry?",
    ]
    # The triggerer's loop serves all triggers, so the mail goes out in a thread of its own.
    await asyncio.to_thread(_mail_once_a_day, f"late:{name}", f"{name} is late", "\n".join(lines))


def _mail_once_a_day(about: str, subject: str, text: str) -> None:
    """Mail the operators, unless they were mailed today about the same."""
    from pipelines.operations.operator_mail import tell_operators

    with open_task_app() as app:
        # An error may be pages long; its fingerprint fits into a key.
        fingerprint = hashlib.sha256(about.encode()).hexdigest()[:16]
        key = f"{app.clock.now():%Y-%m-%d}:{fingerprint}"
        task_log.info(tell_operators(app, key, subject, text))
