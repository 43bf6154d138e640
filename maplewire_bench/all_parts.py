"""All benchmarks that need no server, one after another.

Each part is a command of its own (`maplewire bench PART`), so that none has the memory of another.
A part that fails, or takes too long, is told in its `PartResult` and ends no other.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from maplewire_bench.row import Row

#: Seconds for all parts together.
LONGEST_S = 600.0

#: The parts, in their order, with their sizes: on two quiet processors all take some four minutes.
PARTS: Mapping[str, Sequence[str]] = {
    "startup": (),
    "article": (),
    "crawl": ("--pages", "1000"),
    "screen": ("--pages", "400"),
    "search": ("--articles", "20000"),
    "dedup": ("--stored", "10000", "--counted", "1000"),
}
_PARTS_WITH_PEERS = frozenset({"screen", "dedup"})


class PartResult(NamedTuple):
    """What one part measured, or why it did not."""

    name: str
    rows: tuple[Row, ...]
    #: "" where all went well.
    trouble: str = ""

    def as_json(self) -> Mapping[str, object]:
        """Return it for a program."""
        rows = [row._asdict() for row in self.rows]
        return {"part": self.name, "rows": rows, "trouble": self.trouble or None}


def bench_all(
    tell: Callable[[str], None],
    peers: Path | None = None,
    *,
    parts: Mapping[str, Sequence[str]] = PARTS,
    longest_s: float = LONGEST_S,
) -> list[PartResult]:
    """Return what each part measured.

    `tell` is given a line before each part. `peers` is the Python of an environment with other programs.
    """
    results = []
    trouble_with_peers = ""
    if peers is not None and not peers.exists():
        trouble_with_peers = f"{peers} is not there, so other programs are left out; `make bench` makes it"
        peers = None
    for name, sizes in parts.items():
        tell(f"bench {name} …")
        arguments = [*sizes]
        has_peers = name in _PARTS_WITH_PEERS
        if has_peers and peers is not None:
            arguments += ["--peers", str(peers)]
        result = _run_part(name, arguments, longest_s / len(parts))
        if has_peers and trouble_with_peers and not result.trouble:
            result = result._replace(trouble=trouble_with_peers)
        results.append(result)
    return results


def _run_part(name: str, arguments: Sequence[str], longest_s: float) -> PartResult:
    command = [sys.executable, "-m", "pipelines.cli", "bench", name, *arguments, "--json"]
    # In a session of its own, so that the processes it started can be ended with it.
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            output, errors = process.communicate(timeout=longest_s)
        except subprocess.TimeoutExpired:
            trouble = f"took more than {longest_s:.0f} s; run it alone: maplewire bench {name}"
            return PartResult(name, (), trouble)
        finally:
            _end_session(process.pid)
    if process.returncode:
        lines = errors.strip().splitlines() or [f"ended with {process.returncode}"]
        return PartResult(name, (), lines[-1])
    return PartResult(name, tuple(Row(**row) for row in json.loads(output)))


def _end_session(process_id: int) -> None:
    """End what a part started and left, and the part itself where it is interrupted."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process_id, signal.SIGKILL)
