"""The tasks that turn open batches into stories, of what is new and of a backfill.

    plan ─► process … ─► account ─► hand over, index
               └──────► all processed

Only files in this folder import it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from airflow.sdk import TriggerRule, get_current_context, task
from maplewire_airflow import (
    INDEX_DATA,
    PAGES,
    PAGES_DATA,
    PAST_PAGES,
    PAST_PAGES_DATA,
    STORIES,
    STORIES_DATA,
    changes_of,
    end_red_with,
    keep_note,
    pieces_or_none,
    tell_change,
)

from pipelines.operations import airflow_tasks as tasks

#: A file of a backfill may hold thirty thousand pages, of which a worker takes some 35 a second.
PROCESS_LIMIT = timedelta(hours=2)


def process_batches(most_workers: int, *, of_past: bool) -> None:
    """Add the tasks to the DAG around: each worker takes a core of its machine."""
    pages_data = PAST_PAGES_DATA if of_past else PAGES_DATA

    @task(task_display_name="Plan", inlets=[PAST_PAGES if of_past else PAGES])
    def plan() -> list[Mapping[str, Any]]:
        return pieces_or_none(tasks.plan_processing(most_workers, of_past=of_past), "No batch waited")

    @task(
        task_display_name="Process",
        inlets=[pages_data],
        outlets=[STORIES_DATA],
        execution_timeout=PROCESS_LIMIT,
        map_index_template="{{ label | default(task.op_kwargs['part']['label']) }}",
    )
    def process(part: dict[str, Any]) -> dict[str, int]:
        if part["run"] is None:
            return {}
        return tasks.process_batches(part["run"], part["batches"])

    # `done` is not read: by taking it, the account waits for the workers.
    @task(task_display_name="Account", trigger_rule=TriggerRule.ALL_DONE)
    def account(planned: list[dict[str, Any]] | None, done: Any) -> dict[str, int]:  # noqa: ARG001
        counts, note = tasks.close_processing(planned)
        keep_note(get_current_context(), note)
        return counts

    @task(task_display_name="Hand over", outlets=[changes_of(STORIES)])
    def hand_over(counts: dict[str, int], *, outlet_events: Any) -> None:
        # A page that is off the beat wakes nobody.
        if tasks.has_arrivals(counts):
            tell_change(STORIES, counts, outlet_events)

    @task(task_display_name="Index", inlets=[STORIES_DATA], outlets=[INDEX_DATA])
    def index() -> dict[str, int]:
        return tasks.update_index()

    planned = plan()
    processed = process.expand(part=planned)
    accounted = account(planned, processed)
    hand_over(accounted)
    accounted >> index()
    end_red_with(processed, "all_processed", "All processed")
