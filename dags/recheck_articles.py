"""Looks again at our pages, for changes and for those taken down.

**What it does.** *Look again* asks for the pages that are due for it: a first report after an hour, six, a
day and a week, a copy less often (`MAPLEWIRE_RECHECK_AFTER`), so many in one run and of one site. *Hand
over* wakes “2 · Process news”, which makes a new version with a diff of what changed, and keeps what was
there; it wakes nobody when nothing was due.

**What red means.** The crawl did not finish. Its pages are looked at a little later; nothing is lost.

**What to do.** Nothing, unless it repeats: then the log says which site answers too slowly.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import get_current_context, task
from maplewire_airflow import (
    CRAWL_POOL,
    PAGES,
    PAGES_DATA,
    RECRAWL_LIMIT,
    STORIES_DATA,
    a_dag,
    changes_of,
    cron,
    keep_note,
    tell_change,
)

from pipelines.operations import airflow_tasks as tasks


@a_dag(
    "recheck_articles",
    "5 · Re-check articles",
    __doc__,
    tags=["news"],
    # Twice an hour, beside the minutes at which news are collected, so that the crawls do not meet.
    schedule=cron("7,37 * * * *"),
    run_limit=4 * RECRAWL_LIMIT,
)
def recheck_articles() -> None:
    @task(
        task_display_name="Look again",
        pool=CRAWL_POOL,
        retries=1,
        execution_timeout=RECRAWL_LIMIT,
        inlets=[STORIES_DATA],
        outlets=[PAGES_DATA],
    )
    def look_again() -> dict[str, int]:
        counts, note = tasks.recheck_pages()
        keep_note(get_current_context(), note)
        return counts

    @task(task_display_name="Hand over", outlets=[changes_of(PAGES)])
    def hand_over(counts: dict[str, int], *, outlet_events: Any) -> None:
        if counts["pages"]:
            tell_change(PAGES, counts, outlet_events)

    hand_over(look_again())


recheck_articles()
