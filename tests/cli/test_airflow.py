"""`maplewire airflow` without an Airflow; tests/dags runs a real one."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import psutil
import pytest

from crawlers.errors import PermanentError
from maplewire_demo.web import DemoWeb
from pipelines.cli.airflow import LocalAirflow, call_api, is_airflow_part, session_processes
from pipelines.cli.airflow.demo_web import SECOND_ROUND_S, ServedDemo
from pipelines.cli.airflow.environment import airflow_environment
from pipelines.cli.airflow.local import choose_port, free_port
from pipelines.cli.airflow.processes import AirflowServer, run_airflow
from pipelines.cli.airflow.rest_api import is_healthy

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
# Starts a sleeper in a process group of its own, as Airflow does with its tasks.
PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {SLEEPER!r}], process_group=0)
child.wait()
"""


def test_session_holds_grandchildren_in_groups_of_their_own_until_they_end() -> None:
    leader = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, start_new_session=True, text=True
    )
    try:
        assert leader.stdout is not None
        assert leader.stdout.readline() == "up\n"
        lines = session_processes({leader.pid})
        assert len(lines) == 2
        assert leader.pid in lines
        assert all("time.sleep(60)" in line for line in lines.values())
    finally:
        for pid in session_processes({leader.pid}):
            os.kill(pid, 9)
        leader.wait(10)
    until = time.monotonic() + 10
    while session_processes({leader.pid}) and time.monotonic() < until:
        time.sleep(0.05)
    assert session_processes({leader.pid}) == {}


@pytest.mark.parametrize(
    ("part", "line", "is_part"),
    [
        ("scheduler", "/usr/bin/python -m airflow scheduler", True),
        ("api-server", "airflow api_server -- host:127.0.0.1", True),
        ("dag-processor", "python -m airflow dag-processor", True),
        ("scheduler", "python -m airflow standalone", False),
        ("triggerer", "grep triggerer airflow.log", False),
    ],
)
def test_part_is_known_by_its_command_line(part: str, line: str, is_part: bool) -> None:
    assert is_airflow_part(part, line) is is_part


def test_port_that_is_taken_is_refused_where_it_was_asked_for() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PermanentError, match=f"port {port} cannot be used"):
            choose_port(port)


class _Answers(BaseHTTPRequestHandler):
    """Answers as Airflow does: health, an empty answer, a refusal."""

    def do_GET(self) -> None:
        if self.path == "/api/v2/monitor/health":
            parts = ("metadatabase", "scheduler", "triggerer", "dag_processor")
            self._answer(200, json.dumps({part: {"status": "healthy"} for part in parts}).encode())
        else:
            self._answer(403, b"{}")

    def do_POST(self) -> None:
        self._answer(200, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalAirflow]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield LocalAirflow(tmp_path, server.server_port)
    server.shutdown()
    server.server_close()


def test_api_answers_health_and_raises_for_a_refusal(local: LocalAirflow) -> None:
    assert is_healthy(local)
    assert call_api(local, "/anything", {"a": 1}) is None
    with pytest.raises(httpx.HTTPStatusError, match="403"):
        call_api(local, "/refused")


