"""What a container that was broken into can do: no capability, no writing, few neighbours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.compose import STACK, TASK_LOGS, made_env, resolved, written

SERVICES: Mapping[str, Any] = written()["services"]
#: Everything of Airflow that runs tasks, and with them crawls.
TASKS = {"airflow-scheduler", "worker", "airflow-cli"}
WATCHERS = {"airflow-dag-processor", "airflow-triggerer"}
AIRFLOW = TASKS | WATCHERS | {"airflow-apiserver"}
#: Services that write into their container, whose reason must stand in the file.
WRITES = {"elasticsearch"}

#: Who has to reach whom, beside the parts of Airflow among themselves. Nobody else may.
NEEDED = {
    "postgres": AIRFLOW | {"airflow-clean", "airflow-init", "maplewire", "maplewire-setup", "reading-room"},
    "redis": TASKS | {"flower"},
    "elasticsearch": TASKS
    | {"elasticsearch-setup", "kibana", "maplewire", "maplewire-setup", "reading-room"},
    "kibana": {"elasticsearch", "maplewire-setup"},
    "mailpit": TASKS | WATCHERS | {"maplewire"},
}


@pytest.fixture(scope="module")
def env_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_env(tmp_path_factory.mktemp("env"))


@pytest.fixture(scope="module")
def stack(env_file: Path) -> Mapping[str, Any]:
    return resolved(env_file)


@pytest.fixture(scope="module")
def with_task_logs(env_file: Path) -> Mapping[str, Any]:
    return resolved(env_file, STACK, TASK_LOGS)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_service_has_a_capability_or_may_gain_one(name: str, stack: Mapping[str, Any]) -> None:
    service = stack["services"][name]
    assert service["cap_drop"] == ["ALL"]
    assert not service.get("cap_add")
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    assert not {"pid", "ipc", "userns_mode", "devices"} & set(service)


@pytest.mark.parametrize("name", sorted(set(SERVICES) - WRITES))
def test_a_service_writes_to_its_volumes_and_to_memory_alone(name: str, stack: Mapping[str, Any]) -> None:
    service = stack["services"][name]
    assert service["read_only"] is True
    assert any(place.startswith("/tmp:") for place in service["tmpfs"])
    assert all(re.search(r":size=\d+m$", place) for place in service["tmpfs"]), "each with a limit"
    memory = sum(int(re.findall(r"size=(\d+)m", place)[0]) for place in service["tmpfs"])
    assert memory * 2**20 <= int(service["mem_limit"]) or name == "elasticsearch-setup"


@pytest.mark.parametrize("name", sorted(WRITES))
def test_a_service_that_writes_into_its_container_says_why(name: str, stack: Mapping[str, Any]) -> None:
    assert not stack["services"][name].get("read_only")
    above = STACK.read_text().split("read_only: false")[0].splitlines()[-2]
    assert above.lstrip().startswith("# "), "the reason stands in the line above"


def test_the_exceptions_are_those_of_the_list() -> None:
    writing = {name for name, service in SERVICES.items() if not service.get("read_only")}
    assert writing == WRITES
    assert STACK.read_text().count("read_only: false") == len(WRITES)


def test_what_airflow_writes_for_itself_goes_to_memory_and_its_logs_to_their_volume(
    stack: Mapping[str, Any],
) -> None:
    for name in AIRFLOW | {"airflow-init"}:
        environment = stack["services"][name]["environment"]
        assert environment["AIRFLOW_HOME"].startswith("/tmp/")
        mounts = {mount["target"] for mount in stack["services"][name]["volumes"]}
        assert environment["AIRFLOW__LOGGING__BASE_LOG_FOLDER"] in mounts
        assert environment["AIRFLOW__CORE__DAGS_FOLDER"] == "/opt/airflow/dags"


def _neighbours(stack: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return of each service whom it shares a network with."""
    found: dict[str, set[str]] = {name: set() for name in stack["services"]}
    for one, other in combinations(stack["services"], 2):
        if _networks(stack, one) & _networks(stack, other):
            found[one].add(other)
            found[other].add(one)
    return found


def _networks(stack: Mapping[str, Any], name: str) -> set[str]:
    return set(stack["services"][name].get("networks") or {})


@pytest.mark.parametrize("store", sorted(NEEDED))
def test_a_store_is_reached_by_those_that_need_it_and_by_nobody_else(
    store: str, stack: Mapping[str, Any]
) -> None:
    assert _neighbours(stack)[store] == NEEDED[store]


def test_task_logs_bring_elasticsearch_to_those_alone_that_show_them(
    with_task_logs: Mapping[str, Any],
) -> None:
    found = _neighbours(with_task_logs)
    assert found["elasticsearch"] == NEEDED["elasticsearch"] | WATCHERS | {"airflow-apiserver"}
    for store in ("postgres", "redis", "kibana", "mailpit"):
        assert found[store] == NEEDED[store]


def test_the_parts_of_airflow_reach_its_server(stack: Mapping[str, Any]) -> None:
    assert _neighbours(stack)["airflow-apiserver"] >= TASKS | WATCHERS | {"postgres"}


def test_who_makes_the_keys_of_the_server_talks_to_nobody(stack: Mapping[str, Any]) -> None:
    assert stack["services"]["elasticsearch-certificates"]["network_mode"] == "none"
    assert not _neighbours(stack)["elasticsearch-certificates"]


def test_no_service_is_on_a_network_that_nobody_chose(stack: Mapping[str, Any]) -> None:
    assert "default" not in stack["networks"]
    assert all(_networks(stack, name) for name in set(SERVICES) - {"elasticsearch-certificates"})
    used = set().union(*(_networks(stack, name) for name in SERVICES))
    assert used == set(stack["networks"])


def test_databases_and_the_index_have_no_way_out(stack: Mapping[str, Any]) -> None:
    for name in (
        "postgres",
        "redis",
        "elasticsearch",
        "elasticsearch-setup",
        "airflow-clean",
        "airflow-init",
        "maplewire-setup",
    ):
        for network in _networks(stack, name):
            assert stack["networks"][network].get("internal"), f"{name} gets out by {network}"


def test_who_crawls_gets_out_and_who_has_a_port_is_on_a_network_that_can_publish_it(
    stack: Mapping[str, Any],
) -> None:
    open_networks = {name for name, network in stack["networks"].items() if not network.get("internal")}
    for name in TASKS | {"maplewire"}:
        assert "outside" in _networks(stack, name)
    for name, service in stack["services"].items():
        if service.get("ports"):
            assert _networks(stack, name) & open_networks, f"Docker publishes no port of {name}"
    for name in ("dashboards", "outside"):
        assert not {"postgres", "redis", "elasticsearch", "mailpit"} & {
            service for service in SERVICES if name in _networks(stack, service)
        }


def test_the_stores_never_run_as_root(stack: Mapping[str, Any]) -> None:
    # As root their entrypoints would change owners and users, for which they would need capabilities.
    assert {name: stack["services"][name]["user"] for name in ("postgres", "redis")} == {
        "postgres": "postgres",
        "redis": "redis",
    }
