"""Clears away what is old, every night.

That is batches, the ledger's free room, and Airflow's own history and logs.

**What it does.** *Batches and ledger* removes fetched pages that are older than
`MAPLEWIRE_KEEP_BATCHES_DAYS` (90), or the oldest while less than `MAPLEWIRE_DISK_FREE_SHARE` (a tenth) of
their disk is free; what is not processed or in quarantine stays. Then it tidies the ledger (`VACUUM`,
`ANALYZE`). *Airflow's tables* removes the history of runs that are older than 30 days (`airflow db clean`),
and is skipped where that is done outside of tasks. *Airflow's logs* removes the files of what they logged.

**What red means.** Red *batches and ledger*: their place or the ledger is away. Red *Airflow's tables*: a
table could not be cleaned, or Airflow's database cannot be reached from here; the log names it and says why.

**What to do.** A disk that fills up all the same holds batches that are needed: `maplewire quarantine list`
and `maplewire status` say which are not processed to their end.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException
from maplewire_airflow import a_dag, cron, keep_note

from pipelines.operations import airflow_tasks as tasks

#: How long Airflow's own history and logs are kept.
KEPT = timedelta(days=30)
#: Tasks are told a false address of Airflow's database, since they have no business there. This one has.
HIDDEN = ("AIRFLOW__CORE__SQL_ALCHEMY_CONN", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
#: The address, where Airflow has it from its environment and not from its configuration file.
OWN = "AIRFLOW_UPKEEP_SQL_ALCHEMY_CONN"
#: What grows with every run. Rows of `task_instance`, `xcom` and more go with their `dag_run`. Without `dag`:
#: a DAG that was removed has versions that task instances still name, and PostgreSQL refuses to delete those
#: each night (https://github.com/apache/airflow/issues/71864).
TABLES = (
    "asset_event",
    "callback",
    "celery_taskmeta",
    "celery_tasksetmeta",
    "dag_run",
    "import_error",
    "job",
    "log",
    "revoked_token",
    "session",
    "task_reschedule",
    "trigger",
)
#: A transaction of more would lock the tables for long.
BATCH_ROWS = 10_000


def clean_command(before: datetime) -> list[str]:
    """Return the command that removes Airflow's rows from before this time."""
    return [
        *(sys.executable, "-m", "airflow", "db", "clean", "--yes"),
        *("--clean-before-timestamp", f"{before:%Y-%m-%dT%H:%M:%SZ}"),
        *("--tables", ",".join(TABLES)),
        *("--batch-size", str(BATCH_ROWS)),
        # What is cleaned would else be copied into archive tables, and take the same room.
        "--skip-archive",
        # It would else end as if all was well when a table could not be cleaned.
        "--error-on-cleanup-failure",
    ]


def clean_environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Return our environment with the true address of Airflow's database, where we have it."""
    environment = dict(ours)
    for name in HIDDEN:
        environment.pop(name, None)
    address = ours.get(OWN)
    if address:
        environment[HIDDEN[-1]] = address
    return environment


@a_dag(
    "upkeep",
    "9 · Upkeep",
    __doc__,
    tags=["upkeep"],
    schedule=cron("30 8 * * *"),
    run_limit=timedelta(hours=4),
)
def upkeep() -> None:
    @task(task_display_name="Batches and ledger", execution_timeout=timedelta(hours=1))
    def keep_up() -> dict[str, int]:
        counts, note = tasks.keep_up()
        keep_note(get_current_context(), note)
        return counts

    @task(task_display_name="Airflow's tables", execution_timeout=timedelta(hours=1))
    def clean_airflow() -> None:
        if os.environ.get(OWN) == "":
            raise AirflowSkipException(f"{OWN} is empty: Airflow's tables are cleaned outside of tasks")
        done = subprocess.run(
            clean_command(datetime.now(UTC) - KEPT),
            env=clean_environment(os.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        logging.getLogger("maplewire").info(done.stdout)
        if done.returncode:
            raise RuntimeError(f"airflow db clean ended with {done.returncode}: {done.stdout[-500:]}")

    @task(task_display_name="Airflow's logs", execution_timeout=timedelta(hours=1))
    def clear_logs() -> dict[str, int]:
        from airflow.configuration import conf

        counts, note = tasks.clear_logs(conf.get("logging", "base_log_folder"), KEPT)
        logging.getLogger("maplewire").info(note)
        return counts

    keep_up()
    clean_airflow()
    clear_logs()


upkeep()
