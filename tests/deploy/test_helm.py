"""The Helm values: keys that the official chart has, secrets by name alone, settings that exist."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
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


def test_no_secret_stands_in_the_values() -> None:
    text = (ROOT / "deploy/helm/values.yaml").read_text()
    assert not re.search(r"(?i)(password|fernetKey|jwtSecret|apiSecretKey):\s*\S", text)


def test_a_job_makes_users_the_pool_and_what_maplewire_needs() -> None:
    job = VALUES["createUserJob"]
    command = job["args"][-1]
    assert "bash /opt/maplewire/init.sh && exec maplewire setup" in command
    init = (ROOT / "deploy/airflow/init.sh").read_text()
    asked = set(re.findall(r"\$\{(\w+):?[?-]", init))
    assert {entry["name"] for entry in job["env"]} == asked


@pytest.mark.skipif(
    not (shutil.which("helm") and os.environ.get("AIRFLOW_CHART")),
    reason="needs helm on the path, and the official chart's file in AIRFLOW_CHART",
)
def test_the_official_chart_makes_every_part_of_our_image() -> None:
    values = ROOT / "deploy/helm/values.yaml"
    command = ["helm", "template", "airflow", os.environ["AIRFLOW_CHART"], "-f", str(values)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = [made for made in yaml.safe_load_all(done.stdout) if made]
    image = "{repository}:{tag}".format(**VALUES["images"]["airflow"])
    pods = {made["metadata"]["name"]: _pod(made) for made in found if _pod(made)}
    ours = {name for name, pod in pods.items() if pod["containers"][0]["image"] == image}
    assert ours == set(pods) - {"airflow-statsd"}
    assert ours >= {"airflow-create-user", "airflow-database-cleanup", "airflow-scheduler"}
    mounts = {mount["mountPath"] for mount in pods["airflow-create-user"]["containers"][0]["volumeMounts"]}
    assert mounts >= {mount["mountPath"] for mount in VALUES["volumeMounts"]}, "for maplewire setup"


def _pod(made: Any) -> Any:
    """Return the pod inside an object of Kubernetes; None where it has none."""
    spec = made.get("spec") or {}
    spec = spec.get("jobTemplate", made).get("spec") or {}
    return (spec.get("template") or {}).get("spec")


def test_every_secret_of_the_values_is_made_by_the_script_without_its_line_end(tmp_path: Path) -> None:
    folder = a_secrets_folder(tmp_path)
    done = make_secrets(tmp_path, folder)
    assert done.returncode == 0, done.stderr
    made = (tmp_path / "made").read_text()
    text = (ROOT / "deploy/helm/values.yaml").read_text()
    named = set(re.findall(r"[sS]ecretName: ([\w-]+)", text)) | {"maplewire-people"}
    assert set(re.findall(r"^secret ([\w-]+)$", made, re.M)) == named
    assert "connection=[postgresql+psycopg2://airflow:x@db/airflow]" in made
    assert "maplewire_smtp_url=[smtp://mail]" in made, "a file from Windows"
    fernet = re.search(r"fernet-key=\[([\w=-]+)\]", made)
    assert fernet
    assert len(fernet[1]) == 44
    assert make_secrets(tmp_path, folder).returncode == 0
    assert fernet[0] in (tmp_path / "made").read_text(), "a key that is there is kept"
    assert (folder / "jwt-secret").stat().st_mode & 0o077 == 0


def test_the_script_names_every_file_that_is_missing_or_holds_too_much(tmp_path: Path) -> None:
    folder = a_secrets_folder(tmp_path)
    (folder / "metadata-url").unlink()
    (folder / "maplewire_smtp_url").write_text("smtp://one\nsmtp://two\n")
    done = make_secrets(tmp_path, folder)
    assert done.returncode == 1
    assert "metadata-url: is missing or empty" in done.stderr
    assert "maplewire_smtp_url: holds more than one line" in done.stderr
    assert not (tmp_path / "made").exists(), "nothing is made by halves"
    assert make_secrets(tmp_path, tmp_path / "nowhere").returncode == 2


def a_secrets_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "metadata-url").write_text("postgresql+psycopg2://airflow:x@db/airflow\n")
    (folder / "maplewire_ledger_url").write_text("postgresql://maplewire:x@db/maplewire")
    (folder / "maplewire_elasticsearch_api_key").write_text("key\n\n")
    (folder / "maplewire_smtp_url").write_text("smtp://mail\r\n")
    return folder


#: Stands in for kubectl: notes the name of each secret, and each key with what its file holds.
KUBECTL = """#!/bin/sh
shift 2
[ "$1" = create ] || { cat > /dev/null; exit 0; }
echo "secret $4" >> MADE
for argument in "$@"; do
    case $argument in
        --from-file=*)
            pair=${argument#--from-file=}
            printf '%s=[' "${pair%%=*}" >> MADE
            cat "${pair#*=}" >> MADE
            echo ']' >> MADE ;;
    esac
done
"""


def make_secrets(tmp_path: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    (tmp_path / "kubectl").write_text(KUBECTL.replace("MADE", str(tmp_path / "made")))
    (tmp_path / "kubectl").chmod(0o755)
    return subprocess.run(
        ["sh", ROOT / "deploy/helm/secrets.sh", folder, "maplewire"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )


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
