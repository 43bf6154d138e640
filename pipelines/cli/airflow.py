"""`maplewire airflow`: Airflow on this machine, with our DAGs in it; everything of it in one folder.

    this process ──starts──► airflow standalone ──► API server, scheduler, DAG processor, triggerer ──► tasks ──► crawls
         ├─ serves the demo web, where it is asked to
         └─ starts a part again that has ended

Airflow is never imported here. Its processes form sessions of their own, so that whatever is left of them can be found and ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Timer
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from crawlers.errors import CatalogueError, PermanentError
from pipelines.cli.console import out, say
from pipelines.config import Settings, packaged_dags, read_settings

if TYPE_CHECKING:
    from maplewire_demo.web import DemoWeb

USERS = {"admin": "admin", "desk": "viewer"}
"""Who may log in, and as what. The password is the name: this is for one machine, and answers on 127.0.0.1 only."""
PORT = 8080
PARALLELISM = 4
"""Airflow forks so many processes ahead, each with all of its imports; the default is 32."""
CRAWLS_AT_ONCE = 2
START_LIMIT_S = 300.0
STOP_LIMIT_S = 20.0
WATCH_S = 3.0
PARTS = ("api-server", "scheduler", "dag-processor", "triggerer")
WEB_FILE = "demo-web.json"
SECOND_ROUND_S = 600.0
"""When the demo web publishes its correction, its late copy and its new story."""


@dataclass(frozen=True)
class Place:
    """Where an Airflow lives and answers."""

    home: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.home / "standalone.log"


def serve(folder: Path | None, port: int | None, *, demo: bool) -> int:
    """Run Airflow until Ctrl-C or SIGTERM; return the exit status. Nothing is left running."""
    if find_spec("airflow") is None:
        raise CatalogueError(["Airflow is not installed here; in a checkout: make airflow. Else: pip install 'maplewire[airflow]'"])  # fmt: skip
    settings = read_settings()
    asked = Event()
    before = {
        number: signal.signal(number, lambda *_: asked.set()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        with contextlib.ExitStack() as stack:
            ours = stack.enter_context(_demo_web(folder)) if demo else _settings_of(settings)
            home = Path(ours["MAPLEWIRE_HOME"]) / "airflow"
            place = Place(home, _port(port))
            return _serve(place, ours, asked, demo=demo)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _serve(place: Place, ours: Mapping[str, str], asked: Event, *, demo: bool) -> int:
    say("Starting Airflow; the first start takes a minute …")
    with running(place, ours) as server:
        if not _await_start(server, asked):
            if asked.is_set():
                return 0
            raise _no_start(server)
        make_pool(place)
        _welcome(place, ours, demo=demo)
        while not asked.wait(WATCH_S):
            for part in server.start_again():
                say(f"The {part} had ended; it was started again.")
        say("Stopping Airflow …")
    say("Stopped; nothing of it is left running.")
    return 0


def _no_start(server: Server) -> PermanentError:
    log = server.place.log
    tail = log.read_text("utf-8", "replace").splitlines()[-15:]
    why = "ended" if not server.is_alive() else f"did not answer within {START_LIMIT_S:.0f} s"
    return PermanentError("\n".join([f"Airflow {why}; the end of {log}:", *tail]))


# -- what it is started with --------------------------------------------------------------------------


def environment(place: Place, ours: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of all of Airflow's processes: the caller's, and `ours`.

    Of the caller's settings for Airflow those for metrics count alone; others were made for another Airflow.
    """
    dags = packaged_dags()
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AIRFLOW") or name.startswith("AIRFLOW__METRICS__")
    }
    return kept | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "AIRFLOW_HOME": str(place.home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(dags / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": str(PARALLELISM),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{place.url}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{role}" for name, role in USERS.items()),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(place.home / "passwords.json"),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(place.port),
        "AIRFLOW__API__BASE_URL": place.url,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        # A scheduler that was killed is not missed for 30 s; what it left is then taken over, not after 5 minutes.
        "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "15",
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    } | dict(ours)  # fmt: skip


