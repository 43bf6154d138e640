"""What the DAGs share: assets, limits, retries, and who hears of trouble.

    crawl's own limit  <  its process is ended  <  task  <  run  <  (deadline mails somebody)

Only files in this folder import it; Airflow puts the folder on sys.path.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from airflow.providers.common.compat.lineage.entities import File
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import (
    Asset,
    AssetAlias,
    AssetOrTimeSchedule,
    AsyncCallback,
    BaseNotifier,
    CronTriggerTimetable,
    DeadlineAlert,
    DeadlineReference,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    TriggerRule,
    dag,
)
from maplewire_connections import use_connections

from pipelines.operations.airflow_tasks import source_names, tell_of_delay, tell_of_failure


def dataset(name: str) -> File:
    """Return what OpenLineage knows as the dataset `name` of `maplewire`, to be read or written by a task.

    An asset does not do. The provider of OpenLineage leaves out those of a scheme that it does not know. An
    asset that a task writes is changed, and wakes others, whenever the task ends green.
    """
    return File(f"maplewire://{name}")


#: What tasks read and write, for OpenLineage. Pages, past pages and stories are also the assets below.
SOURCES_DATA = dataset("sources")
PAGES_DATA = dataset("pages")
PAST_PAGES_DATA = dataset("past-pages")
STORIES_DATA = dataset("stories")
INDEX_DATA = dataset("index")
OUTBOX_DATA = dataset("outbox")

#: Batches of pages that nobody has processed yet.
PAGES = Asset(name="maplewire_pages", uri="maplewire://pages", group="maplewire")
#: Those of a backfill, which keep no news waiting.
PAST_PAGES = Asset(name="maplewire_past_pages", uri="maplewire://past-pages", group="maplewire")
#: What arrived in the ledger that a reader may want to hear of.
STORIES = Asset(name="maplewire_stories", uri="maplewire://stories", group="maplewire")


def changes_of(asset: Asset) -> AssetAlias:
    """Return the outlet of a task that changes an asset only where something came.

    An outlet that is the asset itself is changed by every task that ends green. One that has nothing to
    tell would have to be skipped, and pink in nearly every run of a quiet hour.
    """
    return AssetAlias(f"{asset.name}_changes", group="maplewire")


#: Bounds the crawls that run at once over all DAGs, so that a backfill does not crowd out the news.
CRAWL_POOL = "crawl"

#: A crawl asks for no new page in its last part, and is ended when this is over: its sources stay due.
CRAWL_LIMIT = timedelta(minutes=8)
TASK_LIMIT = timedelta(minutes=10)
#: A crawl that looks again is bounded by MAPLEWIRE_CRAWL_TIMEOUT_S, by default 15 minutes.
RECRAWL_LIMIT = timedelta(minutes=20)
BACKFILL_LIMIT = timedelta(hours=2)
#: A file of a gigabyte is copied into batches after it was read once to know it again.
BACKFILL_TASK_LIMIT = timedelta(hours=3)

#: Whether a task is tried again is up to the type of its error, never to the words of its message.
BY_KIND_OF_TROUBLE = ExceptionRetryPolicy(
    [
        RetryRule(
            "crawlers.errors.PermanentError",
            RetryAction.FAIL,
            reason="it would fail again: see the message",
        ),
        RetryRule(
            "crawlers.errors.TemporaryError",
            RetryAction.RETRY,
            reason="it may work later",
        ),
        RetryRule(
            ExceptionGroup,
            RetryAction.FAIL,
            reason="a bug in Maplewire; what it met is in the quarantine",
        ),
    ]
)


class OperatorMail(BaseNotifier):
    """Mails the operators that a task failed, through Maplewire's own outbox."""

    def notify(self, context: Any) -> None:
        tell_of_failure(context)


#: All but Airflow's own backfill, which would ask the web of today once for each of its past moments. The
#: past is the matter of backfill_news.
RUN_TYPES: Any = ["scheduled", "manual", "operator_triggered", "asset_triggered", "asset_materialization"]

DEFAULT_ARGS: Mapping[str, Any] = {
    "owner": "maplewire",
    "retries": 3,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=5),
    "retry_policy": BY_KIND_OF_TROUBLE,
    "execution_timeout": TASK_LIMIT,
    "on_failure_callback": OperatorMail(),
    "pre_execute": use_connections,
}


