"""CPU time of calls, and how such costs are summed up."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence

from maplewire_bench.row import Row

_ASKED_TIMES = 3


def summary_of(name: str, costs_ms: Sequence[float]) -> Iterator[Row]:
    """Return median and 95th percentile of costs."""
    cuts = statistics.quantiles(costs_ms, n=20, method="inclusive")
    yield Row(f"{name}, median", statistics.median(costs_ms), "ms")
    yield Row(f"{name}, 95 of 100", cuts[-1], "ms")


def cpu_s(work: Callable[[], object]) -> float:
    """Return the CPU time of a call."""
    started = time.process_time()
    work()
    return time.process_time() - started


def least_cpu_s(work: Callable[[], object]) -> float:
    """Return the CPU time of the quickest of a few calls."""
    return min(cpu_s(work) for _ in range(_ASKED_TIMES))
