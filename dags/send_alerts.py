"""Mails each reader the stories that match a saved search.

They are mailed minutes after they were found.

**What it does.** *Send* matches the saved searches with what arrived since the last time, writes a mail for
each match into the outbox, and sends what the outbox owes. It runs when “2 · Process news” hands over, and
every ten minutes for mails that had to wait.

While mail is held, as after a restore, it sends nothing, is green, and its note says what to do.

**What red means.**

- “waits”: the mail server cannot be reached or said “later”. Nothing is lost; it is tried again after a
  minute, two, four, up to six hours.
- “is refused and gets no mail from now on”: the server does not know that reader, most often because of a
  wrong address in `searches.yaml`. It is told once. Correct it, then say `maplewire outbox resume ADDRESS`.
- “refused for good”: the server will never take that mail. `maplewire outbox resend KEY` sends it again.

**What to do.** Look at the message of the red task; `maplewire status` shows the mails of each run.
Clearing the task is always safe: a mail that was recorded as sent is never sent again.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import get_current_context, task
from maplewire_airflow import OUTBOX_DATA, STORIES, STORIES_DATA, TASK_LIMIT, a_dag, keep_note, woken_by

from pipelines.operations import airflow_tasks as tasks


@a_dag(
    "send_alerts",
    "3 · Send alerts",
    __doc__,
    tags=["mail"],
    schedule=woken_by(STORIES, "*/10 * * * *"),
    run_limit=3 * TASK_LIMIT,
    late_after=timedelta(minutes=15),
)
def send_alerts() -> None:
    @task(task_display_name="Send", inlets=[STORIES, STORIES_DATA], outlets=[OUTBOX_DATA])
    def send() -> dict[str, int]:
        counts, note = tasks.send_alerts()
        keep_note(get_current_context(), note)
        return counts

    send()


send_alerts()
