"""Looks every hour how the sources do, and mails the operators.

They are mailed when a source fails or falls silent.

**What it does.** *Watch* looks at what the polls of each source have shown, and compares it with its own
past. It is failing if it cannot be read, silent if no page has come for longer than usual (at least three
days). One that answers may bring nothing all the same: empty, left out, no pages, redesigned, frozen, stale.
The note, also on the run, names each with the reason and what to do. Each has a line of *source in trouble*
too, with its log; that task is pink where all is well. The operators
(`MAPLEWIRE_OPERATOR_MAIL`) are mailed when others are in trouble than at their last mail, at most once a day
for the same ones. While mail is held, as after a restore, the note says so, and the operators are mailed that
once a day. *Ask about a dead source* starts “6b · Dead sources” for each source that is gone for a week; it
is pink where none is, or where the question was asked before.

**What red means.** The ledger is away, or the catalogue holds a mistake. Failing sources do not make it
red: they are its result.

**What to do.** Try a failing source live: `maplewire sources check ID`. A listing that moved: correct its
address in `sources.yaml`. A silent source may have changed its page: a `section` source needs new `links`.
"""

from __future__ import annotations

import logging
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import get_current_context, task
from maplewire_airflow import SOURCES_DATA, TASK_LIMIT, a_dag, cron, keep_note

from pipelines.operations import airflow_tasks as tasks

#: Lines of sources in trouble. Each takes a second of a core, and the note names them all.
MOST_LINES = 50


@a_dag(
    "watch_sources",
    "6 · Watch sources",
    __doc__,
    tags=["upkeep"],
    schedule=cron("20 * * * *"),
    run_limit=3 * TASK_LIMIT,
)
def watch_sources() -> None:
    @task(task_display_name="Watch", inlets=[SOURCES_DATA])
    def watch() -> list[dict[str, Any]]:
        watched = tasks.watch_sources()
        context = get_current_context()
        keep_note(context, watched.note)
        context["ti"].xcom_push("counts", watched.counts)
        return watched.troubles[:MOST_LINES]

    @task(
        task_display_name="Source in trouble",
        map_index_template="{{ label | default(task.op_kwargs['trouble']['label']) }}",
    )
    def source_in_trouble(trouble: dict[str, Any]) -> None:
        logging.getLogger("maplewire").warning(trouble["text"])

    @task(task_display_name="Find dead sources", inlets=[SOURCES_DATA])
    def find_dead() -> list[dict[str, Any]]:
        runs = []
        for asked in tasks.dead_source_questions():
            conf = {"source": asked["source"], "question": asked["question"]}
            runs.append({"trigger_run_id": asked["key"], "conf": conf})
        return runs

    source_in_trouble.expand(trouble=watch())
    # It starts a run and does not wait for it. A question that was asked before has a run of that name.
    TriggerDagRunOperator.partial(
        task_id="ask",
        task_display_name="Ask about a dead source",
        trigger_dag_id="dead_sources",
        logical_date=None,
        skip_when_already_exists=True,
        map_index_template="{{ task.trigger_run_id }}",
    ).expand_kwargs(find_dead())


watch_sources()
