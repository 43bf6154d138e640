"""A real Airflow for the tests.

Its home is made before Airflow is imported for the first time.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from maplewire_demo.web import DemoWeb
from pipelines.bootstrap import App
from pipelines.config import Settings

DAGS = Path(__file__).resolve().parents[2] / "dags"
HERE = Path(__file__).parent


# Before xdist reads the groups, also where this folder is named on the command line.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.airflow)
            if not item.get_closest_marker("xdist_group"):
                item.add_marker(
                    pytest.mark.xdist_group("airflow")
                )  # importing it costs each process 6 s of CPU
            if find_spec("airflow") is None and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip("Airflow is not installed: run make setup"))


@pytest.fixture(scope="session")
def airflow_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for Airflow with its tables made.

    This process is set up to use it. The tables are made once for all test processes: it takes as
    long as all tests of DAGs together.
    """
    home = tmp_path_factory.mktemp("airflow")
    os.environ |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(DAGS / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
    }
    template = tmp_path_factory.getbasetemp().parent / f"airflow-{version('apache-airflow')}-template.db"
    with (template.with_suffix(".lock")).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if template.exists():
            shutil.copyfile(template, home / "airflow.db")
        else:
            _make_tables()
            shutil.copyfile(home / "airflow.db", template.with_suffix(".part"))
            template.with_suffix(".part").rename(template)
    return home


def _make_tables() -> None:
    from airflow import settings
    from airflow.utils import db
    from sqlalchemy import text

    db.initdb()
    with settings.Session() as session:
        session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        session.commit()


@pytest.fixture(scope="session")
def bag(airflow_home: Path) -> Any:
    return read_bag()


@pytest.fixture(scope="session")
def bag_to_run(airflow_home: Path) -> Any:
    """Return the DAGs for running them here.

    They have neither what this way of running fails on, nor its pauses.
    """
    bag = read_bag()
    for dag in bag.dags.values():
        dag.deadline = None  # 3.3.2 fails on it here, after a good run
        for task in dag.tasks:
            task.retries = 0  # a pause before a retry is for the scheduler to make
    return bag


def read_bag(place: Path = DAGS) -> Any:
    """Return the DAGs of a folder or a file as the DAG processor reads them."""
    from airflow.dag_processing.dagbag import BundleDagBag

    return BundleDagBag(dag_folder=place, bundle_path=DAGS, bundle_name="dags-folder")


@dataclass
class DemoDesk:
    """A newsroom on the demo web, whose DAGs run in this process."""

    web: DemoWeb
    settings: Settings
    bag: Any

    def run(self, dag_id: str, **conf: Any) -> Any:
        """Run a DAG to its end as `airflow dags test` does; return the run."""
        dag = self.bag.dags[dag_id]
        return dag.test(run_conf=conf or None, logical_date=datetime.now(UTC))

    @contextmanager
    def app(self) -> Iterator[App]:
        with App(self.settings) as app:
            yield app


def states(run: Any) -> dict[str, list[str]]:
    """Return the states of a run's tasks by their ids, mapped ones in order."""
    found: dict[str, list[str]] = {}
    for ti in sorted(run.get_task_instances(), key=lambda ti: (ti.task_id, ti.map_index)):
        found.setdefault(ti.task_id, []).append(str(ti.state))
    return found


def labels(run: Any, task_id: str) -> list[str]:
    return sorted(ti.rendered_map_index for ti in run.get_task_instances() if ti.task_id == task_id)


def note_of(run: Any, before: str | None = None) -> str:
    """Return the note that the plugin makes for a run.

    The run had the note `before`. The scheduler would ask the plugin when the run ends.
    """
    from airflow import settings
    from airflow.models import DagRun

    with settings.Session() as session:
        ended = session.get(DagRun, run.id)
        if before:
            ended.note = before
        plugin().note_run(ended)
        note = ended.note or ""
        session.rollback()
    return note


def plugin() -> Any:
    spec = spec_from_file_location("run_notes", DAGS / "plugins" / "run_notes.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def events(run: Any) -> list[dict[str, Any]]:
    """Return what a run said of the assets it changed."""
    from airflow import settings
    from airflow.models.asset import AssetEvent
    from sqlalchemy import select

    with settings.Session() as session:
        return [
            event.extra
            for event in session.scalars(select(AssetEvent).where(AssetEvent.source_run_id == run.run_id))
        ]


@pytest.fixture
def desk(bag_to_run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoDesk]:
    """Serve the demo web, and name it in the environment.

    That is where tasks read their settings.
    """
    with DemoWeb(datetime.now(UTC)) as web:
        named = {
            "HOME": tmp_path / "data",
            "BEAT": web.beat_folder(tmp_path / "beat"),
            "PRIVATE_HOSTS": "127.0.0.1",
            "DELAY_S": 0,
            "OPERATOR_MAIL": "ops@newsroom.example",
        }
        for name, value in named.items():
            monkeypatch.setenv(f"MAPLEWIRE_{name}", str(value))
        yield DemoDesk(web, Settings(), bag_to_run)
