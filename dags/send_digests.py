"""Mails the digests whose hour has come, and tells what is unusual.

Each digest goes by the clock of its own search.

**What it does.** *Send* asks every quarter of an hour which saved searches are due: hourly ones, daily ones
at their time in their zone (08:00 in Toronto is another moment than 08:00 in Shanghai, and moves with
summer time), weekly ones on their day. What was held back for quiet hours goes out with it, and so does
word of a search that has far more or far less than usual. A digest that was missed, since this did not run,
is sent by the next run, once.

While mail is held, as after a restore, it sends nothing, is green, and its note says what to do.

**What red means.**

- “waits”: the mail server cannot be reached or said “later”. Nothing is lost; it is tried again.
- “is refused and gets no mail from now on”: the server does not know that reader. Correct the address in
  `searches.yaml`, then say `maplewire outbox resume ADDRESS`.
- “refused for good”: the server will never take that mail. `maplewire outbox resend KEY` sends it again.

**What to do.** Look at the message of the red task. Clearing it is always safe: what was recorded as sent
is never sent again.
"""

from __future__ import annotations

from airflow.sdk import get_current_context, task
from maplewire_airflow import OUTBOX_DATA, STORIES, STORIES_DATA, TASK_LIMIT, a_dag, cron, keep_note

from pipelines.operations import airflow_tasks as tasks


@a_dag(
    "send_digests",
    "4 · Send digests",
    __doc__,
    tags=["mail"],
    # A quarter past is a quarter past in Toronto and in Shanghai: each search says when and in which zone.
    schedule=cron("*/15 * * * *"),
    run_limit=3 * TASK_LIMIT,
    late_after=2 * TASK_LIMIT,
)
def send_digests() -> None:
    @task(task_display_name="Send", inlets=[STORIES, STORIES_DATA], outlets=[OUTBOX_DATA])
    def send() -> dict[str, int]:
        counts, note = tasks.send_digests()
        keep_note(get_current_context(), note)
        return counts

    send()


send_digests()
