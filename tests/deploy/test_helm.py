"""The Helm values: keys that the official chart has, secrets by name alone, settings that exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from pipelines.config import SECRETS_VARIABLE, Settings
from tests.deploy.test_image import _locked

ROOT = Path(__file__).parents[2]
VALUES: dict[str, Any] = yaml.safe_load((ROOT / "deploy/helm/values.yaml").read_text())

# As read in values.yaml and values.schema.json of the official chart.
CHART_KEYS = {
    "airflowVersion", "images", "executor", "dags", "postgresql", "redis", "data", "fernetKeySecretName",
    "apiSecretKeySecretName", "jwtSecretName", "env", "volumes", "volumeMounts", "config", "createUserJob",
    "logs", "apiServer", "databaseCleanup", "scheduler", "dagProcessor", "triggerer", "workers", "statsd",
}  # fmt: skip


def test_every_key_is_one_of_the_charts() -> None:
    assert set(VALUES) <= CHART_KEYS


def test_the_chart_is_told_the_airflow_of_our_image() -> None:
    assert VALUES["airflowVersion"] == _locked("apache-airflow")
    assert VALUES["images"]["airflow"]["tag"] != "latest"
    assert VALUES["executor"] == "KubernetesExecutor"


def test_no_secret_stands_in_the_values_and_no_user_is_made() -> None:
    text = (ROOT / "deploy/helm/values.yaml").read_text()
    assert not re.search(r"(?i)(password|fernetKey|jwtSecret|apiSecretKey):\s*\S", text)
    assert VALUES["createUserJob"] == {"enabled": False}


def test_no_secret_is_called_as_the_chart_would_call_its_own() -> None:
    """With the release named "airflow", as the documents have it.

    An upgrade may delete what it takes for its own.
    """
    text = (ROOT / "deploy/helm/values.yaml").read_text()
    names = re.findall(r"[sS]ecretName: ([\w-]+)", text)
    assert len(names) >= 5
    assert [name for name in names if name.startswith("airflow-")] == []


def test_settings_exist_and_every_mount_has_its_volume() -> None:
    known = {f"MAPLEWIRE_{name}".upper() for name in Settings.model_fields} | {SECRETS_VARIABLE}
    ours = {entry["name"] for entry in VALUES["env"]} - {"AIRFLOW_UPKEEP_SQL_ALCHEMY_CONN"}
    assert ours <= known
    volumes = {volume["name"] for volume in VALUES["volumes"]}
    assert {mount["name"] for mount in VALUES["volumeMounts"]} == volumes


def test_every_part_says_how_much_it_takes() -> None:
    parts = [VALUES[part] for part in ("apiServer", "scheduler", "dagProcessor", "triggerer")]
    for part in (*parts, VALUES["workers"]["kubernetes"]):  # "workers.resources" is deprecated
        resources = part["resources"]
        assert resources["requests"]["memory"]
        assert resources["limits"]["memory"]


def test_a_job_cleans_airflows_tables_and_no_task_has_their_address() -> None:
    job = VALUES["databaseCleanup"]
    assert job["enabled"]
    assert (ROOT / "deploy" / "airflow" / Path(job["args"][-1]).name).is_file()
    assert {"name": "AIRFLOW_UPKEEP_SQL_ALCHEMY_CONN", "value": ""} in VALUES["env"]
