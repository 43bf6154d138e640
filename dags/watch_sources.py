"""Looks every hour how the sources do, and mails the operators.

They are mailed when a source fails or falls silent.

**What it does.** *Watch* looks at what the polls of each source have shown, and compares it with its own
past. It is failing if it cannot be read, silent if no page has come for longer than usual (at least three
days). One that answers may bring nothing all the same: empty, left out, no pages, redesigned, frozen, stale.
The note, also on the run, names each with the reason and what to do. The operators
(`MAPLEWIRE_OPERATOR_MAIL`) are mailed when others are in trouble than at their last mail, at most once a day
for the same ones. While mail is held, as after a restore, the note says so, and the operators are mailed that
once a day.

**What red means.** The ledger is away, or the catalogue holds a mistake. Failing sources do not make it
red: they are its result.

**What to do.** Try a failing source live: `maplewire sources check ID`. A listing that moved: correct its
address in `sources.yaml`. A silent source may have changed its page: a `section` source needs new `links`.
"""

from __future__ import annotations

from airflow.sdk import get_current_context, task
from maplewire_airflow import TASK_LIMIT, a_dag, cron, keep_note

from pipelines.operations import airflow_tasks as tasks


@a_dag(
    "watch_sources",
    "6 · Watch sources",
    __doc__,
    tags=["upkeep"],
    schedule=cron("20 * * * *"),
    run_limit=3 * TASK_LIMIT,
)
def watch_sources() -> None:
    @task(task_display_name="Watch")
    def watch() -> dict[str, int]:
        counts, note = tasks.watch_sources()
        keep_note(get_current_context(), note)
        return counts

    watch()


watch_sources()
