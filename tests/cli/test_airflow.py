"""`maplewire airflow` without an Airflow; tests/dags runs a real one."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from crawlers.errors import PermanentError
from pipelines.cli.airflow import LocalAirflow, call_api, is_airflow_part, session_processes
from pipelines.cli.airflow.local import choose_port
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
