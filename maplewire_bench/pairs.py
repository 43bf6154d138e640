"""How well a grouping of texts agrees with the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from maplewire_bench.stream import Made


def pair_f1(made: Iterable[Made], clusters: Mapping[int, object]) -> float:
    """Return the F1 of pairs of articles in one story.

    `clusters` holds each article's cluster by its number. Without any pair it is 0.
    """
    reports: Counter[object] = Counter()
    groups: Counter[object] = Counter()
    both: Counter[object] = Counter()
    for article in made:
        cluster = clusters[article.number]
        reports[article.report] += 1
        groups[cluster] += 1
        both[article.report, cluster] += 1
    true_pairs = _pairs(reports)
    found_pairs = _pairs(groups)
    if not true_pairs + found_pairs:
        return 0.0
    return 2 * _pairs(both) / (true_pairs + found_pairs)


def _pairs(sizes: Counter[object]) -> int:
    """Return twice the number of pairs in groups of these sizes."""
    pairs = 0
    for size in sizes.values():
        pairs += size * (size - 1)
    return pairs
