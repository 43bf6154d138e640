"""Connections of Airflow as settings of Maplewire, where there are any.

    maplewire_ledger          MAPLEWIRE_LEDGER_URL
    maplewire_elasticsearch   MAPLEWIRE_INDEX_URL, and key and certificates of it
    maplewire_smtp            MAPLEWIRE_SMTP_URL

So a backend of secrets that Airflow has (Vault, AWS, Google) holds ours too. What the environment says
goes before them, an empty value too, and then nobody is asked. Only files in this folder import it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

#: A folder of secrets says where they all are.
SECRETS = "MAPLEWIRE_SECRETS_DIR"
#: Mail servers take mail there under TLS from the first byte on.
_SMTPS_PORT = 465
#: Marks an answer of Airflow's settings as yes.
_YES = ("true", "1", "yes")


def ledger_settings(connection: Any) -> dict[str, str]:
    """Return the address of a PostgreSQL; what stands in "extra" (sslmode) is added to it."""
    extra = connection.extra_dejson
    query = f"?{urlencode(extra)}" if extra else ""
    name = quote(connection.schema or "maplewire", safe="")
    return {"MAPLEWIRE_LEDGER_URL": f"postgresql://{_server(connection)}/{name}{query}"}


def elasticsearch_settings(connection: Any) -> dict[str, str]:
    """Return the address of an Elasticsearch, with `api_key` and `ca_certs` from "extra"."""
    extra = connection.extra_dejson
    scheme = connection.schema if connection.schema in ("http", "https") else "https"
    settings = {"MAPLEWIRE_INDEX_URL": f"{scheme}://{_server(connection)}"}
    for field in ("api_key", "ca_certs"):
        if extra.get(field):
            settings[f"MAPLEWIRE_ELASTICSEARCH_{field.upper()}"] = str(extra[field])
    return settings


def smtp_settings(connection: Any) -> dict[str, str]:
    """Return the address of a mail server.

    `disable_ssl` and `disable_tls` mean what they do for Airflow's own hook.
    """
    extra = connection.extra_dejson
    is_tls = connection.port == _SMTPS_PORT and not _is_yes(extra.get("disable_ssl"))
    if is_tls:
        return {"MAPLEWIRE_SMTP_URL": f"smtps://{_server(connection)}"}
    starttls = "never" if _is_yes(extra.get("disable_tls")) else "offer"
    return {"MAPLEWIRE_SMTP_URL": f"smtp://{_server(connection)}?starttls={starttls}"}


#: Each connection, what is made of it, and the settings that it would give.
CONNECTIONS: Mapping[str, tuple[Callable[[Any], dict[str, str]], tuple[str, ...]]] = {
    "maplewire_ledger": (ledger_settings, ("MAPLEWIRE_LEDGER_URL",)),
    "maplewire_elasticsearch": (
        elasticsearch_settings,
        (
            "MAPLEWIRE_INDEX_URL",
            "MAPLEWIRE_ELASTICSEARCH_API_KEY",
            "MAPLEWIRE_ELASTICSEARCH_CA_CERTS",
        ),
    ),
    "maplewire_smtp": (smtp_settings, ("MAPLEWIRE_SMTP_URL",)),
}


def use_connections(context: Any) -> None:  # noqa: ARG001 - Airflow gives it
    """Set what connections say in the environment of this task, which is a process of its own."""
    if SECRETS in os.environ:
        return
    for connection_id, (settings_of, names) in CONNECTIONS.items():
        # The first is what the others belong to.
        if names[0] in os.environ:
            continue
        connection = _find_connection(connection_id)
        if connection is not None:
            os.environ.update(settings_of(connection))


def _find_connection(connection_id: str) -> Any:
    """Return a connection of Airflow; None where it has none of this name."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return Connection.get(connection_id)
    except AirflowNotFoundException:
        return None


def _server(connection: Any) -> str:
    """Return who logs in and where: "user:password@host:port"."""
    login = ""
    if connection.login:
        login = quote(connection.login, safe="")
        if connection.password:
            login += f":{quote(connection.password, safe='')}"
        login += "@"
    port = f":{connection.port}" if connection.port else ""
    return f"{login}{connection.host}{port}"


def _is_yes(value: Any) -> bool:
    return str(value).lower() in _YES
