"""The processes of an Airflow: started, watched and ended."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping

import psutil

from crawlers.child_process import get_signal_at_end_of_parent
from crawlers.private_files import make_private_folder, open_private
from pipelines.cli.airflow.environment import USERS, airflow_environment
from pipelines.cli.airflow.local import LocalAirflow
from pipelines.cli.airflow.rest_api import is_answering

PARTS = ("api-server", "scheduler", "dag-processor", "triggerer")

# Starts tasks as soon as it runs, so it comes last.
_SCHEDULER = "scheduler"

# How long its parts may take to end before they are killed.
STOP_LIMIT_S = 20.0
KILL_LIMIT_S = 5.0

_POLL_S = 0.1

# An idle Airflow writes 54 MB a day: this is the last hours, and as much before.
LOG_BYTES = 20_000_000


class AirflowServer:
    """A running Airflow: its parts, each of which leads a session of its own.

    They start in order: tables, then all parts but the scheduler, and the scheduler when the API server
    answers. A task that finds no API server fails without having run, and `airflow standalone` starts
    all at once.
    """

    def __init__(self, local: LocalAirflow, environment: Mapping[str, str]) -> None:
        self.local = local
        self._environment = dict(environment)
        self._tables = self._start_session("db", "migrate")
        self._leaders = [self._tables]
        self._started: set[str] = set()

    def start_next_parts(self) -> bool:
        """Start the parts whose turn has come; return whether all were started."""
        if self._tables.poll() != 0:
            return False
        for part in PARTS:
            if part not in self._started and (part != _SCHEDULER or is_answering(self.local)):
                self._leaders.append(self._start_session(part))
                self._started.add(part)
        return len(self._started) == len(PARTS)

    def _start_session(self, *command: str) -> subprocess.Popen[bytes]:
        with self.local.log_file.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "airflow", *command],
                env=self._environment,
                # A part that asks for input would wait for ever.
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # So that all it starts can be found, whatever groups they make.
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )

    def has_failed(self) -> bool:
        """Tell whether the tables could not be made or a part has ended."""
        parts = [leader for leader in self._leaders if leader is not self._tables]
        return bool(self._tables.poll()) or any(part.poll() is not None for part in parts)

    def processes(self) -> dict[int, str]:
        """Return the command lines of living processes, by pid."""
        return session_processes({leader.pid for leader in self._leaders})

    def bound_log(self) -> None:
        """Put the log aside when it is long; the one that was aside goes.

        All parts write at its end, wherever that is, so it is emptied under their hands.
        """
        log = self.local.log_file
        if log.stat().st_size < LOG_BYTES:
            return
        aside = log.with_name(f"{log.name}.1")
        # Another file first: who reads the old one meanwhile keeps it.
        aside.unlink(missing_ok=True)
        with log.open("rb") as source, open_private(aside, "wb") as kept:
            shutil.copyfileobj(source, kept)
        os.truncate(log, 0)

    def restart_ended_parts(self) -> list[str]:
        """Start every part that has ended; return their names."""
        running = self._running_parts()
        ended = []
        for part in PARTS:
            if part not in running:
                self._leaders.append(self._start_session(part))
                ended.append(part)
        return ended

    def _running_parts(self) -> set[str]:
        running = set()
        for line in self.processes().values():
            for part in PARTS:
                if is_airflow_part(part, line):
                    running.add(part)
        return running

    def stop(self) -> None:
        """End all processes, the last of them by force.

        The scheduler would wait for running tasks, which may take as long as a crawl. They are ended
        instead, and the next start tries them again.
        """
        had_parts = bool(self._running_parts())

        # Only parts that ran can be seen to have ended.
        def has_stopped() -> bool:
            if had_parts and not self._running_parts():
                return True
            return all(leader.poll() is not None for leader in self._leaders)

        for leader in self._leaders:
            leader.send_signal(signal.SIGINT)  # nothing to one that has ended
        _wait_until(has_stopped, STOP_LIMIT_S)
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in self.processes():
                _send_signal(pid, number)
            _wait_until(lambda: not self.processes(), KILL_LIMIT_S)
        for leader in self._leaders:
            leader.wait(KILL_LIMIT_S)


@contextlib.contextmanager
def run_airflow(local: LocalAirflow, ours: Mapping[str, str]) -> Iterator[AirflowServer]:
    """Run an Airflow while the block runs; whoever calls starts its parts in turn.

    In the end its tasks and their crawls are ended too.
    """
    make_private_folder(local.home)
    passwords = dict(zip(USERS, USERS, strict=True))
    with open_private(local.home / "passwords.json", "w") as file:
        json.dump(passwords, file)
    server = AirflowServer(local, airflow_environment(local, ours))
    try:
        yield server
    finally:
        server.stop()


def _end_with_parent() -> None:
    """Have this process end with its parent (Linux only).

    A shell that started us in the background left SIGINT ignored, which a new program inherits.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    get_signal_at_end_of_parent(signal.SIGINT)


def session_processes(leaders: Collection[int]) -> dict[int, str]:
    """Return the living processes of sessions, by pid.

    The values are their command lines.

    A process group that was made inside a session belongs to it.
    """
    lines = {}
    for pid in psutil.pids():
        # Processes end while we look, and those of others may be hidden from us.
        with contextlib.suppress(OSError, psutil.Error):
            if os.getsid(pid) not in leaders:
                continue
            process = psutil.Process(pid)
            if process.status() != psutil.STATUS_ZOMBIE:
                lines[pid] = " ".join(process.cmdline())
    return lines


def is_airflow_part(part: str, line: str) -> bool:
    """Tell whether a command line is that of a part of Airflow.

    Some parts write "api_server" there, some "api-server".
    """
    return re.search(rf"\bairflow {part.replace('-', '[-_]')}\b", line) is not None


def _send_signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _wait_until(condition: Callable[[], bool], limit_s: float) -> None:
    until = time.monotonic() + limit_s
    while not condition() and time.monotonic() < until:
        time.sleep(_POLL_S)
