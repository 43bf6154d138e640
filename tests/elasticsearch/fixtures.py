"""One real node for the whole session, shared by all workers.

A conftest has them by `from tests.elasticsearch.fixtures import *`.

elastic_node      the node: `.url`
elastic_prefix    a prefix for the names of indices and templates that no other test has; removed at the end
elastic           sends requests to the node
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import tempfile
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.elasticsearch.node import CannotStart, Node

URL_VARIABLE = "MAPLEWIRE_TEST_ELASTICSEARCH_URL"

__all__ = ["elastic", "elastic_node", "elastic_prefix"]


class Refusal(AssertionError):
    """The node answered with an error."""


@dataclass(frozen=True)
class Elastic:
    """A node by its address, and the least that tests need to speak to it."""

    url: str

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        """Return the node's answer; raises `Refusal` with its text on any error status."""
        kind = "application/json"
        data: bytes | None = None
        if isinstance(body, list):
            kind = "application/x-ndjson"
            data = "".join(json.dumps(line) + "\n" for line in body).encode()
        elif body is not None:
            data = json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}{path}", data, {"Content-Type": kind, "Accept": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as e:
            raise Refusal(f"{method} {path}: {e.code} {e.read().decode()[:2000]}") from None


@pytest.fixture(scope="session")
def elastic_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elastic]:
    """A running Elasticsearch: the one of MAPLEWIRE_TEST_ELASTICSEARCH_URL, else one of our own."""
    if url := os.environ.get(URL_VARIABLE):
        yield Elastic(url.rstrip("/"))
        return
    root = tmp_path_factory.getbasetemp()
    shared = root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root
    try:
        url = _joined(shared)
    except CannotStart as e:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(e))
    try:
        yield Elastic(url)
    finally:
        _left(shared)


@pytest.fixture
def elastic(elastic_node: Elastic) -> Elastic:
    return elastic_node


@pytest.fixture
def elastic_prefix(elastic_node: Elastic) -> Iterator[str]:
    prefix = f"t{uuid.uuid4().hex[:10]}"
    yield prefix
    forget(elastic_node, prefix)


def forget(elastic: Elastic, prefix: str) -> None:
    """Remove every index and template whose name starts with `prefix-`."""
    for index in elastic("GET", f"/_cat/indices/{prefix}-*?format=json&h=index"):
        elastic("DELETE", f"/{index['index']}")
    for kind in ("_index_template", "_component_template"):
        with suppress(Refusal):
            elastic("DELETE", f"/{kind}/{prefix}-*")


# -- one node for all workers: whoever comes first starts it, whoever leaves last ends it -----------------


@contextmanager
def _state(folder: Path) -> Iterator[dict[str, Any]]:
    """Give the shared notes to change, to one worker at a time."""
    with (folder / "elasticsearch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = folder / "elasticsearch.json"
        notes: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        yield notes
        path.write_text(json.dumps(notes))


def _joined(folder: Path) -> str:
    with _state(folder) as notes:
        if not notes.get("users"):
            home = Path(tempfile.mkdtemp(prefix="maplewire-node-"))
            node = Node(home)
            try:
                node.start()
            except BaseException:
                node.kill()
                raise
            notes |= {"users": 0, "url": node.url, "home": str(home), "pid": node.pid}
        notes["users"] += 1
        return str(notes["url"])


def _left(folder: Path) -> None:
    with _state(folder) as notes:
        notes["users"] -= 1
        if notes["users"] == 0:
            with suppress(ProcessLookupError):
                os.killpg(notes["pid"], signal.SIGKILL)
            shutil.rmtree(notes["home"], ignore_errors=True)