def _settings_of(settings: Settings) -> dict[str, str]:
    """Name folders from the root: a task need not run where we were started."""
    return {
        "MAPLEWIRE_HOME": str(settings.home.resolve()),
        "MAPLEWIRE_BEAT": str(settings.beat.resolve()),
    }


@contextlib.contextmanager
def _demo_web(folder: Path | None) -> Iterator[dict[str, str]]:
    """Serve the demo web; give the settings with which tasks work on it."""
    home = (folder or Settings().home / "airflow-demo").resolve()
    with _same_or_new_web(home) as web:
        later = Timer(SECOND_ROUND_S, web.advance)
        later.daemon = True
        later.start()
        try:
            yield {
                "MAPLEWIRE_HOME": str(home),
                "MAPLEWIRE_BEAT": str(home / "beat"),
                "MAPLEWIRE_PRIVATE_HOSTS": "127.0.0.1",
                "MAPLEWIRE_DELAY_S": "0",
                "MAPLEWIRE_OPERATOR_MAIL": "operators@newsroom.example",
                # Empty counts as not set: the ledger, the index and the mails stay in the demo's folder.
                "MAPLEWIRE_LEDGER_URL": "",
                "MAPLEWIRE_INDEX_URL": "",
                "MAPLEWIRE_SMTP_URL": "",
                "MAPLEWIRE_BATCHES_URL": "",
            }
        finally:
            later.cancel()


@contextlib.contextmanager
def _same_or_new_web(home: Path) -> Iterator[DemoWeb]:
    """Serve the web that the folder's ledger knows, at the addresses that it knows; else a new one in a folder made anew."""
    from maplewire_demo.web import DemoWeb
    from pipelines.cli.demo import fresh_folder

    kept = home / WEB_FILE
    with contextlib.ExitStack() as stack:
        try:
            before = json.loads(kept.read_text("utf-8"))
            web = stack.enter_context(DemoWeb(datetime.fromisoformat(before["now"]), before["ports"]))
            say(f"The demo in {home} goes on; delete the folder for a new one.")
        except (OSError, ValueError, KeyError):
            fresh_folder(home)
            now = datetime.now(UTC)
            web = stack.enter_context(DemoWeb(now))
            web.beat_folder(home / "beat")
            kept.write_text(json.dumps({"now": now.isoformat(), "ports": dict(web.ports)}), "utf-8")
        yield web


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _port(wanted: int | None) -> int:
    """Return the port that was asked for, else 8080 or, where that is taken, any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted or PORT))
        except OSError as e:
            if wanted:
                raise PermanentError(
                    f"port {wanted} cannot be had ({e.strerror}); name another with --port"
                ) from e
            return free_port()
    return wanted or PORT


# -- its processes ------------------------------------------------------------------------------------


class Server:
    """A running Airflow: `airflow standalone`, and parts of it that had to be started again, each a session."""

    def __init__(self, place: Place, env: Mapping[str, str]) -> None:
        self.place = place
        self._env = dict(env)
        self._sessions = [self._start("standalone")]

    def _start(self, command: str) -> subprocess.Popen[bytes]:
        with self.place.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "airflow", command],
                env=self._env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=_die_with_parent,
            )  # fmt: skip

    def is_alive(self) -> bool:
        return self._sessions[0].poll() is None

    def processes(self) -> dict[int, str]:
        """Return the command lines of all processes that are alive, by pid."""
        return {pid: line for leader in self._sessions for pid, line in session(leader.pid).items()}

    def start_again(self) -> list[str]:
        """Start every part that has ended; return their names. `airflow standalone` would go on without it."""
        alive = self._parts()
        ended = [part for part in PARTS if part not in alive]
        self._sessions += [self._start(part) for part in ended]
        return ended

    def _parts(self) -> set[str]:
        lines = list(self.processes().values())
        return {part for part in PARTS if any(is_part(part, line) for line in lines)}

    def stop(self) -> None:
        """End all processes: in order, then those that are left, then for certain.

        The scheduler would wait for tasks that run, which may take as long as a crawl; they are ended instead, and the
        next start tries them again. `airflow standalone` would wait for what a killed scheduler left behind.
        """
        had_parts = bool(self._parts())
        for leader in self._sessions:
            _send(leader.pid, signal.SIGINT)
        _wait_until(
            lambda: (had_parts and not self._parts()) or all(leader.poll() is not None for leader in self._sessions),
            STOP_LIMIT_S,
        )  # fmt: skip
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in self.processes():
                _send(pid, number)
            _wait_until(lambda: not self.processes(), 5.0)
        for leader in self._sessions:
            leader.wait(5)


@contextlib.contextmanager
def running(place: Place, ours: Mapping[str, str]) -> Iterator[Server]:
    """Run `airflow standalone`; end all of it when the block is left, its tasks and their crawls included."""
    place.home.mkdir(parents=True, exist_ok=True)
    (place.home / "passwords.json").write_text(json.dumps({name: name for name in USERS}), "utf-8")
    server = Server(place, environment(place, ours))
    try:
        yield server
    finally:
        server.stop()


def _die_with_parent() -> None:
    """Have SIGINT sent when we die: the only signal on which `airflow standalone` ends its parts.

    A shell that started us in the background left SIGINT ignored, which a new program inherits.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


