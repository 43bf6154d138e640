"""A run that ends bears what its tasks had to say as its note, for whoever looks at the list of runs.

Tasks have no way to set it: they run apart from Airflow's database. The scheduler, which loads this, has.
"""

from __future__ import annotations

from typing import Any

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

NOTE_CHARS = 1000
"""What the column holds on PostgreSQL; one more would end the scheduler's transaction."""


def note_run(dag_run: Any) -> None:
    """Put what a run's tasks pushed as "note" before what is there: a person's words, or the account of an earlier try.

    The dashboard shows the first line alone, which is then the account of what was done last.
    """
    from airflow.models.xcom import XComModel
    from sqlalchemy import select
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    if session is None or "maplewire" not in _tags(session, dag_run.dag_id):
        return
    wanted = (
        select(XComModel.value)
        .where(
            XComModel.dag_id == dag_run.dag_id, XComModel.run_id == dag_run.run_id, XComModel.key == "note"
        )
        .order_by(XComModel.timestamp)
    )
    said = "\n\n".join(str(value) for value in session.scalars(wanted))
    before = dag_run.note or ""
    if said and not before.startswith(said):
        dag_run.note = f"{said}\n\n{before}".rstrip()[:NOTE_CHARS]


def _tags(session: Any, dag_id: str) -> set[str]:
    from airflow.models.dag import DagTag
    from sqlalchemy import select

    return set(session.scalars(select(DagTag.name).where(DagTag.dag_id == dag_id)))


class _Notes:
    @hookimpl
    def on_dag_run_success(self, dag_run: Any, msg: str) -> None:  # noqa: ARG002 - Airflow's names
        note_run(dag_run)

    @hookimpl
    def on_dag_run_failed(self, dag_run: Any, msg: str) -> None:  # noqa: ARG002
        note_run(dag_run)


class MaplewireNotes(AirflowPlugin):
    name = "maplewire_run_notes"
    listeners = [_Notes()]  # noqa: RUF012 - how Airflow has it