def a_dag(  # noqa: PLR0913 - one for each thing in which our DAGs differ
    dag_id: str,
    display_name: str,
    doc: str | None,
    *,
    tags: list[str],
    run_limit: timedelta,
    late_after: timedelta | None = None,
    schedule: Any = None,
    params: Mapping[str, Any] | None = None,
    active_runs: int = 1,
) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Decorate a function as one of our DAGs.

    Operators are mailed when a run is not done after `late_after`.
    """
    return dag(
        dag_id=dag_id,
        dag_display_name=display_name,
        description=_first_line(doc),
        doc_md=doc,
        schedule=schedule,
        start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),  # noqa: UP017 - one value wherever it is parsed
        catchup=False,  # the ledger knows what is to do, so a run that was missed is not missed
        max_active_runs=active_runs,
        allowed_run_types=RUN_TYPES,
        dagrun_timeout=run_limit,
        deadline=_deadline(display_name, late_after),
        default_args=dict(DEFAULT_ARGS),
        params=dict(params or {}),
        tags=["maplewire", *tags],
    )


def _deadline(display_name: str, late_after: timedelta | None) -> DeadlineAlert | None:
    """Return what mails the operators about a late run, or None."""
    if not late_after:
        return None
    minutes = f"{late_after // timedelta(minutes=1)} minutes"
    what = f"“{display_name}” was not done {minutes} after it was asked for."
    return DeadlineAlert(
        name=f"done within {minutes}",
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=late_after,
        callback=AsyncCallback(tell_of_delay, kwargs={"what": what}),
    )


def sources_param(description: str) -> Param:
    """Return a form's field for sources: names to pick from, or ids where those cannot be read."""
    names = source_names()
    picked: dict[str, Any] = {}
    if names:
        picked = {"examples": list(names), "values_display": names}
    return Param(
        [],
        # A field that may not be null is marked as required, though an empty one is taken.
        type=["null", "array"],
        items={"type": "string"},
        title="Sources",
        description=description,
        **picked,
    )


def cron(expression: str, timezone: str = "UTC") -> CronTriggerTimetable:
    """Return a timetable by the clock, in a zone of its own."""
    return CronTriggerTimetable(expression, timezone=timezone)


def woken_by(asset: Asset, expression: str) -> AssetOrTimeSchedule:
    """Run when the asset changes, and by the clock.

    An event that is lost or late then costs minutes.
    """
    return AssetOrTimeSchedule(timetable=cron(expression), assets=[asset])


def end_red_with(tasks: Any, task_id: str, display_name: str) -> None:
    """Make a run red where one of these tasks is.

    The account runs whatever fails, so without this the run would end green.
    """
    tasks >> EmptyOperator(
        task_id=task_id, task_display_name=display_name, trigger_rule=TriggerRule.NONE_FAILED
    )


def pieces_or_none(pieces: Sequence[Mapping[str, Any]], label: str) -> list[Mapping[str, Any]]:
    """Return pieces of work, or one with this label and no run: nothing is to do.

    A task that is mapped over no pieces at all is skipped, and pink.
    """
    return list(pieces) or [{"run": None, "label": label}]


def tell_change(asset: Asset, counts: Mapping[str, int], outlet_events: Any) -> None:
    """Change an asset, which wakes who waits for it; the task has `changes_of` it as outlet."""
    outlet_events[changes_of(asset)].add(asset, extra=counts)


def wake_processing(asset: Asset, closed: Mapping[str, Any], outlet_events: Any) -> None:
    """Tell of new pages, with the counts of a closed account.

    Tells nothing where none came, or where all are processed: a task that was cleared runs again.
    """
    counts = closed["counts"]
    if not counts["items"] or not closed["pages_wait"]:
        logging.getLogger("maplewire").info("Nothing new came, so nobody is woken.")
        return
    tell_change(asset, counts, outlet_events)


def keep_note(context: Mapping[str, Any], note: str) -> None:
    """Say in the task's log what was done, and on the run when it ends.

    The run gets its note from plugins/run_notes.py.
    """
    logging.getLogger("maplewire").info(note)
    context["ti"].xcom_push("note", note)


def _first_line(doc: str | None) -> str:
    first, _, _ = (doc or "").strip().partition("\n")
    return first.strip("# ").strip()
