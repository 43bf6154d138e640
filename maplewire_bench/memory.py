"""The memory that processing takes, for a small batch and for a large one.

    made-up pages ──► one batch each ──► `maplewire process` in a folder of its own ──► its largest size

Counted is what the command and the processes that read its pages hold together, twice a second. Pages that
several of them share count once.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from crawlers.batch import BatchWriter
from crawlers.model import CrawlResult
from maplewire_bench.made_up_pages import made_up_pages
from maplewire_bench.row import Row
from maplewire_bench.stream import START
from pipelines.beat.beat import Beat

_BATCH = "20260101T000000-bench"
_LOOK_EVERY_S = 0.5
_MIB = 2**20


def bench_memory(beat: Beat, sizes: Sequence[int], percent: float) -> list[Row]:
    """Return the memory and the time for batches of some sizes."""
    rows: list[Row] = []
    peaks: list[float] = []
    for pages in sizes:
        with tempfile.TemporaryDirectory() as folder:
            _write_batch(Path(folder), beat, pages, percent)
            peak, cost_s = _process(Path(folder))
        peaks.append(peak)
        rows.append(Row(f"{pages} pages, largest size", peak / _MIB, "MiB"))
        rows.append(Row(f"{pages} pages, decided and stored", cost_s / pages * 1000, "ms of CPU a page"))
    rows.append(Row("the last against the first", peaks[-1] / peaks[0], "times"))
    return rows


def _write_batch(home: Path, beat: Beat, pages: int, percent: float) -> None:
    """Put a batch of made-up pages where a crawl would."""
    with BatchWriter(home / "batches", _BATCH) as writer:
        for page, _ in made_up_pages(pages, percent / 100, beat.terms):
            writer.write(page)
        writer.finish(CrawlResult(_BATCH, START, START, (), (), pages=pages))


def _process(home: Path) -> tuple[float, float]:
    """Process what waits in a data folder; return its largest size and its cost.

    In bytes, and in CPU seconds.
    """
    environment = os.environ | {"MAPLEWIRE_HOME": str(home)}
    command = [sys.executable, "-m", "pipelines.cli", "process"]
    with psutil.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        peak = 0
        cost_s = 0.0
        while process.poll() is None:
            peak = max(peak, _size_of_family(process))
            cost_s = max(cost_s, _cpu_s_of_family(process))
            time.sleep(_LOOK_EVERY_S)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command, stderr=process.stderr.read())
    return peak, cost_s


def _size_of_family(process: psutil.Process) -> int:
    """Return the bytes that a process and those below it hold together."""
    size = 0
    for member in _family_of(process):
        try:
            size += member.memory_full_info().pss
        except psutil.Error:
            # It ended meanwhile.
            continue
    return size


def _cpu_s_of_family(process: psutil.Process) -> float:
    """Return the CPU seconds of a process and of those below it."""
    cost_s = 0.0
    for member in _family_of(process):
        try:
            times = member.cpu_times()
        except psutil.Error:
            continue
        cost_s += times.user + times.system + times.children_user + times.children_system
    return cost_s


def _family_of(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []
