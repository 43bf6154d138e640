"""Connections of Airflow, as its own backends of secrets give them, become settings of Maplewire."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import pytest

from pipelines.config import read_settings

ALL = (
    "MAPLEWIRE_LEDGER_URL",
    "MAPLEWIRE_INDEX_URL",
    "MAPLEWIRE_ELASTICSEARCH_API_KEY",
    "MAPLEWIRE_ELASTICSEARCH_CA_CERTS",
    "MAPLEWIRE_SMTP_URL",
    "MAPLEWIRE_SECRETS_DIR",
)


@pytest.fixture
def connections(bag: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ALL:
        # Set first, so that what the code sets is taken back in the end.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    # `bag` has put the folder of the DAGs on the path.
    return import_module("maplewire_connections")


def given(monkeypatch: pytest.MonkeyPatch, name: str, json: str) -> None:
    """Have Airflow's first backend, the environment, know a connection."""
    monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json)


@pytest.mark.parametrize(
    ("name", "json", "settings"),
    [
        (
            "maplewire_ledger",
            '{"conn_type": "postgres", "host": "db", "port": 5433, "login": "news", "password": "p@ss/word",'
            ' "schema": "ledger", "extra": {"sslmode": "require"}}',
            {"MAPLEWIRE_LEDGER_URL": "postgresql://news:p%40ss%2Fword@db:5433/ledger?sslmode=require"},
        ),
        (
            "maplewire_ledger",
            '{"conn_type": "postgres", "host": "db", "login": "news"}',
            {"MAPLEWIRE_LEDGER_URL": "postgresql://news@db/maplewire"},
        ),
        (
            "maplewire_elasticsearch",
            '{"conn_type": "elasticsearch", "host": "es", "port": 9200, "extra": {"api_key": "abc",'
            ' "ca_certs": "/run/ca.crt"}}',
            {
                "MAPLEWIRE_INDEX_URL": "https://es:9200",
                "MAPLEWIRE_ELASTICSEARCH_API_KEY": "abc",
                "MAPLEWIRE_ELASTICSEARCH_CA_CERTS": "/run/ca.crt",
            },
        ),
        (
            "maplewire_elasticsearch",
            '{"conn_type": "elasticsearch", "host": "es", "port": 9200, "schema": "http"}',
            {"MAPLEWIRE_INDEX_URL": "http://es:9200"},
        ),
        (
            "maplewire_smtp",
            '{"conn_type": "smtp", "host": "mail", "port": 587, "login": "desk@x", "password": "s"}',
            {"MAPLEWIRE_SMTP_URL": "smtp://desk%40x:s@mail:587?starttls=offer"},
        ),
        (
            "maplewire_smtp",
            '{"conn_type": "smtp", "host": "mail", "port": 465}',
            {"MAPLEWIRE_SMTP_URL": "smtps://mail:465"},
        ),
        (
            "maplewire_smtp",
            '{"conn_type": "smtp", "host": "mail", "port": 1025,'
            ' "extra": {"disable_ssl": true, "disable_tls": "True"}}',
            {"MAPLEWIRE_SMTP_URL": "smtp://mail:1025?starttls=never"},
        ),
    ],
)
def test_a_connection_becomes_settings_that_maplewire_takes(
    connections: Any, monkeypatch: pytest.MonkeyPatch, name: str, json: str, settings: dict[str, str]
) -> None:
    given(monkeypatch, name, json)
    connections.use_connections({})
    assert {variable: os.environ[variable] for variable in ALL if variable in os.environ} == settings
    read_settings()


@pytest.mark.parametrize("value", ["", "smtp://other:25"])
def test_what_the_environment_says_goes_before_connections(
    connections: Any, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    given(monkeypatch, "maplewire_smtp", '{"conn_type": "smtp", "host": "mail", "port": 587}')
    monkeypatch.setenv("MAPLEWIRE_SMTP_URL", value)
    connections.use_connections({})
    assert os.environ["MAPLEWIRE_SMTP_URL"] == value


def test_nobody_is_asked_where_a_folder_holds_the_secrets(
    connections: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, "maplewire_smtp", '{"conn_type": "smtp", "host": "mail", "port": 587}')
    monkeypatch.setenv("MAPLEWIRE_SECRETS_DIR", "/run/secrets")
    connections.use_connections({})
    assert "MAPLEWIRE_SMTP_URL" not in os.environ


def test_without_connections_nothing_is_set(connections: Any) -> None:
    connections.use_connections({})
    assert [variable for variable in ALL if variable in os.environ] == []


def test_every_task_reads_them_first(bag: Any, connections: Any) -> None:
    for dag in bag.dags.values():
        for task in dag.tasks:
            if task.task_type != "EmptyOperator":
                hook = getattr(task, "_pre_execute_hook", None) or task.partial_kwargs["pre_execute"]
                assert hook is connections.use_connections, task.task_id
