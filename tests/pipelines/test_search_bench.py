"""The bench of searches measures both sides."""

from __future__ import annotations

from maplewire_bench.search import bench_search


def test_searching_is_measured_beside_raw_fts5() -> None:
    found = {row.what: row.figure for row in bench_search(600)}
    assert found["writing, to raw FTS5"] > 0
    # Two parts of a whole; which is the larger one a busy machine does not say.
    assert found["of it, making tokens of known words"] > 0
    assert found["of it, FTS5 with two streams of tokens"] > 0
    assert found["all queries, median"] > 0
    assert found["all queries, 95 of 100"] >= found["all queries, median"]
    assert found["1,000 stories at once"] > 0
    assert sum(what.endswith("to raw FTS5") for what in found) == 9
    assert sum(what.endswith("to the same page") for what in found) == 6
