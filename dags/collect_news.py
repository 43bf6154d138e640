"""Asks every source that is due for what is new, every five minutes.

**What it does.** *Plan* looks which sources are due and divides them into groups. Each *crawl* asks the
sources of one group, politely, and writes what it fetched into one batch. *Account* adds it all up; its
note, also on the run, names every source that failed and why. *Hand over* wakes “2 · Process news”.

A quiet run is green: its only *crawl* says “Nothing was due”, and *hand over* wakes nobody where nothing new
came.

**How to read it.** Open a run and its mapped *crawl* tasks: “Canadian press · 41 items · 2 failed” means 41
new pages, and two sources that could not be read. A source that fails never makes a run red: it is in the
note, in the log of its crawl, and in “6 · Watch sources”.

**What red means.**

- One red *crawl*: that group did not finish, and nothing of it was kept. Its sources stay due; the next run
  asks again. Look at its log if it repeats. “Did not end within 480 s” for many runs: a site answers very
  slowly; find it with `maplewire sources health` and turn it off.
- Red *all crawled*: it only repeats that a *crawl* was red, so that the run is.
- Red *account*: no crawl finished. The machine or its network is the trouble, not a source.
- Red *plan*: the ledger is away, or `sources.yaml` holds a mistake; the message names the line.

**What to do.** Clear a red task to run it again; that is always safe. To ask one source at once: trigger
the DAG and pick it. For the past there is “7 · Backfill news”: a backfill of Airflow's own would ask the web
of today, once for each moment of the past, and is not offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.sdk import TriggerRule, get_current_context, task
from maplewire_airflow import (
    CRAWL_LIMIT,
    CRAWL_POOL,
    PAGES,
    PAGES_DATA,
    SOURCES_DATA,
    TASK_LIMIT,
    a_dag,
    changes_of,
    cron,
    end_red_with,
    keep_note,
    pieces_or_none,
    sources_param,
    wake_processing,
)

from pipelines.operations import airflow_tasks as tasks

#: Crawls of one run. How many run at once is up to the pool of crawls.
MOST_SHARDS = 12


@a_dag(
    "collect_news",
    "1 · Collect news",
    __doc__,
    tags=["news"],
    schedule=cron("*/5 * * * *"),
    run_limit=3 * TASK_LIMIT,
    late_after=2 * TASK_LIMIT,
    params={
        "sources": sources_param("Asked whether they are due or not. Empty: all that are due."),
    },
)
def collect_news() -> None:
    @task(task_display_name="Plan")
    def plan() -> list[Mapping[str, Any]]:
        asked = get_current_context()["params"]["sources"] or []
        return pieces_or_none(tasks.plan_collection(MOST_SHARDS, asked), "Nothing was due")

    @task(
        task_display_name="Crawl",
        inlets=[SOURCES_DATA],
        outlets=[PAGES_DATA],
        pool=CRAWL_POOL,
        retries=1,  # the next run asks again anyway
        # The name of the group from the first second, the counts when they are known.
        map_index_template="{{ label | default(task.op_kwargs['shard']['label']) }}",
    )
    def crawl(shard: dict[str, Any]) -> dict[str, int]:
        if shard["run"] is None:
            return {}
        context = get_current_context()
        counts = tasks.collect_shard(shard["run"], shard["sources"], limit_s=CRAWL_LIMIT.total_seconds())
        context["label"] = tasks.shard_label(shard["label"], counts)  # type: ignore[typeddict-unknown-key]
        return counts

    @task(task_display_name="Account", trigger_rule=TriggerRule.ALL_DONE)
    def account(planned: list[dict[str, Any]] | None, done: Any) -> dict[str, Any]:
        closed = tasks.close_collection(planned, list(done))
        keep_note(get_current_context(), closed.note)
        return closed._asdict()

    @task(task_display_name="Hand over", outlets=[changes_of(PAGES)])
    def hand_over(closed: dict[str, Any], *, outlet_events: Any) -> None:
        wake_processing(PAGES, closed, outlet_events)

    planned = plan()
    crawled = crawl.expand(shard=planned)
    hand_over(account(planned, crawled))
    end_red_with(crawled, "all_crawled", "All crawled")


collect_news()
