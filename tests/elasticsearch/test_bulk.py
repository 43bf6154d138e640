"""Two requests at once: what one of them is answered neither loses nor doubles the writes of the other.

A server on the loopback gives the answers that a node gives seldom.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from crawlers.errors import PermanentError, TemporaryError
from pipelines.adapters.elastic_index.bulk import BULK_BYTES, LEAST_BULK_BYTES, BulkWriter
from pipelines.adapters.elastic_index.cluster import Cluster
from pipelines.adapters.elastic_index.documents import Operation

Answer = tuple[int, dict[str, Any]]
BUSY: Answer = (429, {"error": {"type": "circuit_breaking_exception", "reason": "Data too large"}})
REFUSED: Answer = (400, {"error": {"type": "parse_exception", "reason": "not readable"}})
NO_KEY: Answer = (401, {"error": {"type": "security_exception", "reason": "unable to authenticate"}})
DONE: Answer = (200, {"errors": False})


class _Bulks:
    """What was sent, request by request, and what each is answered."""

    def __init__(self, answer: Callable[[list[str], int], Answer]) -> None:
        self._answer = answer
        self._lock = threading.Lock()
        self.requests: list[list[str]] = []

    def take(self, body: bytes) -> Answer:
        ids: list[str] = []
        for line in body.splitlines()[::2]:
            ids.append(json.loads(line)["index"]["_id"])
        with self._lock:
            self.requests.append(ids)
            number = len(self.requests)
        return self._answer(ids, number)


@contextmanager
def _serving(bulks: _Bulks) -> Iterator[Cluster]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            status, answer = bulks.take(self.rfile.read(int(self.headers["content-length"])))
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/vnd.elasticsearch+json; compatible-with=8")
            self.send_header("x-elastic-product", "Elasticsearch")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    cluster = Cluster(f"http://127.0.0.1:{server.server_port}")
    try:
        yield cluster
    finally:
        cluster.close()
        server.shutdown()
        serving.join()
        server.server_close()


def _operations(number: int, size: int = 10) -> list[Operation]:
    source = json.dumps({"body": "x" * size}).encode()
    return [Operation("articles-2026", f"a{n}", n, source) for n in range(1, number + 1)]


def _writer(cluster: Cluster, pauses_s: tuple[float, ...] = (0.0,)) -> BulkWriter:
    return BulkWriter(cluster, lambda one: one.action("t", require_alias=False), pauses_s=pauses_s)


def test_a_document_that_is_refused_before_its_node_is_busy_is_told_once() -> None:
    def answer(ids: list[str], number: int) -> Answer:
        if "a1" in ids:
            return REFUSED
        return BUSY if number == 3 else DONE

    with _serving(_Bulks(answer)) as cluster:
        rejected = _writer(cluster).write(_operations(2))
    assert [one.id for one in rejected] == ["a1"]


def test_a_busy_node_is_not_sent_what_is_left() -> None:
    bulks = _Bulks(lambda _ids, _number: BUSY)
    # Thirty-two parts, of which two are under way at once.
    with _serving(bulks) as cluster, pytest.raises(TemporaryError, match=r"^32 of 32 .*Data too large"):
        _writer(cluster, ()).write(_operations(32, size=BULK_BYTES))
    assert len(bulks.requests) <= 2


def test_what_one_request_has_written_is_not_sent_again_for_the_other() -> None:
    is_first_under_way = threading.Event()

    def answer(ids: list[str], number: int) -> Answer:
        if "a1" in ids:
            is_first_under_way.set()
            return DONE
        assert is_first_under_way.wait(60)
        return BUSY if number <= 2 else DONE

    bulks = _Bulks(answer)
    with _serving(bulks) as cluster:
        assert not _writer(cluster).write(_operations(2, size=2 * LEAST_BULK_BYTES))
    assert sorted(bulks.requests) == [["a1"], ["a2"], ["a2"]]


def test_a_wrong_key_in_one_request_ends_the_writing() -> None:
    bulks = _Bulks(lambda ids, _number: NO_KEY if "a1" in ids else DONE)
    with _serving(bulks) as cluster, pytest.raises(PermanentError, match="does not accept the key"):
        _writer(cluster).write(_operations(4, size=BULK_BYTES))