def session(leader: int) -> dict[int, str]:
    """Return the command lines of a session's processes that are alive (Linux), whatever process groups they made."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] != "Z":
                line = stat.with_name("cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                found[int(stat.parent.name)] = line
    return found


def is_part(part: str, line: str) -> bool:
    """Tell whether a command line is that of a part of Airflow; some write "api_server" there, with a dash or without."""
    return re.search(rf"\bairflow {part.replace('-', '[-_]')}\b", line) is not None


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _wait_until(holds: Callable[[], bool], limit_s: float) -> bool:
    until = time.monotonic() + limit_s
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


# -- talking to it ------------------------------------------------------------------------------------


def ask(
    place: Place, path: str, body: Any = None, *, method: str | None = None, token: str | None = None
) -> Any:
    """Ask Airflow's REST API; return the decoded answer. Raises urllib's errors."""
    request = urllib.request.Request(  # noqa: S310 - our own address
        place.url + path, data=None if body is None else json.dumps(body).encode(), method=method
    )
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.loads(answer.read() or b"null")


def token_of(place: Place, user: str = "admin") -> str:
    return str(ask(place, "/auth/token", {"username": user, "password": user})["access_token"])


def is_healthy(place: Place) -> bool:
    """Tell whether every part of Airflow is at work."""
    try:
        parts = ask(place, "/api/v2/monitor/health")
    except (OSError, ValueError):
        return False
    wanted = ("metadatabase", "scheduler", "triggerer", "dag_processor")
    return all((parts.get(name) or {}).get("status") == "healthy" for name in wanted)


def _await_start(server: Server, asked: Event) -> bool:
    until = time.monotonic() + START_LIMIT_S
    while not is_healthy(server.place):
        if asked.wait(0.5) or not server.is_alive() or time.monotonic() > until:
            return False
    return True


def make_pool(place: Place) -> None:
    """Make the pool that crawls stand in line for; one that is there keeps its size."""
    pool = {"name": "crawl", "slots": CRAWLS_AT_ONCE, "description": "How many crawls run at once"}
    try:
        ask(place, "/api/v2/pools", pool, token=token_of(place))
    except urllib.error.HTTPError as e:
        if e.code != 409:
            raise


def _welcome(place: Place, ours: Mapping[str, str], *, demo: bool) -> None:
    home = ours["MAPLEWIRE_HOME"]
    command = "maplewire" if shutil.which("maplewire") else sys.argv[0]
    out.print(f"\n[bold]Airflow answers at {place.url}[/]")
    out.print("  log in as admin / admin (may do everything) or desk / desk (may only look)")
    out.print("  un-pause the DAGs in order: 1 · Collect news starts at once, 2 and 3 follow by themselves")
    if demo:
        out.print("  it works on a small news web of its own, in which two sources are broken on purpose")
    if not os.environ.get("MAPLEWIRE_SMTP_URL") or demo:
        out.print(f"  mails lie in {escape(home)}/outbox")
    out.print(f"  search what came: MAPLEWIRE_HOME={escape(home)} {escape(command)} search '*:*'")
    out.print(f"  its log: {escape(str(place.log))}\n  stop it with Ctrl-C\n")
