"""docker-compose.yml keeps its promises.

The real docker-compose reads it, and so does the schema of the Compose specification.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipelines.config import SECRETS_VARIABLE, Settings
from tests.deploy.compose import (
    EXAMPLE,
    ROOT,
    STACK,
    TASK_LOGS,
    compose,
    made_env,
    resolved,
    variables,
    written,
)

ONCE = {
    "elasticsearch-certificates",
    "elasticsearch-setup",
    "airflow-init",
    "maplewire-setup",
}
COMMANDS = {"maplewire", "airflow-cli"}
SECRET = re.compile(r"PASSWORD|SECRET|_KEY\b|TOKEN")
SERVICES: Mapping[str, Any] = written()["services"]
LONG_RUNNING = sorted(set(SERVICES) - ONCE - COMMANDS)


@pytest.fixture(scope="module")
def env_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_env(tmp_path_factory.mktemp("env"))


@pytest.fixture(scope="module")
def services(env_file: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = resolved(env_file)["services"]
    return found


@pytest.mark.parametrize(
    "profiles", [(), ("celery",), ("tools",), ("room",), ("celery", "tools", "room")], ids=str
)
def test_docker_compose_accepts_the_stack_with_each_profile(
    env_file: Path, profiles: tuple[str, ...]
) -> None:
    done = compose(env_file, "config", "-q", profiles=profiles)
    assert (done.returncode, done.stderr) == (0, "")


def test_docker_compose_accepts_the_stack_with_task_logs_in_elasticsearch(env_file: Path) -> None:
    found = resolved(env_file, STACK, TASK_LOGS)["services"]
    logs = {
        name
        for name, service in found.items()
        if "AIRFLOW__ELASTICSEARCH__HOST" in service.get("environment", {})
    }
    long_running = {name for name in LONG_RUNNING if name.startswith("airflow-")} | {"worker"}
    long_running.discard("airflow-clean")  # runs no task
    assert logs == long_running
    patterns = {found[name]["environment"]["AIRFLOW__ELASTICSEARCH__INDEX_PATTERNS"] for name in logs}
    assert patterns == {"airflow-logs*"}
    assert found["elasticsearch-setup"]["environment"]["AIRFLOW_LOGS_PASSWORD"]


@pytest.mark.parametrize("file", [STACK, TASK_LOGS], ids=lambda f: f.name)
def test_the_files_follow_the_compose_specification(file: Path) -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", file], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_a_misspelt_key_is_refused(env_file: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(STACK.read_text().replace("healthcheck:", "helthcheck:", 1))
    assert "helthcheck" in compose(env_file, "config", "-q", files=(wrong,)).stderr


def test_nothing_starts_with_the_example_as_it_is_and_each_missing_secret_is_named(tmp_path: Path) -> None:
    done = compose(EXAMPLE, "config", "-q")
    assert done.returncode != 0
    named = set(re.findall(r"required variable (\w+) is missing a value: run", done.stderr))
    empty = {name for name, value in variables(EXAMPLE).items() if SECRET.search(name) and not value}
    assert named == empty - {"AIRFLOW_LOGS_PASSWORD"}, "the last is asked for by the overlay alone"


def test_every_secret_of_the_stack_must_be_given_and_none_has_a_default() -> None:
    used = re.findall(r"(?<!\$)\$\{(\w+)([^}]*)\}", STACK.read_text() + TASK_LOGS.read_text())
    assert {name for name, rest in used if SECRET.search(name) and not rest.startswith(":?")} == set()
    assert {name for name, rest in used if SECRET.search(name)} >= {"ELASTIC_PASSWORD", "AIRFLOW_JWT_SECRET"}


def test_no_secret_stands_in_the_files() -> None:
    for name, service in SERVICES.items():
        for key, value in (service.get("environment") or {}).items():
            if SECRET.search(key) and key != SECRETS_VARIABLE:
                assert str(value).startswith("${"), f"{name}: {key}"
    assert not re.search(r"://\w*:[^$@\s/]+@", STACK.read_text()), "a password in an address"


def test_every_variable_stands_in_the_example_with_the_default_of_the_file() -> None:
    example = variables(EXAMPLE)
    used = re.findall(
        r"(?<!\$)\$\{(\w+)(?::-((?:[^{}]|\{[^}]*\})*))?", STACK.read_text() + TASK_LOGS.read_text()
    )
    unknown = {name for name, _ in used} - set(example) - {"MAPLEWIRE_VERSION"}
    assert unknown == set()
    assert set(example) == {name for name, _ in used} - {"MAPLEWIRE_VERSION"}, (
        "the example names what is used"
    )
    differing = {name for name, default in used if default and example.get(name) not in (default, "", None)}
    assert differing == set()


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_images_are_pinned(name: str, services: Mapping[str, Any]) -> None:
    image = services[name]["image"]
    if "build" in services[name]:
        assert image == "maplewire:local"
    else:
        assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+(\.\d+)?(-\w+)?", image), image


def test_elasticsearch_and_kibana_are_of_one_version_the_one_the_tests_run(
    services: Mapping[str, Any],
) -> None:
    from tests.elasticsearch.node import VERSION

    images = {services[name]["image"] for name in ("elasticsearch", "elasticsearch-setup", "kibana")}
    assert {image.rpartition(":")[2] for image in images} == {VERSION}


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_a_long_running_service_has_a_health_check_and_comes_back(
    name: str, services: Mapping[str, Any]
) -> None:
    service = services[name]
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "retries", "start_period"} <= set(service["healthcheck"])
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(ONCE | COMMANDS))
def test_what_runs_once_is_not_restarted(name: str, services: Mapping[str, Any]) -> None:
    assert services[name]["restart"] == "no"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_has_limits(name: str, services: Mapping[str, Any]) -> None:
    service = services[name]
    assert int(service["mem_limit"]) >= 128 * 2**20
    assert float(service["cpus"]) > 0
    assert service["logging"]["options"]["max-size"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_who_waits_for_whom(services: Mapping[str, Any]) -> None:
    waits: set[tuple[str, str, str]] = set()
    for name, service in services.items():
        for other, condition in (service.get("depends_on") or {}).items():
            waits.add((name, other, condition["condition"]))
    for name, other, condition in waits:
        assert other in services, f"{name} waits for {other}"
        expected = "service_completed_successfully" if other in ONCE else "service_healthy"
        assert condition == expected, f"{name} waits for {other}"
    followers = {other for _, other, _ in waits}
    assert followers >= ONCE - {"maplewire-setup"}, "a set-up that nobody waits for may come too late"
    started = {name for name in services if name.startswith("airflow-")} - {"airflow-init", "airflow-cli"}
    for name in started | {"worker"}:
        assert (name, "airflow-init", "service_completed_successfully") in waits
        assert (name, "elasticsearch-setup", "service_completed_successfully") in waits
    # Where tasks run: each of them begins by asking the API server.
    for name in ("airflow-scheduler", "worker"):
        assert (name, "airflow-apiserver", "service_healthy") in waits
        assert int(services[name]["environment"]["AIRFLOW__WORKERS__EXECUTION_API_RETRIES"]) >= 10


def test_no_task_is_given_the_address_of_airflows_database_to_clean_it(services: Mapping[str, Any]) -> None:
    for name in ("airflow-scheduler", "worker"):
        assert services[name]["environment"]["AIRFLOW_UPKEEP_SQL_ALCHEMY_CONN"] == ""
    assert services["airflow-clean"]["command"] == ["bash", "/opt/maplewire/nightly.sh"]
    assert set(services["airflow-clean"]["networks"]) == {"database"}


def test_only_this_machine_can_connect_and_only_to_the_dashboards(services: Mapping[str, Any]) -> None:
    ports = {
        name: [(p["host_ip"], p["published"], p["target"]) for p in service["ports"]]
        for name, service in services.items()
        if service.get("ports")
    }
    assert ports == {
        "airflow-apiserver": [("127.0.0.1", "8080", 8080)],
        "kibana": [("127.0.0.1", "5601", 5601)],
        "mailpit": [("127.0.0.1", "8025", 8025)],
        "reading-room": [("127.0.0.1", "8010", 8010)],
        "flower": [("127.0.0.1", "5555", 5555)],
    }


def test_workers_and_redis_start_with_the_profile_celery_alone(services: Mapping[str, Any]) -> None:
    profiles = {name: service.get("profiles") for name, service in services.items()}
    assert {name for name, of in profiles.items() if of == ["celery"]} == {"worker", "redis", "flower"}
    assert {name for name, of in profiles.items() if of == ["tools"]} == COMMANDS
    assert {name for name, of in profiles.items() if of == ["room"]} == {"reading-room"}
    assert services["worker"]["environment"]["DUMB_INIT_SETSID"] == "0"
    assert re.search(r":7\.2\.", services["redis"]["image"]), "later versions have another licence"


def test_a_worker_refuses_to_idle_beside_a_local_executor(env_file: Path, tmp_path: Path) -> None:
    script = written()["services"]["worker"]["command"][-1].replace("$$", "$").replace("exec airflow", "echo")
    for executor, status in (("LocalExecutor", 1), ("CeleryExecutor", 0)):
        done = subprocess.run(
            ["bash", "-c", script], env={"AIRFLOW__CORE__EXECUTOR": executor}, capture_output=True, text=True
        )
        assert done.returncode == status
        assert ("AIRFLOW_EXECUTOR=CeleryExecutor" in done.stderr) == bool(status)


def test_all_parts_of_airflow_have_the_same_keys_and_stores(services: Mapping[str, Any]) -> None:
    parts = [
        services[name]["environment"] for name in services if name.startswith("airflow-") or name == "worker"
    ]
    for name in (
        "AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__API__SECRET_KEY", "AIRFLOW__CORE__FERNET_KEY",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
        "MAPLEWIRE_LEDGER_URL",
    ):  # fmt: skip
        assert len({part[name] for part in parts}) == 1, name
        assert parts[0][name]
    assert {part["AIRFLOW__CORE__EXECUTOR"] for part in parts} == {"LocalExecutor"}


def test_our_image_gets_only_settings_that_exist(services: Mapping[str, Any]) -> None:
    known = {f"MAPLEWIRE_{name}".upper() for name in Settings.model_fields} | {SECRETS_VARIABLE}
    given: set[str] = set()
    for service in services.values():
        if "build" in service:
            given |= {key for key in service["environment"] if key.startswith("MAPLEWIRE_")}
    assert given - known == set()
    assert given >= {"MAPLEWIRE_HOME", "MAPLEWIRE_LEDGER_URL", "MAPLEWIRE_INDEX_URL", "MAPLEWIRE_SMTP_URL"}


def test_the_broker_and_its_results_are_told_to_those_who_use_them(services: Mapping[str, Any]) -> None:
    told = {name for name, service in services.items() if _tells(service, "AIRFLOW__CELERY__RESULT_BACKEND")}
    assert told == {"airflow-scheduler", "worker"}, "it holds the password of the database"
    told = {name for name, service in services.items() if _tells(service, "AIRFLOW__CELERY__BROKER_URL")}
    assert told == {"airflow-scheduler", "worker", "flower"}
    flower = services["flower"]
    keys = [key for key in flower["environment"] if re.search(r"MAPLEWIRE|SECRET|FERNET|SQL_ALCHEMY", key)]
    assert keys == [], "it shows what workers do, and has no business elsewhere"
    assert not flower.get("volumes")
    assert flower["environment"]["AIRFLOW__CELERY__FLOWER_BASIC_AUTH"].startswith("admin:")


def _tells(service: Mapping[str, Any], variable: str) -> bool:
    return variable in (service.get("environment") or {})


def test_a_proxy_is_believed_from_the_address_that_is_named(services: Mapping[str, Any]) -> None:
    server = services["airflow-apiserver"]
    assert server["command"] == ["api-server", "--proxy-headers"]
    assert server["environment"]["FORWARDED_ALLOW_IPS"] == "127.0.0.1", "nobody else until it is named"


def test_the_settings_of_our_image_are_accepted(
    services: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for key, value in services["airflow-scheduler"]["environment"].items():
        monkeypatch.setenv(key, value)
    settings = Settings()
    assert settings.ledger.startswith("postgresql://maplewire:")
    assert settings.index == "https://elasticsearch:9200"
    assert settings.operator_mail == ()
    assert settings.user_agent is None, "an empty variable counts as none"


def test_the_image_runs_as_nobody_special(services: Mapping[str, Any]) -> None:
    root = {name for name, service in services.items() if service.get("user") == "0:0"}
    assert root == {"elasticsearch-certificates", "elasticsearch-setup"}, "they hand over volumes and end"
    assert not any(service.get("privileged") for service in services.values())
    assert "/var/run/docker.sock" not in STACK.read_text()


def test_every_file_that_is_mounted_is_in_the_project(services: Mapping[str, Any]) -> None:
    mounts: list[Any] = []
    for service in services.values():
        mounts += [volume for volume in service.get("volumes", []) if volume["type"] == "bind"]
    assert mounts
    for mount in mounts:
        assert Path(mount["source"]).exists(), mount["source"]
        assert Path(mount["source"]).is_relative_to(ROOT)
        assert mount["read_only"]


def test_every_volume_is_used_and_the_private_keys_reach_the_server_alone(
    env_file: Path, services: Mapping[str, Any]
) -> None:
    users: dict[str, set[str]] = {name: set() for name in written()["volumes"]}
    for name, service in services.items():
        for mount in service.get("volumes", []):
            if mount["type"] == "volume":
                users[mount["source"]].add(name)
    assert all(users.values())
    assert users["elasticsearch-certificates"] == {"elasticsearch-certificates", "elasticsearch"}
    assert "elasticsearch" not in users["maplewire-secrets"]


def test_searching_is_encrypted_and_asks_who_you_are(services: Mapping[str, Any]) -> None:
    server = services["elasticsearch"]["environment"]
    assert server["xpack.security.enabled"] == server["xpack.security.http.ssl.enabled"] == "true"
    assert services["kibana"]["environment"]["ELASTICSEARCH_HOSTS"] == '["https://elasticsearch:9200"]'
    assert services["kibana"]["environment"]["ELASTICSEARCH_USERNAME"] == "kibana_system"
    assert "ELASTIC_PASSWORD" not in services["airflow-scheduler"]["environment"], "it has the API key"


def test_mails_link_to_the_kibana_that_people_open_without_anybodys_password(
    services: Mapping[str, Any],
) -> None:
    told = {
        name: s["environment"].get("MAPLEWIRE_KIBANA_URL") for name, s in services.items() if "build" in s
    }
    del told["flower"]  # it knows the broker alone
    assert {url for name, url in told.items() if name != "maplewire-setup"} == {"http://localhost:5601"}
    assert told["maplewire-setup"].startswith("http://elastic:")
