"""The environment of all of Airflow's processes."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from pipelines.cli.airflow.local import LocalAirflow, free_port
from pipelines.config import Settings, packaged_dags

# Who may log in, with which role. The password is the name: this Airflow is for one machine, and
# answers on 127.0.0.1 only.
USERS = {"admin": "admin", "desk": "viewer"}

# Airflow forks so many processes in advance, each with all of its imports. Its default is 32.
PARALLELISM = 4

# Seconds until the DAG files are read again: a new source is in the form after so long.
DAG_FILES_READ_S = "300"

_SIMPLE_AUTH_MANAGER = "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"


def airflow_environment(local: LocalAirflow, ours: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with the settings of this Airflow.

    `ours` goes before everything else.

    Of the caller's settings for Airflow only those for metrics are kept: the others were made for
    another Airflow.
    """
    dags = packaged_dags()
    environment = {}
    for name, value in os.environ.items():
        if not name.startswith("AIRFLOW") or name.startswith("AIRFLOW__METRICS__"):
            environment[name] = value
    users = [f"{name}:{role}" for name, role in USERS.items()]
    # Tasks must find the `airflow` of this Python first.
    bin_folder = str(Path(sys.executable).parent)
    environment |= {
        "PATH": os.pathsep.join([bin_folder, os.environ.get("PATH", os.defpath)]),
        "AIRFLOW_HOME": str(local.home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(dags / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": str(PARALLELISM),
        # A configuration file in its folder may name others.
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__AUTH_MANAGER": _SIMPLE_AUTH_MANAGER,
        # A task waits two minutes for an API server that starts again; 5 attempts are over in ten seconds.
        "AIRFLOW__WORKERS__EXECUTION_API_RETRIES": "10",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{local.url}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(users),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(local.home / "passwords.json"),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(local.port),
        "AIRFLOW__API__BASE_URL": local.url,
        # For one person at one machine; each more has all of Airflow's imports again.
        "AIRFLOW__API__WORKERS": "1",
        # New ones for each start: a session of an earlier Airflow ends with it.
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        # To read them every 30 s, though they hardly ever change, took half of what Airflow takes idle.
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": DAG_FILES_READ_S,
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": DAG_FILES_READ_S,
        "AIRFLOW__API__INSTANCE_NAME": "Maplewire",
        # A killed scheduler is noticed after 30 s.
        # What it left is then taken over at once, and not after 5 minutes.
        "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "15",
        # The usual ones may belong to another Airflow on this machine.
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    return environment | dict(ours)


def folders_environment(settings: Settings) -> dict[str, str]:
    """Return the data folder and the beat as absolute paths.

    A task does not run in the folder where the command was started.
    """
    return {
        "MAPLEWIRE_HOME": str(settings.home.resolve()),
        "MAPLEWIRE_BEAT": str(settings.beat.resolve()),
        "MAPLEWIRE_WEB_URL": settings.web_url or "",
    }
