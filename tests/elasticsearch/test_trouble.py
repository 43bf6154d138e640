"""A node that is killed, blocked or away: writing waits, and afterwards the index holds what it was owed."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from crawlers.errors import TemporaryError
from maplewire_bench.index import changes_of, made_up
from pipelines.adapters.elastic_index import ElasticIndex
from pipelines.model import Change
from tests.elasticsearch.fixtures import elastic_node  # noqa: F401 - tells whether this machine has a node
from tests.elasticsearch.node import Node, free_port

ARTICLES = 1_500
PAUSES_S = (0.2, 0.4)


@pytest.fixture(scope="module")
def node(elastic_node: str) -> Iterator[Node]:  # noqa: F811 - skips or fails where there is no Java
    """Yield a node of this test alone: the one that all tests share must not be hurt."""
    with tempfile.TemporaryDirectory(prefix="maplewire-node-") as folder, Node(Path(folder)) as own:
        yield own


def _write_from(
    index: ElasticIndex, owed: Sequence[Sequence[Change]], done: int, hurt: Callable[[], None] | None = None
) -> int:
    """Write the batches after `done` as a run does; return how many are done when trouble comes or all are.

    `hurt` is called beside the writing when a third of it is done.
    """
    hurting: threading.Thread | None = None
    try:
        for batch in owed[done:]:
            if hurt and done == len(owed) // 3:
                hurting = threading.Thread(target=hurt)
                hurting.start()
            index.write(batch)
            done += 1
    except TemporaryError:
        if hurting:
            hurting.join()
    return done


def _held(node: Node, prefix: str) -> dict[str, tuple[int, str, str]]:
    """Return every document that the index holds: id -> (seq, title, story)."""
    client = Elasticsearch(node.url)
    client.indices.refresh(index=f"{prefix}-articles")
    found = client.search(index=f"{prefix}-articles", size=10_000, source=["id", "seq", "title", "story_id"])
    client.close()
    rows = [hit["_source"] for hit in found["hits"]["hits"]]
    assert len({row["id"] for row in rows}) == len(rows), "an article stands twice"
    return {row["id"]: (row["seq"], row["title"], row["story_id"]) for row in rows}


def _owed(owed: Sequence[Sequence[Change]]) -> dict[str, tuple[int, str, str]]:
    found: dict[str, tuple[int, str, str]] = {}
    for batch in owed:
        for change in batch:
            if change.document:
                document = change.document
                found[document.id] = (document.seq, document.title, document.story_id)
    return found


def _in_small_batches(batches: Iterable[Sequence[Change]]) -> list[Sequence[Change]]:
    small: list[Sequence[Change]] = []
    for batch in batches:
        small += [batch[start : start + 50] for start in range(0, len(batch), 50)]
    return small


def test_a_node_killed_while_it_is_written_to_ends_up_equal_to_what_was_owed(node: Node) -> None:
    owed = _in_small_batches(changes_of(list(made_up(ARTICLES))))
    index = ElasticIndex(node.url, prefix="killed", pauses_s=PAUSES_S)
    index.setup()
    done = _write_from(index, owed, 0, hurt=node.kill)
    assert done < len(owed), "the node was to die before everything was written"
    node.start()
    with_new_connections = ElasticIndex(node.url, prefix="killed", pauses_s=PAUSES_S)
    assert _write_from(with_new_connections, owed, done) == len(owed)
    assert _held(node, "killed") == _owed(owed)


@pytest.fixture
def settings(node: Node) -> Iterator[Callable[[dict[str, str]], None]]:
    """Change settings of the cluster until the end of the test."""
    client, changed = Elasticsearch(node.url), dict[str, None]()

    def change(values: dict[str, str]) -> None:
        changed.update(dict.fromkeys(values))
        client.cluster.put_settings(persistent=values)

    yield change
    client.cluster.put_settings(persistent=changed)
    client.close()


def _until(reached: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 90
    while not reached():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.5)


def test_a_full_disk_makes_writing_wait_and_nothing_is_lost(
    node: Node, settings: Callable[[dict[str, str]], None]
) -> None:
    """The real watermarks: the flood stage blocks every index, then there is room again."""
    owed = list(changes_of(list(made_up(300, seed=2))))
    index = ElasticIndex(node.url, prefix="full", pauses_s=PAUSES_S, timeout_s=5)
    index.setup()
    index.write(owed[0][:20])
    client = Elasticsearch(node.url)
    watermarks = "cluster.routing.allocation.disk.watermark."

    def blocked() -> bool:
        return "read_only_allow_delete" in str(client.indices.get_settings(index="full-*"))

    settings({"cluster.info.update.interval": "10s"})
    settings(dict.fromkeys((f"{watermarks}low", f"{watermarks}high", f"{watermarks}flood_stage"), "900tb"))
    _until(blocked, "the block")
    with pytest.raises(TemporaryError):
        index.write(owed[0])
    settings(dict.fromkeys((f"{watermarks}low", f"{watermarks}high", f"{watermarks}flood_stage"), "1kb"))
    _until(lambda: not blocked(), "the end of the block")
    client.close()
    ElasticIndex(node.url, prefix="full").write(owed[0])
    assert _held(node, "full") == _owed(owed)


def test_an_overloaded_node_is_tried_again_until_it_has_room(
    node: Node, settings: Callable[[dict[str, str]], None]
) -> None:
    """The circuit breaker answers 429 to a request that is too much for its memory."""
    owed = list(changes_of(list(made_up(200, seed=3))))
    index = ElasticIndex(node.url, prefix="busy", pauses_s=(0.5, 1.0, 2.0, 4.0))
    index.setup()
    settings({"network.breaker.inflight_requests.limit": "20kb"})
    hasty = ElasticIndex(node.url, prefix="busy", pauses_s=())
    with pytest.raises(TemporaryError, match="Data too large"):
        hasty.write(owed[0])
    relief = threading.Timer(1.0, settings, [{"network.breaker.inflight_requests.limit": "100%"}])
    relief.start()
    assert not index.write(owed[0])
    relief.join()
    assert _held(node, "busy") == _owed(owed)


def test_what_is_refused_is_told_with_its_reason_and_the_rest_is_written(node: Node) -> None:
    [owed] = changes_of(list(made_up(60, seed=4)))
    wrong = {
        7: replace(owed[7].document, tier=10_000),  # type: ignore[type-var]  # beyond a byte
        30: replace(owed[30].document, score=float("inf"), id="x" * 600),
        # type: ignore[type-var]  # an id of 512 bytes at most
    }
    sent = list(owed)
    for place, document in wrong.items():
        sent[place] = Change(owed[place].seq, document.id, document)
    index = ElasticIndex(node.url, prefix="refused", pauses_s=PAUSES_S)
    index.setup()
    rejected = index.write(sent)
    assert {one.id for one in rejected} == {document.id for document in wrong.values()}
    assert all(one.reason for one in rejected)
    assert "out of range for a byte" in str(rejected)
    assert _held(node, "refused") == _owed([[one for n, one in enumerate(owed) if n not in wrong]])


def test_a_node_that_is_away_is_told_in_one_sentence_with_its_address() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    index = ElasticIndex(address, pauses_s=PAUSES_S, timeout_s=2)
    with pytest.raises(TemporaryError, match=address.removeprefix("http://")):
        index.write(next(changes_of(list(made_up(3)))))
