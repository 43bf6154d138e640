"""The whole job with Elasticsearch as its index.

The node is killed with -9 between and during the commands.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maplewire_demo.web import DemoWeb
from tests.e2e.conftest import Maplewire
from tests.elasticsearch.fixtures import Elastic
from tests.elasticsearch.node import Node
from tests.elasticsearch.owed import assert_equal_to_the_ledger

QUERIES = ("*:*", "canola OR 油菜籽", "lang:fr accord*")


@pytest.fixture
def node(elastic_node: Elastic) -> Iterator[Node]:  # skips or fails where there is no Java
    with tempfile.TemporaryDirectory(prefix="maplewire-node-") as folder, Node(Path(folder)) as own:
        yield own


@pytest.mark.timeout(1200)  # two nodes start anew three times; a busy machine takes minutes for it
def test_killed_nodes_end_up_with_the_answers_of_the_embedded_index(
    installed: Maplewire, node: Node, tmp_path: Path
) -> None:
    from pipelines.adapters.ledger import open_ledger

    with DemoWeb(datetime.now(UTC)) as web:
        embedded = installed.with_settings(
            home=tmp_path / "home",
            beat=web.beat_folder(tmp_path / "beat"),
            private_hosts="127.0.0.1",
            delay_s=0,
        )
        served = embedded.with_settings(index_url=node.url)
        assert "is not set up; run: maplewire setup" in served("search", "canola", status=1)
        assert not Elastic(node.url)("GET", "/_cat/indices?format=json"), "a search makes nothing"
        served("setup")
        node.kill()
        waiting = served("run", status=1)
        assert "indexing waits" in waiting
        assert "Traceback" not in waiting
    node.start()
    served("index")
    everything = served.json("search", "*:*", "--limit", "100")

    rebuilding = served.start("reindex")
    time.sleep(2.5)
    node.kill()
    assert rebuilding.wait(120) in (0, 1)
    gone = served("search", "canola", status=1)
    assert len(gone.splitlines()) == 1
    node.start()
    assert served.json("search", "*:*", "--limit", "100") == everything
    served("reindex")
    ledger = open_ledger(f"sqlite:///{tmp_path / 'home' / 'ledger.sqlite'}")
    assert_equal_to_the_ledger(Elastic(node.url), "news", ledger)
    ledger.close()

    stories = {text: served.json("search", text, "--limit", "100") for text in QUERIES}
    some = stories["*:*"]["stories"][0]["id"]
    story = served.json("story", some)
    embedded("index")
    assert {text: embedded.json("search", text, "--limit", "100") for text in QUERIES} == stories
    assert stories["*:*"] == everything
    assert all(answer["total"] for answer in stories.values()), "a query that finds nothing proves nothing"
    assert embedded.json("story", some) == story
