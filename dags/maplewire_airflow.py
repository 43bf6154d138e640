"""What the DAGs share: assets, limits, retries by the kind of trouble, and who hears of it.

    crawl's own limit  <  its process is ended  <  task  <  run  <  (deadline mails somebody)

Only files in this folder import it; Airflow puts the folder on sys.path.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from airflow.sdk import (
    Asset,
    AssetOrTimeSchedule,
    AsyncCallback,
    CronTriggerTimetable,
    DeadlineAlert,
    DeadlineReference,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
    dag,
)

from pipelines.operations.airflow_tasks import tell_of_delay, tell_of_failure

PAGES = Asset(name="maplewire_pages", uri="maplewire://pages", group="maplewire")
"""Batches of pages that nobody has processed yet."""
STORIES = Asset(name="maplewire_stories", uri="maplewire://stories", group="maplewire")
"""What arrived in the ledger that a reader may want to hear of."""

CRAWL_POOL = "crawl"
"""How many crawls run at once over all DAGs, so that a backfill does not crowd out the news."""

CRAWL_LIMIT = timedelta(minutes=8)
"""A crawl asks for no new page in its last part, and is ended when this is over: its sources stay due."""
TASK_LIMIT = timedelta(minutes=10)
RECRAWL_LIMIT = timedelta(minutes=20)
"""A crawl that looks again is bounded by MAPLEWIRE_CRAWL_TIMEOUT_S, by default 15 minutes."""
BACKFILL_LIMIT = timedelta(hours=2)
BACKFILL_TASK_LIMIT = timedelta(hours=3)
"""A file of a gigabyte is copied into batches after it was read once to know it again."""

BY_KIND_OF_TROUBLE = ExceptionRetryPolicy(
    [
        RetryRule("crawlers.errors.PermanentError", RetryAction.FAIL, reason="it would fail again: see the message"),
        RetryRule("crawlers.errors.TemporaryError", RetryAction.RETRY, reason="it may work later"),
        RetryRule(ExceptionGroup, RetryAction.FAIL, reason="a bug in Maplewire; what it met is in the quarantine"),
    ]
)  # fmt: skip

DEFAULT_ARGS: Mapping[str, Any] = {
    "owner": "maplewire",
    "retries": 3,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=5),
    "retry_policy": BY_KIND_OF_TROUBLE,
    "execution_timeout": TASK_LIMIT,
    "on_failure_callback": tell_of_failure,
}


def a_dag(
    dag_id: str,
    display_name: str,
    doc: str | None,
    *,
    tags: list[str],
    run_limit: timedelta,
    late_after: timedelta | None = None,
    schedule: Any = None,
    params: Mapping[str, Any] | None = None,
) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Decorate a function as one of our DAGs. Operators are mailed when a run is not done after `late_after`."""
    late = late_after and DeadlineAlert(
        name=f"done within {_minutes(late_after)}",
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=late_after,
        callback=AsyncCallback(
            tell_of_delay, kwargs={"what": f"“{display_name}” was not done {_minutes(late_after)} after it was asked for."}
        ),
    )  # fmt: skip
    return dag(
        dag_id=dag_id,
        dag_display_name=display_name,
        description=_first_line(doc),
        doc_md=doc,
        schedule=schedule,
        start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),  # noqa: UP017 - one value wherever it is parsed
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=run_limit,
        deadline=late or None,
        default_args=dict(DEFAULT_ARGS),
        params=dict(params or {}),
        tags=["maplewire", *tags],
    )


def cron(expression: str, timezone: str = "UTC") -> CronTriggerTimetable:
    return CronTriggerTimetable(expression, timezone=timezone)


def woken_by(asset: Asset, expression: str) -> AssetOrTimeSchedule:
    """Run when the asset changes, and by the clock: an event that is lost or late then costs minutes."""
    return AssetOrTimeSchedule(timetable=cron(expression), assets=[asset])


def keep_note(context: Mapping[str, Any], note: str) -> None:
    """Say in the task's log, and on the run when it ends, what was done (see plugins/run_notes.py)."""
    logging.getLogger("maplewire").info(note)
    context["ti"].xcom_push("note", note)


def _minutes(time: timedelta) -> str:
    return f"{time // timedelta(minutes=1)} minutes"


def _first_line(doc: str | None) -> str:
    lines = [line.strip("# ").strip() for line in (doc or "").strip().splitlines()]
    return lines[0] if lines else ""
