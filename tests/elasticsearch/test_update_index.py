"""The task that brings a real Elasticsearch up to the ledger: what it raises, and what it leaves behind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawlers.errors import PermanentError, TemporaryError
from pipelines.bootstrap import make_app
from pipelines.operations import airflow_tasks as tasks
from pipelines.stages.index import INDEX_STAGE
from tests.builders import NOON
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story, take
from tests.elasticsearch.fixtures import Elastic
from tests.elasticsearch.node import Node, free_port

#: Beyond the one byte that the index has for a publisher's tier.
TOO_GREAT = 10_000


@pytest.fixture(scope="module")
def node(elastic_node: Elastic) -> Iterator[Node]:  # skips or fails where there is no Java
    """Yield a node of this file alone: tasks write under the usual names."""
    with tempfile.TemporaryDirectory(prefix="maplewire-node-") as folder, Node(Path(folder)) as own:
        yield own


@pytest.fixture
def articles(node: Node) -> Elastic:
    """Return the node, without anything that another test wrote."""
    elastic = Elastic(node.url)
    for index in elastic("GET", "/_cat/indices/news-*?format=json&h=index"):
        elastic("DELETE", f"/{index['index']}")
    return elastic


@pytest.fixture(autouse=True)
def home(tmp_path: Path, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEWIRE_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("MAPLEWIRE_INDEX_URL", node.url)


def _take_articles(*numbers: int) -> None:
    """Store articles; the index has no room for the number that article 2 carries."""
    with make_app() as app:
        app.ledger.start_run(NOON)
        for number in numbers:
            stored = a_stored(number)
            if number == 2:
                stored = replace(stored, publisher=replace(stored.publisher, tier=TOO_GREAT))
            take(app.ledger, a_page_placed(stored, a_story(f"s{number}", number)))


def _held(elastic: Elastic) -> int:
    elastic("POST", "/news-articles/_refresh")
    return int(elastic("GET", "/news-articles/_count")["count"])


def _kept_aside() -> list[tuple[str, str]]:
    with make_app() as app:
        found = []
        for entry in app.ledger.quarantined():
            found.append((entry.stage, entry.reason))
        return found


def test_a_document_that_is_refused_is_kept_aside_told_once_and_the_rest_is_written(
    articles: Elastic,
) -> None:
    _take_articles(1, 2, 3)
    with pytest.raises(PermanentError, match=r"the index refused article .*out of range for a byte"):
        tasks.update_index()
    assert _held(articles) == 2
    ((stage, reason),) = _kept_aside()
    assert stage == INDEX_STAGE
    assert "out of range for a byte" in reason
    # The next run has nothing to meet again.
    assert tasks.update_index() == {"documents": 0}


def test_an_index_that_is_closed_is_a_trouble_for_a_person_and_stays_owed(articles: Elastic) -> None:
    with make_app() as app:
        app.index.setup()
    _take_articles(1, 2, 3)
    index = next(iter(articles("GET", "/_alias/news-articles")))
    articles("POST", f"/{index}/_close")
    with pytest.raises(PermanentError, match="closed"):
        tasks.update_index()
    assert _kept_aside() == []
    articles("POST", f"/{index}/_open?wait_for_active_shards=1")
    with pytest.raises(PermanentError, match="the index refused article"):
        tasks.update_index()
    assert _held(articles) == 2


def test_a_blocked_index_waits_and_stays_owed(articles: Elastic) -> None:
    _take_articles(1)
    # The month of the articles has its index then, which can be blocked.
    assert tasks.update_index() == {"documents": 1}
    _take_articles(2, 3)
    articles("PUT", "/news-articles/_settings", {"index.blocks.write": True})
    with pytest.raises(TemporaryError, match="indexing waits"):
        tasks.update_index()
    assert _kept_aside() == []
    articles("PUT", "/news-articles/_settings", {"index.blocks.write": None})
    with pytest.raises(PermanentError, match="the index refused article"):
        tasks.update_index()
    assert _held(articles) == 2


def test_an_index_that_is_away_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEWIRE_INDEX_URL", f"http://127.0.0.1:{free_port()}")
    _take_articles(1)
    with pytest.raises(TemporaryError, match="indexing waits"):
        tasks.update_index()
    assert _kept_aside() == []
