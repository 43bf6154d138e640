"""Real servers for the contract suites, one a session; a fresh database for every test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from pipelines.adapters.elastic_index import ElasticIndex
from pipelines.adapters.ledger import SqlLedger, open_ledger
from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.model import Change
from pipelines.ports import Ledger
from tests import postgres
from tests.builders import NOON
from tests.contracts.searches import DOCUMENTS
from tests.elasticsearch.fixtures import Elastic, elastic_node, forget

__all__ = ["elastic_node"]


@contextmanager
def _elastic_index(node: Elastic) -> Iterator[ElasticIndex]:
    prefix = f"t{uuid.uuid4().hex[:10]}"
    index = ElasticIndex(node.url, prefix=prefix)
    index.setup()
    try:
        yield index
    finally:
        index.close()
        forget(node, prefix)


@pytest.fixture(scope="session")
def elastic_index(elastic_node: Elastic) -> Iterator[ElasticIndex]:
    """An index to empty and fill; a new one for every test would take a second each."""
    with _elastic_index(elastic_node) as index:
        yield index


@pytest.fixture(scope="session")
def elastic_corpus(elastic_node: Elastic) -> Iterator[ElasticIndex]:
    """An index that holds the corpus of `searches.py` and is never written to."""
    with _elastic_index(elastic_node) as index:
        index.write([Change(document.seq, document.id, document) for document in DOCUMENTS])
        yield index


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a running server."""
    if reason := postgres.missing_reason():
        pytest.skip(reason)
    with postgres.running_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """Name of a database with the ledger's tables.

    To copy it is quicker than to migrate every time.
    """
    with _database(postgres_server) as url:
        open_ledger(url).close()
        yield str(make_url(url).database)


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    with _database(postgres_server) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """URL of a fresh ledger, without tables' contents."""
    with _database(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.sqlite'}"


@contextmanager
def _database(server: str, template: str = "template1") -> Iterator[str]:
    """Make a database of a fresh name, give its URL, drop it at the end."""
    name = f"maplewire_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy".encode())
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    """A fresh ledger of each kind in which run 1 has started."""
    if request.param == "memory":
        opened: Ledger = MemoryLedger()
    else:
        opened = open_ledger(request.getfixturevalue(f"{request.param}_url"))
    assert opened.start_run(NOON) == 1
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite_url", pytest.param("postgres_url", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """URL of a fresh ledger on each kind of database."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture(params=["sqlite_url", pytest.param("empty_postgres_url", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest) -> str:
    """URL of a database without tables, of each kind."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def sql_ledger(url: str) -> Iterator[SqlLedger]:
    """A fresh ledger on each kind of database, in which run 1 has started."""
    with closing(open_ledger(url)) as opened:
        opened.start_run(NOON)
        yield opened
