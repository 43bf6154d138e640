"""The audit asks a service of known vulnerabilities, and says so where it cannot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


class Service:
    """A service that speaks OSV's protocol, on loopback, and notes what it is asked."""

    def __init__(self, known: Mapping[str, Any], status: int = 200) -> None:
        self.known = known
        self.status = status
        self.asked: dict[str, str] = {}
        self.address = ""


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(405)
            self.end_headers()

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name = asked["package"]["name"]
            service.asked[name] = asked["version"]
            answer = {"vulns": service.known[name]} if name in service.known else {}
            self.send_response(service.status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing: the test asks the service itself."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.address = f"http://127.0.0.1:{server.server_port}/v1/query"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield service
        server.shutdown()
        thread.join()


def audit(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "release.vulnerabilities", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
        check=False,
    )


def a_vulnerability(identifier: str, fixed: str) -> dict[str, Any]:
    return {
        "id": identifier,
        "schema_version": "1.4.0",
        "summary": "A page of many brackets is read for ever.",
        "affected": [
            {
                "package": {"name": "lxml", "ecosystem": "PyPI"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}],
            }
        ],
    }


def test_every_package_of_the_image_is_asked_for_and_nothing_known_is_well() -> None:
    with serving(Service({})) as service:
        done = audit("--osv-url", service.address)
    assert done.returncode == 0, done.stderr
    assert "No known vulnerability" in done.stdout
    assert {"scrapy", "lxml", "apache-airflow", "psycopg2-binary", "s3fs"} <= set(service.asked)
    assert not {"maplewire", "pytest", "mypy"} & set(service.asked)


def test_what_is_known_is_told_with_what_to_do_and_fails() -> None:
    known = {"lxml": [a_vulnerability("PYSEC-2026-1", "99.1")]}
    with serving(Service(known)) as service:
        done = audit("--osv-url", service.address)
    assert done.returncode == 1
    assert "lxml" in done.stdout
    assert "PYSEC-2026-1" in done.stdout
    assert "99.1" in done.stdout
    assert "uv lock --upgrade-package lxml" in done.stdout


def test_what_was_looked_at_and_accepted_fails_no_more() -> None:
    known = {"lxml": [a_vulnerability("PYSEC-2026-1", "99.1")]}
    with serving(Service(known)) as service:
        done = audit("--osv-url", service.address, "--ignore-vuln", "PYSEC-2026-1")
    assert done.returncode == 0, done.stdout


def test_without_a_network_it_is_said_and_nothing_fails() -> None:
    with serving(Service({})) as service:
        closed = service.address
    done = audit("--osv-url", closed)
    assert done.returncode == 0
    assert "NOT AUDITED" in done.stderr
    assert closed in done.stderr
    assert "Traceback" not in done.stderr
    assert "No known vulnerability" not in done.stdout


def test_a_name_that_is_not_found_is_no_network_either() -> None:
    done = audit("--osv-url", "http://osv.invalid/v1/query")
    assert done.returncode == 0
    assert "NOT AUDITED" in done.stderr


@pytest.mark.parametrize("status", [403, 503])
def test_a_service_that_refuses_is_no_clean_audit(status: int) -> None:
    with serving(Service({}, status)) as service:
        done = audit("--osv-url", service.address)
    assert done.returncode == 2
    assert "No known vulnerability" not in done.stdout
    assert done.stderr
