"""What short commands cost, from the call to the prompt: CPU time of the real `maplewire`.

A data folder is filled with made-up news first. Each round calls every command once, and an empty Python
beside them, so that a busy machine slows all alike.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from maplewire_bench.filled_home import fill_home
from maplewire_bench.row import Row
from maplewire_bench.stream import stream

#: Calls of each command.
_ROUNDS = 5
_EMPTY_PYTHON = "python -c pass"


def bench_startup(articles: int, rounds: int = _ROUNDS) -> list[Row]:
    """Return the CPU time of short commands on a data folder with so many made-up articles.

    It is the median of so many rounds.
    """
    with tempfile.TemporaryDirectory() as folder:
        home, empty_home = Path(folder, "filled"), Path(folder, "empty")
        home.mkdir()
        made = list(stream(articles))
        story_id = fill_home(home, made)
        word = max(made[-1].title.split(), key=len)
        commands = {
            "status": (home, ["status"]),
            "status, empty folder": (empty_home, ["status"]),
            f"search {word}": (home, ["search", word]),
            "search, as JSON": (home, ["search", word, "--json"]),
            "searches list": (home, ["searches", "list"]),
            "story": (home, ["story", story_id]),
            "--help": (home, ["--help"]),
        }
        spent: dict[str, list[float]] = {name: [] for name in (_EMPTY_PYTHON, *commands)}
        # The first round writes what Python compiles, and is not counted.
        for round_number in range(rounds + 1):
            for name, (data, arguments) in commands.items():
                cost_s = _cpu_s([sys.executable, "-m", "pipelines.cli", *arguments], data)
                if round_number:
                    spent[name].append(cost_s)
            spent[_EMPTY_PYTHON].append(_cpu_s([sys.executable, "-c", "pass"], home))
    return [Row(name, statistics.median(costs_s), "s of CPU") for name, costs_s in spent.items()]


def _cpu_s(command: Sequence[str], home: Path) -> float:
    """Return the CPU time of a command, of user and system."""
    environment = os.environ | {"MAPLEWIRE_HOME": str(home)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
