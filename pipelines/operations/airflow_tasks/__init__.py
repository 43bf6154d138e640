"""What a scheduler's tasks do: each does one piece of work.

Each function wires Maplewire, does its work and returns its account.

    collection     plan_collection ─► collect_shard … ─► close_collection; recheck_pages
    backfill       plan_backfill ─► backfill_piece … ─► close_backfill
    processing     plan_processing ─► process_batches … ─► close_processing
    indexing       update_index, rebuild_index
    mails          send_alerts, send_digests
    source_watch   watch_sources
    dead_sources   dead_source_questions; settle_dead_source
    source_names   source_names, for a form
    housekeeping   keep_up, clear_logs
    alarms         tell_of_failure, tell_of_delay

An account is a small dictionary for an asset's extra (at most six keys, the total first), beside
sentences for a person. Trouble is raised by its kind: TemporaryError where the same task may succeed
later, PermanentError where a person has to act first. A bug travels up.

Nothing heavy is imported before a function runs, because a scheduler reads the DAG files twice a
minute. Nothing here knows the scheduler: the `maplewire` command offers the same work by hand.
"""

from pipelines.operations.airflow_tasks.alarms import tell_of_delay, tell_of_failure
from pipelines.operations.airflow_tasks.backfill import backfill_piece, close_backfill, plan_backfill
from pipelines.operations.airflow_tasks.collection import (
    close_collection,
    collect_shard,
    plan_collection,
    recheck_pages,
    shard_label,
)
from pipelines.operations.airflow_tasks.dead_sources import (
    MOST_QUESTIONS,
    dead_source_questions,
    settle_dead_source,
)
from pipelines.operations.airflow_tasks.housekeeping import clear_logs, keep_up
from pipelines.operations.airflow_tasks.indexing import rebuild_index, update_index
from pipelines.operations.airflow_tasks.mails import send_alerts, send_digests
from pipelines.operations.airflow_tasks.processing import (
    close_processing,
    has_arrivals,
    plan_processing,
    process_batches,
)
from pipelines.operations.airflow_tasks.source_names import source_names
from pipelines.operations.airflow_tasks.source_watch import watch_sources

__all__ = [
    "MOST_QUESTIONS",
    "backfill_piece",
    "clear_logs",
    "close_backfill",
    "close_collection",
    "close_processing",
    "collect_shard",
    "dead_source_questions",
    "has_arrivals",
    "keep_up",
    "plan_backfill",
    "plan_collection",
    "plan_processing",
    "process_batches",
    "rebuild_index",
    "recheck_pages",
    "send_alerts",
    "send_digests",
    "settle_dead_source",
    "shard_label",
    "source_names",
    "tell_of_delay",
    "tell_of_failure",
    "update_index",
    "watch_sources",
]
