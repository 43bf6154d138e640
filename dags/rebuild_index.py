"""Builds the search index again from the ledger, by hand.

Searches are answered all the while.

**When to run it.** After Elasticsearch lost its data, after an update says that the index is of another
version, or when the index and the ledger disagree. The ledger is the truth, so nothing can be lost by it.

**What it does.** *Rebuild* writes everything into a new index and switches to it at the end. Some 1,500
documents a second on a small machine; the old index is there until the switch.

**What red means.** Elasticsearch is away, full, or refuses us: the message says which. The old index still
answers. What it refuses for good is in `maplewire quarantine list`.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import get_current_context, task
from maplewire_airflow import INDEX_DATA, STORIES_DATA, a_dag, keep_note

from pipelines.operations import airflow_tasks as tasks


# At the rate above, twelve hours are some sixty million documents.
@a_dag("rebuild_index", "8 · Rebuild index", __doc__, tags=["by hand"], run_limit=timedelta(hours=13))
def rebuild_index() -> None:
    @task(
        task_display_name="Rebuild",
        execution_timeout=timedelta(hours=12),
        inlets=[STORIES_DATA],
        outlets=[INDEX_DATA],
    )
    def rebuild() -> dict[str, int]:
        counts = tasks.rebuild_index()
        keep_note(get_current_context(), f"{counts['documents']} documents indexed.")
        return counts

    rebuild()


rebuild_index()
