"""`maplewire bench index` and `bench search` measure a real node, and leave nothing on it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from maplewire_bench.index import bench_index
from maplewire_bench.search import bench_search
from maplewire_bench.search_on_node import in_plain_syntax
from tests.elasticsearch.fixtures import Elastic

ARTICLES = 120
#: How long a bench may take to make its indices.
START_S = 120

#: One bench at a time: each test looks whether any has left something.
pytestmark = pytest.mark.xdist_group("bench-on-a-node")


def test_a_bench_measures_each_way_of_writing_and_tidies_up(elastic_node: Elastic) -> None:
    rows = {row.what: row.figure for row in bench_index(elastic_node.url, articles=ARTICLES, months=1)}
    assert rows.pop("articles") == ARTICLES
    assert all(figure > 0 for figure in rows.values()), rows
    # Which way is quicker a busy machine does not say.
    assert {"writing, to a bare bulk", "writing, to a bare bulk of ready NDJSON"} <= rows.keys()
    _require_no_trace(elastic_node)


def test_searches_on_a_node_are_measured_beside_its_own(elastic_node: Elastic) -> None:
    # Queries of every kind are asked, so one that the node does not understand fails here.
    rows = {row.what: row.figure for row in bench_search(600, elastic_node.url)}
    on_node = {what: figure for what, figure in rows.items() if what.startswith("node: ")}
    assert len(on_node) == 6
    assert all(figure > 0 for figure in on_node.values()), on_node
    _require_no_trace(elastic_node)


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGHUP, 128 + signal.SIGHUP), (signal.SIGINT, 130)],
)
def test_a_bench_that_is_ended_takes_its_indices_off_the_node(
    elastic_node: Elastic, tmp_path: Path, number: signal.Signals, status: int
) -> None:
    bench = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "bench", "index", "--articles", "20000"],
        env=os.environ | {"MAPLEWIRE_HOME": str(tmp_path), "MAPLEWIRE_INDEX_URL": elastic_node.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Whoever runs tests in the background of a shell has them ignore Ctrl-C, and so would the bench.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    try:
        _wait_for_articles(elastic_node, bench)
        bench.send_signal(number)
        said, _ = bench.communicate(timeout=START_S)
    finally:
        bench.kill()
    assert bench.returncode == status, said
    assert "Traceback" not in said
    _require_no_trace(elastic_node)


def _wait_for_articles(elastic_node: Elastic, bench: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + START_S
    while "bench-" not in str(elastic_node("GET", "/_cat/indices/bench-*-articles-2*?format=json")):
        assert bench.poll() is None, "the bench ended by itself"
        assert time.monotonic() < deadline, "the bench made no index"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("ours", "plain"),
    [
        ("canola NEAR/5 tariff", '"canola tariff"~5'),
        ("canola OR tariff", "canola OR tariff"),
        ("published:>=2025-10-01", "published:>=2025-10-01"),
    ],
)
def test_a_query_is_asked_of_the_node_in_its_own_syntax(ours: str, plain: str) -> None:
    assert in_plain_syntax(ours) == plain


def _require_no_trace(elastic_node: Elastic) -> None:
    for kind in ("_cat/indices", "_index_template", "_component_template"):
        assert not re.search(r"bench-\w{8}-", str(elastic_node("GET", f"/{kind}?format=json"))), kind
