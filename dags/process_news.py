"""Turns fetched pages into stories, as soon as there are any.

**What it does.** *Plan* takes every batch that is not processed to its end, whoever left it, and divides
them among workers; those of a backfill are left to “7b · Process backfill”. Each *process* reads pages:
extracts the text, judges whether it is on the beat, and finds out whose copy it is. *Account* adds it all
up: its note, also on the run, says how many new stories, copies and updates there were. *Hand over* wakes
“3 · Send alerts”. *Index* brings the search up to date.

It runs when a collection hands over, and every quarter of an hour whatever happens. Nothing is lost if a
run is: the next one finds what is left.

A quiet run is green: its only *process* says “No batch waited”, and *hand over* wakes nobody where nothing
is to be told.

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

from maplewire_airflow import PAGES, a_dag, woken_by
from maplewire_processing import process_batches

MOST_WORKERS = 4


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
    process_batches(MOST_WORKERS, of_past=False)


process_news()
