"""`maplewire airflow --demo`, driven through Airflow's REST API."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import quote

import psutil

from pipelines.bootstrap import App
from pipelines.cli.airflow import (
    LocalAirflow,
    call_api,
    fetch_token,
    free_port,
    is_airflow_part,
    session_processes,
)
from pipelines.config import Settings

T = TypeVar("T")


def eventually(what: Callable[[], T], limit_s: float, told: Callable[[], object] = lambda: "") -> T:
    """Return the first true value.

    Fails with what is `told` when it does not come in time.
    """
    until = time.monotonic() + limit_s
    while not (value := what()):
        assert time.monotonic() < until, f"not within {limit_s:.0f} s: {told()}"
        time.sleep(0.5)
    return value


class StatsdReceiver:
    """Takes what Airflow says of itself, over UDP as a real receiver does.

    `names` are those of the metrics so far.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                lines = self._socket.recv(65535).decode("utf-8", "replace").splitlines()
                self.names.update(line.partition(":")[0] for line in lines)

    def close(self) -> None:
        self._socket.close()


@dataclass
class Served:
    """A running demo."""

    process: subprocess.Popen[str]
    place: LocalAirflow
    home: Path
    output: Path
    statsd: StatsdReceiver
    _token: list[str] = field(default_factory=list)
    _leaders: set[int] = field(default_factory=set)

    def ask(self, path: str, body: Any = None, *, method: str | None = None) -> Any:
        if not self._token:
            self._token.append(fetch_token(self.place))
        return call_api(self.place, f"/api/v2{path}", body, method=method, token=self._token[0])

    def unpause(self, *dag_ids: str) -> None:
        for dag_id in dag_ids:
            self.ask(f"/dags/{dag_id}", {"is_paused": False}, method="PATCH")

    def trigger(self, dag_id: str, **conf: Any) -> str:
        return str(self.ask(f"/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": conf})["dag_run_id"])

    def runs(self, dag_id: str = "~") -> list[Any]:
        return cast(list[Any], self.ask(f"/dags/{dag_id}/dagRuns?limit=100")["dag_runs"])

    def crawling(self) -> list[Any]:
        """Return the crawls that run, as task instances, whichever run they belong to."""
        found = self.ask("/dags/collect_news/dagRuns/~/taskInstances?state=running")["task_instances"]
        return [ti for ti in found if ti["task_id"] == "crawl"]

    def run(self, dag_id: str, run_id: str) -> Any:
        return self.ask(f"/dags/{dag_id}/dagRuns/{quote(run_id, safe='')}")

    def tasks(self, dag_id: str, run_id: str) -> list[Any]:
        path = f"/dags/{dag_id}/dagRuns/{quote(run_id, safe='')}/taskInstances"
        return cast(list[Any], self.ask(path)["task_instances"])

    def processes(self) -> dict[int, str]:
        """Return all processes of Airflow and its tasks, by pid, orphans included."""
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children()
            self._leaders |= {child.pid for child in children}
        return session_processes(self._leaders)

    def crawls(self) -> list[int]:
        return [pid for pid, line in self.processes().items() if "crawlers.spiders" in line]

    def scheduler(self) -> int:
        found = [pid for pid, line in self.processes().items() if is_airflow_part("scheduler", line)]
        assert found, self.processes()
        return min(found)

    def app(self) -> App:
        return App(
            Settings(home=self.home, beat=self.home / "beat", ledger_url=None, index_url=None, smtp_url=None)
        )

    def mails(self) -> list[EmailMessage]:
        return [
            cast(EmailMessage, message_from_bytes(path.read_bytes(), policy=policy.default))
            for path in sorted((self.home / "outbox").glob("*.eml"))
        ]

    def told(self) -> str:
        log = self.place.log_file
        tail = log.read_text("utf-8", "replace")[-3000:] if log.exists() else ""
        return f"{self.output.read_text('utf-8')}\n{tail}"


@contextmanager
def alone(turns: Path) -> Iterator[None]:
    """Hold back other test processes with an Airflow of their own.

    Only for work that waits for no other test.
    """
    with turns.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def served(home: Path, turns: Path) -> Iterator[Served]:
    """Start the command and wait until it says that Airflow answers.

    In the end Ctrl-C leaves nothing running.
    """
    port = free_port()
    output = home.with_suffix(".txt")
    command = [
        sys.executable,
        "-m",
        "pipelines.cli",
        "airflow",
        "--demo",
        "--home",
        str(home),
        "--port",
        str(port),
    ]
    statsd = StatsdReceiver()
    told = {
        "AIRFLOW__METRICS__STATSD_ON": "True",
        "AIRFLOW__METRICS__STATSD_HOST": "127.0.0.1",
        "AIRFLOW__METRICS__STATSD_PORT": str(statsd.port),
    }
    with closing(statsd), ExitStack() as turn:
        turn.enter_context(alone(turns))
        with output.open("w") as sink:
            process = subprocess.Popen(command, stdout=sink, stderr=sink, text=True, env=os.environ | told)
        running = Served(process, LocalAirflow(home / "airflow", port), home, output, statsd)
        try:
            eventually(lambda: _has_started(running), 280, running.told)
            turn.close()
            yield running
            _stopped_by_ctrl_c(running)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(60)


def _has_started(running: Served) -> bool:
    assert running.process.poll() is None, running.told()
    return "stop it with Ctrl-C" in running.output.read_text("utf-8")


def _stopped_by_ctrl_c(running: Served) -> None:
    assert len(running.processes()) > 8
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(60) == 0
    assert running.processes() == {}
    assert running.output.read_text("utf-8").endswith("Stopped; nothing of it is left running.\n")


@contextmanager
def tarpit() -> Iterator[tuple[str, list[str]]]:
    """Serve a site that takes every request and answers none.

    Gives its address and what was asked.
    """
    asked: list[str] = []
    end = threading.Event()

    class Tar(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/robots.txt":
                self.send_error(404)
                return
            asked.append(self.path)
            end.wait(120)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tar)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        end.set()
        server.shutdown()
        server.server_close()


def add_source(beat: Path, source_id: str, name: str, url: str) -> None:
    with (beat / "sources.yaml").open("a", encoding="utf-8") as catalogue:
        catalogue.write(
            f'- {{id: {source_id}, name: {name}, kind: feed, url: "{url}", country: CA, owner: private}}\n'
        )
