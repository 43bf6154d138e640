"""A real Elasticsearch node for tests, on any machine with Java 17 and Maven.

Maven Central carries the genuine server as `integ-test-zip`. It lacks the module analysis-common, so
a small module (stock_analysis/) hands out Lucene's own classes under the stock names.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from zipfile import ZipFile

VERSION = "8.19.21"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
# The server never runs as root, and cannot look into root's home.
_CACHE_HOME = "/var/tmp" if os.geteuid() == 0 else "~/.cache"
CACHE = Path(os.environ.get("MAPLEWIRE_TEST_CACHE", f"{_CACHE_HOME}/maplewire-tests")).expanduser()
JAVA_SOURCE = Path(__file__).parent / "stock_analysis" / "StockAnalysis.java"
NOBODY = 65534
START_S = 180.0
#: Java's second compiler pays only where a node runs for long. It takes half of a start: 7 s of 15 s of CPU.
QUICK_START = "-XX:TieredStopAtLevel=1"
DESCRIPTOR = f"""description=Lucene's analysis parts under their stock names
version={VERSION}
name=stock-analysis
classname=maplewire.test.StockAnalysis
java.version=17
elasticsearch.version={VERSION}
"""


class CannotStart(RuntimeError):
    """This machine has no node; the message says what to install."""


def distribution() -> Path:
    """Return an unpacked server with our module in it, made once and kept in the cache."""
    missing = [tool for tool in ("java", "javac", "jar", "mvn") if shutil.which(tool) is None]
    if missing:
        raise CannotStart(
            f"no {', '.join(missing)}: install a JDK 17 or newer and Maven, "
            "or set MAPLEWIRE_TEST_ELASTICSEARCH_URL"
        )
    home = CACHE / f"elasticsearch-{VERSION}"
    if (home / "modules/stock-analysis/StockAnalysis.jar").exists() and not _is_stale(home):
        return home
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "elasticsearch.lock").open("w") as lock:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "lib" / f"elasticsearch-{VERSION}.jar").exists():
            _unpack(home)
        if _is_stale(home):
            _add_module(home)
    return home


def _is_stale(home: Path) -> bool:
    jar = home / "modules/stock-analysis/StockAnalysis.jar"
    return not jar.exists() or jar.stat().st_mtime < JAVA_SOURCE.stat().st_mtime


def _unpack(home: Path) -> None:
    _run("mvn", "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={CACHE}")
    archive = CACHE / f"elasticsearch-{VERSION}.zip"
    partial = CACHE / "unpacking"
    shutil.rmtree(partial, ignore_errors=True)
    with ZipFile(archive) as zipped:
        zipped.extractall(partial)
    for script in (partial / home.name / "bin").iterdir():
        script.chmod(0o755)
    shutil.rmtree(home, ignore_errors=True)
    (partial / home.name).rename(home)
    archive.unlink()


def _add_module(home: Path) -> None:
    module, classes = home / "modules/stock-analysis", CACHE / "classes"
    shutil.rmtree(classes, ignore_errors=True)
    module.mkdir(exist_ok=True)
    classes.mkdir()
    _run("javac", "-nowarn", "-cp", f"{home}/lib/*", "-d", str(classes), str(JAVA_SOURCE))
    _run("jar", "--create", "--file", str(module / "StockAnalysis.jar"), "-C", str(classes), ".")
    (module / "plugin-descriptor.properties").write_text(DESCRIPTOR)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise CannotStart(f"{command[0]} failed: {(done.stdout + done.stderr)[-2000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end_with_the_tests() -> None:
    """Have the launcher, and the server by it, end when the tests are killed."""
    # A node holds a gigabyte. After the change of user, which would undo it.
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


@dataclass
class Node:
    """One node with a data folder of its own. `kill()` is kill -9; `start()` again keeps the data.

    `folder` must lie where an unprivileged user can reach it (`tempfile`, not pytest's `tmp_path`).
    """

    folder: Path
    settings: Sequence[str] = ()
    heap: str = "512m"
    http_port: int = field(default_factory=free_port)
    transport_port: int = field(default_factory=free_port)
    scheme: str = "http"
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.http_port}"

    @property
    def pid(self) -> int:
        """Of the process group that holds the launcher and the server."""
        assert self._process is not None, "the node does not run"
        return self._process.pid

    @property
    def config(self) -> Path:
        return self.folder / "config"

    def prepare(self) -> None:
        """Write the node's own config folder, so that many nodes share one distribution."""
        home = distribution()
        if not self.config.exists():
            shutil.copytree(home / "config", self.config)
        for name in ("data", "logs", "tmp", "repo"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        defaults = (
            ["xpack.security.enabled: false"]
            if not any("xpack.security.enabled" in s for s in self.settings)
            else []
        )
        lines = [
            "discovery.type: single-node",
            "cluster.name: maplewire-tests",
            f"path.data: {self.folder / 'data'}",
            f"path.logs: {self.folder / 'logs'}",
            f"path.repo: {self.folder / 'repo'}",
            "network.host: 127.0.0.1",
            f"http.port: {self.http_port}",
            f"transport.port: {self.transport_port}",
            *defaults,
            *self.settings,
        ]
        (self.config / "elasticsearch.yml").write_text("\n".join(lines) + "\n")
        self._hand_over()

    def _hand_over(self) -> None:
        """The server refuses to run as root: give it to nobody."""
        if os.geteuid() != 0:
            return
        _run("chown", "-R", f"{NOBODY}:{NOBODY}", str(self.folder))

    def start(self) -> Node:
        self.prepare()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "ES_JAVA_HOME": _java_home(),
            "ES_JAVA_OPTS": f"-Xms{self.heap} -Xmx{self.heap} {QUICK_START}",
            "CLI_JAVA_OPTS": QUICK_START,
            "ES_PATH_CONF": str(self.config),
            "ES_TMPDIR": str(self.folder / "tmp"),
        }
        as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        with (self.folder / "stdout.log").open("ab") as output:
            self._process = subprocess.Popen(
                [distribution() / "bin/elasticsearch"],
                env=environment, stdout=output, stderr=output, start_new_session=True, cwd=self.folder,
                preexec_fn=_end_with_the_tests, **as_nobody,  # type: ignore[call-overload]
            )  # fmt: skip
        self._wait()
        return self

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                raise CannotStart(
                    f"the node ended at once:\n{(self.folder / 'stdout.log').read_text()[-3000:]}"
                )
            if self.answers():
                return
            time.sleep(0.3)
        self.kill()
        raise CannotStart(
            f"the node did not answer in {START_S:.0f} s:\n{(self.folder / 'stdout.log').read_text()[-3000:]}"
        )

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_cluster/health", timeout=2) as answer:
                return json.load(answer)["status"] in ("green", "yellow")
        except urllib.error.HTTPError as e:
            return e.code in (401, 403)
        except (OSError, ValueError):
            return self.scheme == "https" and self._port_is_open()

    def _port_is_open(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.http_port)) == 0

    def kill(self) -> None:
        """End the node and the server it launched at once, as a power cut would."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def __enter__(self) -> Node:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()


def _java_home() -> str:
    java = shutil.which("java")
    if java is None:
        raise CannotStart("no java")
    return str(Path(java).resolve().parent.parent)