def test_airflow_that_does_not_answer_is_not_healthy(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        assert not is_healthy(LocalAirflow(tmp_path, nobody.getsockname()[1]))


#: Stands in for Airflow's command: notes what is started. The API server answers when it is told to.
STAND_IN = """
import os, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

home = Path(os.environ["AIRFLOW_HOME"])
command = " ".join(sys.argv[1:])

def note(line):
    with (home / "noted.txt").open("a") as file:
        file.write(line + "\\n")

def wait_for(name):
    while not (home / name).exists():
        time.sleep(0.02)

class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

note(command)
if command == "db migrate":
    wait_for("may migrate")
    sys.exit(int((home / "may migrate").read_text()))
if command == "api-server":
    wait_for("may answer")
    server = HTTPServer(("127.0.0.1", int(os.environ["AIRFLOW__API__PORT"])), Answer)
    note("answers")
    server.serve_forever()
time.sleep(600)
"""


@pytest.fixture
def stood_in(tmp_path: Path) -> Iterator[AirflowServer]:
    package = tmp_path / "stand-in" / "airflow"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(STAND_IN)
    local = LocalAirflow(tmp_path / "home", free_port())
    with run_airflow(local, {"PYTHONPATH": str(package.parent)}) as server:
        yield server
        pids = set(server.processes())
    assert not pids & set(psutil.pids()), "nothing is left running"


def _noted(server: AirflowServer) -> list[str]:
    """Return what was started so far, in order."""
    file = server.local.home / "noted.txt"
    if not file.exists():
        return []
    return file.read_text().splitlines()


def _poll(server: AirflowServer, line: str) -> None:
    """Start what may start until a line was noted, and a few times more."""
    until = time.monotonic() + 60
    while line not in _noted(server):
        server.start_next_parts()
        assert time.monotonic() < until, (line, server.local.log_file.read_text())
        time.sleep(0.05)
    for _ in range(3):
        server.start_next_parts()


def _allow(server: AirflowServer, what: str, status: str = "0") -> None:
    part = server.local.home / "part"
    part.write_text(status)
    part.rename(server.local.home / what)


def test_the_scheduler_starts_when_the_api_server_answers_and_that_when_there_are_tables(
    stood_in: AirflowServer,
) -> None:
    _poll(stood_in, "db migrate")
    assert _noted(stood_in) == ["db migrate"]
    _allow(stood_in, "may migrate")
    for part in ("api-server", "dag-processor", "triggerer"):
        _poll(stood_in, part)
    assert "scheduler" not in _noted(stood_in)
    assert not stood_in.start_next_parts()
    _allow(stood_in, "may answer")
    _poll(stood_in, "scheduler")
    assert stood_in.start_next_parts()
    assert not stood_in.has_failed()
    noted = _noted(stood_in)
    assert noted.index("answers") < noted.index("scheduler")
    assert sorted(noted) == ["answers", "api-server", "dag-processor", "db migrate", "scheduler", "triggerer"]


def test_a_long_log_is_put_aside_while_it_is_written(
    stood_in: AirflowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.cli.airflow.processes.LOG_BYTES", 10)
    log = stood_in.local.log_file
    aside = log.with_name("standalone.log.1")
    with log.open("ab", buffering=0) as writer:
        writer.write(b"short")
        stood_in.bound_log()
        assert not aside.exists()
        for lines in (b"first lines\n", b"and more lines\n"):
            writer.write(lines)
            stood_in.bound_log()
            assert aside.read_bytes().endswith(lines)
            assert log.read_bytes() == b""
            assert aside.stat().st_mode & 0o077 == 0
        writer.write(b"on")
    assert log.read_bytes() == b"on", "no hole at its beginning"


def test_the_demo_publishes_more_a_while_after_the_first_request() -> None:
    with DemoWeb(datetime.now(UTC)) as web:
        demo = ServedDemo(web, {})
        assert demo.publish_when_due(1000.0) == [], "nobody has looked at it yet"
        httpx.get(web.listing_url("trade-ca"), trust_env=False)
        assert demo.publish_when_due(2000.0) == []
        assert demo.publish_when_due(2000.0 + SECOND_ROUND_S - 1) == []
        assert web.round == 1
        assert demo.publish_when_due(2000.0 + SECOND_ROUND_S) == ["boreal-asia", "island-weekly", "trade-ca"]
        assert web.round == 2
        assert demo.publish_when_due(9000.0) == [], "once"
    assert SECOND_ROUND_S <= 120


def test_tables_that_cannot_be_made_start_nothing(stood_in: AirflowServer) -> None:
    _allow(stood_in, "may migrate", "1")
    until = time.monotonic() + 60
    while not stood_in.has_failed():
        assert not stood_in.start_next_parts()
        assert time.monotonic() < until
    assert _noted(stood_in) == ["db migrate"]


def test_a_part_that_ends_while_the_others_start_is_no_start(stood_in: AirflowServer) -> None:
    _allow(stood_in, "may migrate")
    _poll(stood_in, "triggerer")
    for pid, line in stood_in.processes().items():
        if is_airflow_part("triggerer", line):
            os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 60
    while not stood_in.has_failed():
        assert time.monotonic() < until


def test_a_task_waits_for_an_api_server_that_starts_again(tmp_path: Path) -> None:
    told = airflow_environment(LocalAirflow(tmp_path, 1), {})
    assert int(told["AIRFLOW__WORKERS__EXECUTION_API_RETRIES"]) >= 10
    assert told["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
