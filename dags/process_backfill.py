"""Turns pages of a backfill into stories, beside the news.

**What it does.** The same as “2 · Process news”, for the batches of a backfill alone. A file may hold thirty
thousand pages, which take a quarter of an hour: pages that came in meanwhile do not wait for them.

It runs when “7 · Backfill news” hands over, and every hour whatever happens. Only one worker is at it, so
that a core and a place are left for the news. *Hand over* wakes “3 · Send alerts”, for the searches that say
`backfill: true`.

A run without a backfill is green: its only *process* says “No batch waited”.

**What red means.** The same as in “2 · Process news”: a batch is missing or damaged, a page met a bug, or
Elasticsearch is away.

**What to do.** Clear a red task once its cause is gone; nothing is counted or mailed twice.
"""

from __future__ import annotations

from datetime import timedelta

from maplewire_airflow import PAST_PAGES, a_dag, woken_by
from maplewire_processing import process_batches

MOST_WORKERS = 1


@a_dag(
    "process_backfill",
    "7b · Process backfill",
    __doc__,
    tags=["by hand"],
    schedule=woken_by(PAST_PAGES, "25 * * * *"),
    run_limit=timedelta(hours=3),
)
def process_backfill() -> None:
    process_batches(MOST_WORKERS, of_past=True)


process_backfill()
