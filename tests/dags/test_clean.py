"""Airflow's own tables: which are cleaned, and what is said when one could not be."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

#: Tables that `airflow db clean` knows and that stay as they are: they hold a row for each DAG and version,
#: or what we never use.
LEFT = {"_xcom_archive", "connection_test_request", "dag", "dag_version", "partitioned_asset_key_log"}


@pytest.fixture
def upkeep(bag: Any) -> Any:
    # `bag` has put the folder of the DAGs on the path.
    return import_module("upkeep")


@pytest.fixture
def database(airflow_home: Path, tmp_path: Path) -> Path:
    """Return a database of Airflow that only this test works with, with an old line and a new one."""
    path = tmp_path / "airflow.db"
    shutil.copyfile(airflow_home / "airflow.db", path)
    now = datetime.now(UTC)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM log")
        for event, days in (("old", 31), ("recent", 29)):
            at = f"{now - timedelta(days=days):%Y-%m-%d %H:%M:%S.%f}"
            connection.execute("INSERT INTO log (dttm, event) VALUES (?, ?)", (at, event))
    return path


def clean(upkeep: Any, database: Path) -> subprocess.CompletedProcess[str]:
    """Clean a database as the task does, which is told a false address of it."""
    told = dict(os.environ)
    for name in upkeep.HIDDEN:
        told[name] = "airflow-db-not-allowed:///"
    told[upkeep.OWN] = f"sqlite:///{database}"
    return subprocess.run(
        upkeep.clean_command(datetime.now(UTC) - upkeep.KEPT),
        env=upkeep.clean_environment(told),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_what_is_old_goes_and_leaves_no_archive(upkeep: Any, database: Path) -> None:
    done = clean(upkeep, database)
    assert done.returncode == 0, done.stdout
    with closing(sqlite3.connect(database)) as connection:
        events = {event for (event,) in connection.execute("SELECT event FROM log")}
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert "recent" in events
    assert "old" not in events
    assert not [name for name in tables if name.startswith("_airflow_deleted")]


def test_a_table_that_cannot_be_cleaned_is_an_error_that_names_it(upkeep: Any, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("ALTER TABLE log RENAME COLUMN dttm TO lost")
    done = clean(upkeep, database)
    assert done.returncode != 0
    assert "['log']" in done.stdout[-500:], "the end is what the error of the task holds"


def test_every_table_that_grows_is_cleaned_and_a_dag_that_was_removed_stops_none(upkeep: Any) -> None:
    from airflow.utils.db_cleanup import _effective_table_names, config_dict

    cleaned, _ = _effective_table_names(table_names=list(upkeep.TABLES))
    assert {"dag_run", "task_instance", "task_instance_history", "xcom", "log", "job"} <= set(cleaned)
    assert set(config_dict) - set(cleaned) == LEFT


def test_where_tables_are_cleaned_outside_of_tasks_the_task_is_skipped(
    upkeep: Any, bag: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    monkeypatch.setenv(upkeep.OWN, "")
    with pytest.raises(AirflowSkipException, match="outside of tasks"):
        bag.dags["upkeep"].get_task("clean_airflow").python_callable()


@pytest.mark.parametrize("status", [0, 1])
def test_containers_clean_each_night_by_themselves_and_show_a_night_that_failed(
    tmp_path: Path, status: int
) -> None:
    folder = Path(__file__).parents[2] / "deploy" / "airflow"
    failed = tmp_path / "failed"
    failed.touch(exist_ok=status == 0)
    # The first night is over at once; with the second the container is stopped.
    stand_ins = {
        "airflow": f'echo "$@" >> {tmp_path}/cleaned\nexit {status}\n',
        "sleep": f'echo "$1" >> {tmp_path}/slept\n[ "$(wc -l < {tmp_path}/slept)" -lt 2 ]\n',
    }
    for name, lines in stand_ins.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{lines}")
        (tmp_path / name).chmod(0o755)
    told = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "CLEAN_FAILED_FILE": str(failed)}
    done = subprocess.run(["bash", folder / "nightly.sh"], env=told, capture_output=True, text=True)
    assert len((tmp_path / "cleaned").read_text().splitlines()) == 1
    assert "db clean" in (tmp_path / "cleaned").read_text()
    waits = [int(line) for line in (tmp_path / "slept").read_text().splitlines()]
    assert len(waits) == 2
    assert all(0 < wait <= 86400 for wait in waits)
    assert failed.exists() == bool(status)
    assert ("not cleaned" in done.stderr) == bool(status)


def test_the_script_for_containers_cleans_as_the_task_does(upkeep: Any, tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "deploy" / "airflow" / "clean.sh"
    stand_in = tmp_path / "airflow"
    stand_in.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    stand_in.chmod(0o755)
    told = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", script], env=told, capture_output=True, text=True, check=True)
    given = done.stdout.splitlines()
    before = datetime.fromisoformat(given.pop(given.index("--clean-before-timestamp") + 1))
    assert timedelta(0) <= datetime.now(UTC) - upkeep.KEPT - before < timedelta(hours=1)
    expected = upkeep.clean_command(before)[3:]
    expected.remove(f"{before:%Y-%m-%dT%H:%M:%SZ}")
    assert given == expected
