"""A run that ends gets a note with what its tasks have done, and pages lead to where the news are read.

It is for whoever looks at the list of runs. Tasks cannot set it, because they run apart from Airflow's
database. The scheduler, which loads this file, can.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

#: What the column holds on PostgreSQL; one more would end the scheduler's transaction.
NOTE_CHARS = 1000


def note_run(dag_run: Any) -> None:
    """Put what a run's tasks pushed as "note" before the note that is there.

    That one holds a person's words, or the account of an earlier try. The dashboard shows the first
    line alone, which is then the account of what was done last.
    """
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    if session is None or "maplewire" not in _tags_of(session, dag_run.dag_id):
        return
    # Crawls that fail for one reason say it once.
    account = "\n\n".join(dict.fromkeys(_notes_of(session, dag_run)))
    before = dag_run.note or ""
    # A run that was cleared ends again. Where its tasks have nothing new to say, nothing is added.
    if account and not before.startswith(account):
        dag_run.note = f"{account}\n\n{before}".rstrip()[:NOTE_CHARS]


def _notes_of(session: Any, dag_run: Any) -> list[str]:
    """Return what the tasks of a run pushed, oldest first.

    A task that failed pushes its reason. One that was killed cannot: it is named after all others.
    """
    from airflow.models import TaskInstance
    from airflow.models.xcom import XComModel
    from sqlalchemy import select

    pushed = (
        select(XComModel.task_id, XComModel.map_index, XComModel.value)
        .where(
            XComModel.dag_id == dag_run.dag_id, XComModel.run_id == dag_run.run_id, XComModel.key == "note"
        )
        .order_by(XComModel.timestamp)
    )
    failed = select(TaskInstance.task_id, TaskInstance.map_index).where(
        TaskInstance.dag_id == dag_run.dag_id,
        TaskInstance.run_id == dag_run.run_id,
        TaskInstance.state == "failed",
    )
    notes: list[str] = []
    heard = set()
    for task_id, map_index, note in session.execute(pushed):
        notes.append(str(note))
        heard.add((task_id, map_index))
    failures = set(map(tuple, session.execute(failed)))
    # A task that could only fail because another did says nothing, and need not.
    if not failures & heard:
        for task_id in sorted({task_id for task_id, _ in failures}):
            notes.append(f"“{task_id}” failed; its log says why.")
    return notes


def _tags_of(session: Any, dag_id: str) -> set[str]:
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


def links(environment: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the links in the menu and on each run, to what stands in the environment."""
    found = []
    for name, variable, path in (
        ("Reading room", "MAPLEWIRE_WEB_URL", "/"),
        ("Kibana", "MAPLEWIRE_KIBANA_URL", "/app/dashboards"),
    ):
        address = _without_password(environment.get(variable, ""))
        if not address:
            continue
        for destination in ("nav", "dag_run"):
            found.append({"name": name, "href": f"{address}{path}", "destination": destination})
    return found


def _without_password(address: str) -> str:
    """Return an address of the web without who logs in, "" for anything else."""
    parts = urlsplit(address.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path.rstrip('/')}"


class MaplewireNotes(AirflowPlugin):
    """The plugin that Airflow loads from its folder of plugins."""

    name = "maplewire_run_notes"
    external_views = links(os.environ)
    listeners = [_Notes()]  # noqa: RUF012 - how Airflow has it
