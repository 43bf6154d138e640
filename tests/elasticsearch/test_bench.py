"""`maplewire bench index` measures a real node, and leaves nothing on it."""

from __future__ import annotations

import re

from maplewire_bench.index import bench_index
from tests.elasticsearch.fixtures import Elastic

ARTICLES = 120


def test_a_bench_measures_each_way_of_writing_and_tidies_up(elastic_node: Elastic) -> None:
    rows = {row.what: row.figure for row in bench_index(elastic_node.url, articles=ARTICLES, months=1)}
    assert rows.pop("articles") == ARTICLES
    assert all(figure > 0 for figure in rows.values()), rows
    plain, ready = rows["writing, to a bare bulk"], rows["writing, to a bare bulk of ready NDJSON"]
    assert ready > plain, "to send ready bytes costs less than to make them first"
    for kind in ("_cat/indices", "_index_template", "_component_template"):
        assert not re.search(r"bench-\w{8}-", str(elastic_node("GET", f"/{kind}?format=json"))), kind
