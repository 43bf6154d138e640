"""Asks a person whether a source that is gone is turned off.

**What it does.** “6 · Watch sources” starts a run for each source whose listing answers 404 or 410, or whose
host has no address, for seven days or more. *Turn it off?* waits for an answer, up to 30 days: open the run
and its *Required actions*, or those of all DAGs in the menu under *Browse*. *Apply the answer* writes it into
`sources.yaml`, as `maplewire sources off ID` does, and says so in the run's note. *Keep*, or no answer,
changes nothing. The same failure is asked about once, and again only after its run was cleared away (30
days). Nothing else waits for the answer.

**What red means.** The answer could not be applied: `sources.yaml` cannot be written from here, or holds a
mistake. The note says which.

**What to do.** Look at the site first: a listing that moved gets its new one by `maplewire sources move`.
Where the beat's folder is read-only for tasks, change it where it is edited, with `maplewire sources off`.
`maplewire sources on` takes an answer back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, get_current_context, task
from maplewire_airflow import SOURCES_DATA, a_dag, keep_note

from pipelines.operations import airflow_tasks as tasks

ANSWER_LIMIT = timedelta(days=30)
TURN_OFF = "Turn off"
KEEP = "Keep"


@a_dag(
    "dead_sources",
    "6b · Dead sources",
    __doc__,
    tags=["upkeep"],
    run_limit=ANSWER_LIMIT + timedelta(days=1),
    active_runs=tasks.MOST_QUESTIONS,
    params={
        "source": Param(type="string", minLength=1, title="Source", description="The id of the source."),
        "question": Param("", type="string", title="Question"),
    },
)
def dead_sources() -> None:
    ask = HITLOperator(
        task_id="ask",
        task_display_name="Turn it off?",
        subject="{{ params.question or 'Turn off ' ~ params.source ~ '?' }}",
        body="Its articles stay. `maplewire sources on {{ params.source }}` takes it back.",
        options=[TURN_OFF, KEEP],
        defaults=KEEP,
        response_timeout=ANSWER_LIMIT,
    )

    @task(task_display_name="Apply the answer", outlets=[SOURCES_DATA])
    def apply(answer: dict[str, Any]) -> None:
        context = get_current_context()
        person = answer["responded_by_user"] or {}
        note = tasks.settle_dead_source(
            context["params"]["source"],
            turn_off=answer["chosen_options"] == [TURN_OFF],
            by=person.get("name"),
        )
        keep_note(context, note)

    apply(ask.output)


dead_sources()
