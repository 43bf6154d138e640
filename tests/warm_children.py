"""Child processes of ours that start in a tenth of their time.

A crawl's process loads Scrapy, which costs more than a second of the processor, and a command loads half of
Maplewire; the tests start hundreds of them. Here one process, the nursery, loads all that once. Each child is
a fork of it that runs the same code:

    test ──► WarmPopen ──(its pipes, its environment)──► nursery ──► fork ──► fork, which runs the module

Its second parent, the first fork, ends at once, and the test's process adopts it (Linux calls that a child
subreaper). So it is a child as any other: it is waited for, gets signals, and hears of its parent's end.

Elsewhere than on Linux, and in tests that ask for `cold_children`, children start as they do for users. While
coverage is measured, each fork is measured as a process of its own (`patch` in pyproject.toml).
"""

from __future__ import annotations

import array
import ctypes
import gc
import importlib
import json
import os
import pkgutil
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from crawlers import child_process

#: From Linux's <sys/prctl.h>.
_PR_SET_CHILD_SUBREAPER = 36
_REPOSITORY = Path(__file__).resolve().parents[1]
_ADOPTION_S = 30.0
#: What programs load when they need it.
_LOADED_LATE = (
    "scrapy.core.downloader.handlers.http11",
    "scrapy.crawler",
    "crawlers.feeds",
    "crawlers.spiders.__main__",
    "fsspec",
    "pipelines.bootstrap",
    "scrapy.dupefilters",
    "scrapy.logformatter",
    "scrapy.pqueues",
    "scrapy.squeues",
    "scrapy.statscollectors",
    "trafilatura",
)
#: Packages whose modules load each other late, when they are needed.
_LOADED_WHOLE = (
    "crawlers.spiders",
    "pipelines.cli.commands",
    "pipelines.cli.render",
    "pipelines.operations",
    "pipelines.stages",
    "pipelines.stories",
    "scrapy.downloadermiddlewares",
    "scrapy.spidermiddlewares",
)


def warm_children_work() -> bool:
    """Tell whether children can start from a nursery here."""
    return sys.platform == "linux"


@dataclass(frozen=True)
class Program:
    """A module of ours to run, and what surrounds it."""

    module: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: str


class Nursery:
    """The process that has everything loaded, seen from the test's process.

    It is started for the first child.
    """

    def __init__(self) -> None:
        self._connection: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._connection is not None and self._process is not None:
            self._connection.close()
            self._process.wait()

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", f"from tests.warm_children import serve; serve({theirs.fileno()})"],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                cwd=_REPOSITORY,
            )
        return ours

    def start_child(self, program: Program, files: list[int]) -> int:
        """Start a child on its standard input, output and error; return its process id."""
        wish = {"program": asdict(program), "parent": os.getpid()}
        with self._turn, _adopting():
            if self._connection is None:
                self._connection = self._start()
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))]
            self._connection.sendmsg([json.dumps(wish).encode()], rights)
            answer = self._connection.recv(64)
        if not answer:
            raise OSError("the nursery of child processes has ended")
        return int(answer)


@contextmanager
def _adopting() -> Iterator[None]:
    """Adopt the children of processes below this one that end."""
    prctl = ctypes.CDLL(None).prctl
    prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


class _ForkedPopen(subprocess.Popen[Any]):
    """A child that runs a module (`python -m`), started by a fork."""

    def _fork(self, program: Program, files: list[int]) -> int:
        raise NotImplementedError

    def _execute_child(self, args: Sequence[str], *others: Any) -> None:
        # These are the arguments that subprocess gives from Python 3.11 to 3.13.
        folder, environment = others[4:6]
        pipes = others[9:15]
        files = [pipes[0], pipes[3], pipes[5]]
        for number in range(3):
            if files[number] == -1:
                files[number] = number
        module, *arguments = args[args.index("-m") + 1 :]
        program = Program(module, arguments, dict(environment or os.environ), str(folder or Path.cwd()))
        try:
            self.pid = self._fork(program, files)
            self._child_created = True
        finally:
            self._close_pipe_fds(*pipes)


def popen_from(nursery: Nursery) -> Callable[..., subprocess.Popen[Any]]:
    """Return what starts a child that runs a module."""

    class WarmPopen(_ForkedPopen):
        def _fork(self, program: Program, files: list[int]) -> int:
            return nursery.start_child(program, files)

    return WarmPopen


class _GrandchildPopen(_ForkedPopen):
    """In a child of the nursery, which has all modules itself."""

    def _fork(self, program: Program, files: list[int]) -> int:
        process = os.fork()
        if process == 0:
            try:
                _run(program, files)
            finally:
                # What its parent had registered for its own end is nothing to it.
                os._exit(1)
        return process


# -- in the nursery ---------------------------------------------------------------------------------------


def serve(connection_number: int) -> None:
    """Start children until the tests are over. In each child, run what was asked for."""
    connection = socket.socket(fileno=connection_number)
    _load_modules()
    gc.collect()
    gc.freeze()
    while True:
        sent, rights, _flags, _address = connection.recvmsg(1 << 20, socket.CMSG_SPACE(3 * 4))
        if not sent:
            return
        files = list(array.array("i", rights[0][2]))
        wish = json.loads(sent)
        between = os.fork()
        if between == 0:
            if os.fork() != 0:
                os._exit(0)
            _become_child_of(wish["parent"], connection)
            _run(Program(**wish["program"]), files)
            return
        os.waitpid(between, 0)
        for file in files:
            os.close(file)


def _load_modules() -> None:
    """Load what the programs will need, and have their own children start by forks, too."""
    for name in _LOADED_LATE:
        importlib.import_module(name)
    for package in _LOADED_WHOLE:
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    # Scrapy installs it in each child; a second one is refused.
    assert "twisted.internet.reactor" not in sys.modules
    child_process.Popen = _GrandchildPopen


def _become_child_of(parent: int, connection: socket.socket) -> None:
    """Wait until the test's process has adopted this one, and tell it of it."""
    deadline = time.monotonic() + _ADOPTION_S
    while os.getppid() != parent:
        if time.monotonic() > deadline:
            os._exit(1)
        time.sleep(0.0005)
    connection.send(str(os.getpid()).encode())
    connection.detach()


def _run(program: Program, files: list[int]) -> None:
    """Run a module as a process of its own would."""
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(program.folder)
    os.environ.clear()
    os.environ.update(program.environment)
    time.tzset()
    random.seed()
    sys.argv = [program.module, *program.arguments]
    # Open for as long as this process lives.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115
    _entry(program.module)()


def _entry(module: str) -> Callable[[], None]:
    """Return what a module does as a program."""
    if module == "pipelines.cli":
        from pipelines.cli import main

        return main
    if module == "crawlers.spiders":
        from crawlers.spiders import __main__ as spiders

        return spiders.main
    assert module == "crawlers.spiders.listing_parser", module
    from crawlers.spiders.listing_parser import answer_tasks

    return answer_tasks
