"""Turns fetched pages into stories, as soon as there are any.

**What it does.** *Plan* takes every batch that is not processed to its end, whoever left it, and divides
them among workers. Each *process* reads pages: extracts the text, judges whether it is on the beat, and
finds out whose copy it is. *Account* adds it all up: its note, also on the run, says how many new stories,
copies and updates there were. *Hand over* wakes “3 · Send alerts”, and is skipped when there is nothing to
tell. *Index* brings the search up to date.

It runs when a collection hands over, and every quarter of an hour whatever happens. Nothing is lost if a
run is: the next one finds what is left.

**What red means.**

- Red *process*: a batch is missing or damaged, or a page met a bug in Maplewire. All other pages are done.
  The log says which; pages that were kept aside are in `maplewire quarantine list`.
- Red *index*: Elasticsearch is away or refuses us. Mails go out all the same; the index is brought up to
  date once it is back.
- Red *all processed*: it only repeats that a *process* was red, so that the run is.

**What to do.** Clear a red task once its cause is gone; nothing is counted or mailed twice. After a bug was
mended: `maplewire quarantine replay`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException
from maplewire_airflow import PAGES, STORIES, a_dag, end_red_with, keep_note, woken_by

from pipelines.operations import airflow_tasks as tasks

#: Each takes a core of its machine.
MOST_WORKERS = 4
#: A file of a backfill may hold thirty thousand pages, of which a worker takes some 35 a second.
PROCESS_LIMIT = timedelta(hours=2)


@a_dag(
    "process_news",
    "2 · Process news",
    __doc__,
    tags=["news"],
    schedule=woken_by(PAGES, "*/15 * * * *"),
    run_limit=timedelta(hours=3),
    late_after=timedelta(minutes=30),
)
def process_news() -> None:
    @task(task_display_name="Plan")
    def plan() -> list[dict[str, Any]]:
        return tasks.plan_processing(MOST_WORKERS)

    @task(task_display_name="Process", execution_timeout=PROCESS_LIMIT, map_index_template="{{ label }}")
    def process(part: dict[str, Any]) -> dict[str, int]:
        get_current_context()["label"] = part["label"]  # type: ignore[typeddict-unknown-key]
        return tasks.process_batches(part["run"], part["batches"])

    # `done` is not read: by taking it, the account waits for the workers.
    @task(task_display_name="Account", trigger_rule=TriggerRule.ALL_DONE)
    def account(planned: list[dict[str, Any]] | None, done: Any) -> dict[str, int]:  # noqa: ARG001
        counts, note = tasks.close_processing(planned)
        keep_note(get_current_context(), note)
        return counts

    @task(task_display_name="Hand over", outlets=[STORIES])
    def hand_over(counts: dict[str, int], *, outlet_events: Any) -> None:
        if not tasks.has_arrivals(counts):
            raise AirflowSkipException("no new story, copy or update")
        outlet_events[STORIES].extra = counts

    @task(task_display_name="Index")
    def index() -> dict[str, int]:
        return tasks.update_index()

    planned = plan()
    processed = process.expand(part=planned)
    accounted = account(planned, processed)
    hand_over(accounted)
    accounted >> index()
    end_red_with(processed, "all_processed", "All processed")


process_news()
