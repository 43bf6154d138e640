"""Fetches the past, by hand.

The past comes from the archives of sitemaps, or from WARC files such as Common Crawl's.

**What it does.** *Plan* checks what you asked for. Each *fetch* takes one file, or asks a group of sources
for what they published between the dates, and writes batches. *Account* adds it up; *Hand over* wakes “7b ·
Process backfill”, and the pages go the normal way. Nothing of it is mailed as new, but to searches that say
`backfill: true`.

**How to start it.** *Trigger* opens a form. Dates are like `2026-01-17`, or `30d` for thirty days ago;
“until” is now where it is empty. Without sources, all that are turned on. With files (paths on the machine
that runs the tasks) the web is not asked, and the dates are when a page was fetched.

**What red means.** Red *plan*: something in the form is wrong; the message says what. Red *fetch*: that
file is damaged, or the crawl did not finish in two hours. Red *all fetched* only repeats it, so that the
run is red.

**What to do.** Start it again with the same form: what is known already is left out. For years of a large
site, go month by month.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, TriggerRule, get_current_context, task
from maplewire_airflow import (
    BACKFILL_LIMIT,
    BACKFILL_TASK_LIMIT,
    CRAWL_POOL,
    PAST_PAGES,
    PAST_PAGES_DATA,
    SOURCES_DATA,
    a_dag,
    changes_of,
    end_red_with,
    keep_note,
    sources_param,
    wake_processing,
)

from pipelines.operations import airflow_tasks as tasks

#: Pieces of one backfill. How many run at once is up to the pool of crawls.
MOST_SHARDS = 20


@a_dag(
    "backfill_news",
    "7 · Backfill news",
    __doc__,
    tags=["by hand"],
    run_limit=12 * BACKFILL_TASK_LIMIT,
    params={
        "since": Param(
            "7d",
            type=["null", "string"],
            title="Since",
            description="2026-01-17, or 30d for thirty days ago",
        ),
        "until": Param(
            None,
            type=["null", "string"],
            title="Until",
            description="Before this time. Empty: now",
        ),
        "sources": sources_param("Empty: all"),
        "files": Param(
            [],
            type=["null", "array"],
            items={"type": "string"},
            title="WARC files",
            description="Paths, one a line, instead of the web",
        ),
    },
)
def backfill_news() -> None:
    @task(task_display_name="Plan")
    def plan() -> list[dict[str, Any]]:
        return tasks.plan_backfill(MOST_SHARDS, get_current_context()["params"])

    @task(
        task_display_name="Fetch",
        inlets=[SOURCES_DATA],
        outlets=[PAST_PAGES_DATA],
        pool=CRAWL_POOL,
        retries=1,  # it may take hours, and the same form can be sent again
        execution_timeout=BACKFILL_TASK_LIMIT,
        map_index_template="{{ label | default(task.op_kwargs['piece']['label']) }}",
    )
    def fetch(piece: dict[str, Any]) -> dict[str, int]:
        context = get_current_context()
        counts = tasks.backfill_piece(piece, limit_s=BACKFILL_LIMIT.total_seconds())
        context["label"] = tasks.shard_label(piece["label"], counts)  # type: ignore[typeddict-unknown-key]
        return counts

    @task(task_display_name="Account", trigger_rule=TriggerRule.ALL_DONE)
    def account(planned: list[dict[str, Any]] | None, done: Any) -> dict[str, Any]:
        closed = tasks.close_backfill(planned, list(done))
        keep_note(get_current_context(), closed.note)
        return closed._asdict()

    @task(task_display_name="Hand over", outlets=[changes_of(PAST_PAGES)])
    def hand_over(closed: dict[str, Any], *, outlet_events: Any) -> None:
        wake_processing(PAST_PAGES, closed, outlet_events)

    planned = plan()
    fetched = fetch.expand(piece=planned)
    hand_over(account(planned, fetched))
    end_red_with(fetched, "all_fetched", "All fetched")


backfill_news()
