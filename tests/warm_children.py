"""Child processes of a crawl that start in a tenth of their time.

A crawl's process loads Scrapy, which costs more than a second of the processor, and the tests start hundreds.
Here one process, the nursery, loads it once. Each child is a fork of it that runs the same code:

    test ──► WarmPopen ──(its pipes, its environment)──► nursery ──► fork ──► fork, which runs the module

Its second parent, the first fork, ends at once, and the test's process adopts it (Linux calls that a child
subreaper). So it is a child as any other: it is waited for, gets signals, and hears of its parent's end.

Elsewhere than on Linux, while coverage is measured, and in tests that ask for `cold_children`, children start
as they do for users.
"""

from __future__ import annotations

import array
import ctypes
import gc
import json
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, Self

#: From Linux's <sys/prctl.h>.
_PR_SET_CHILD_SUBREAPER = 36
_REPOSITORY = Path(__file__).resolve().parents[1]
_ADOPTION_S = 30.0


def warm_children_work() -> bool:
    """Tell whether children can start from a nursery here."""
    is_measured = "coverage" in sys.modules and sys.modules["coverage"].Coverage.current() is not None
    return sys.platform == "linux" and not is_measured


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
                [sys.executable, "-m", "tests.warm_children", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                cwd=_REPOSITORY,
            )
        return ours

    def start_child(self, module: str, environment: dict[str, str], files: list[int]) -> int:
        """Start a child on its standard input, output and error; return its process id."""
        wish = {
            "module": module,
            "environment": environment,
            "folder": str(Path.cwd()),
            "parent": os.getpid(),
        }
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


class _ForkedPopen(subprocess.Popen[bytes]):
    """A child that runs a module, started by a fork."""

    def _fork(self, module: str, environment: dict[str, str], files: list[int]) -> int:
        raise NotImplementedError

    def _execute_child(self, args: Any, *others: Any) -> None:
        # These are the arguments that subprocess gives from Python 3.11 to 3.13.
        environment = os.environ if others[5] is None else others[5]
        pipes = others[9:15]
        files = [pipes[0], pipes[3], pipes[5]]
        for number in range(3):
            if files[number] == -1:
                files[number] = number
        try:
            self.pid = self._fork(args[-1], dict(environment), files)
            self._child_created = True
        finally:
            self._close_pipe_fds(*pipes)


def popen_from(nursery: Nursery) -> Callable[..., subprocess.Popen[bytes]]:
    """Return what starts a child that runs a module."""

    class WarmPopen(_ForkedPopen):
        def _fork(self, module: str, environment: dict[str, str], files: list[int]) -> int:
            return nursery.start_child(module, environment, files)

    return WarmPopen


class _GrandchildPopen(_ForkedPopen):
    """In a child of the nursery, which has all modules itself."""

    def _fork(self, module: str, environment: dict[str, str], files: list[int]) -> int:
        process = os.fork()
        if process == 0:
            _run(module, environment, files)
        return process


# -- in the nursery ---------------------------------------------------------------------------------------


def _serve(connection: socket.socket) -> None:
    modules = _entries()
    gc.collect()
    gc.freeze()
    while True:
        sent, rights, _flags, _address = connection.recvmsg(1 << 20, socket.CMSG_SPACE(3 * 4))
        if not sent:
            return
        files = list(array.array("i", rights[0][2]))
        wish = json.loads(sent)
        assert wish["module"] in modules
        between = os.fork()
        if between == 0:
            if os.fork() == 0:
                _become_child_of(wish["parent"], connection)
                os.chdir(wish["folder"])
                _run(wish["module"], wish["environment"], files)
            os._exit(0)
        os.waitpid(between, 0)
        for file in files:
            os.close(file)


def _entries() -> dict[str, Callable[[], None]]:
    """Return what each module does as a program, with all that it will need loaded."""
    import scrapy.core.downloader.handlers.http11
    import scrapy.crawler  # noqa: F401

    import crawlers.feeds
    import crawlers.spiders.news
    import crawlers.spiders.shared_crawl  # noqa: F401
    from crawlers import child_process
    from crawlers.spiders import __main__ as spiders
    from crawlers.spiders import listing_parser

    # A child's own children are forks of it.
    child_process.Popen = _GrandchildPopen
    return {"crawlers.spiders": spiders.main, "crawlers.spiders.listing_parser": listing_parser.answer_tasks}


def _become_child_of(parent: int, connection: socket.socket) -> None:
    """Wait until the test's process has adopted this one, and tell it of it."""
    deadline = time.monotonic() + _ADOPTION_S
    while os.getppid() != parent:
        if time.monotonic() > deadline:
            os._exit(1)
        time.sleep(0.0005)
    connection.send(str(os.getpid()).encode())


def _run(module: str, environment: dict[str, str], files: list[int]) -> NoReturn:
    """Run a module as a program of its own would be."""
    status = 1
    try:
        for number, file in enumerate(files):
            os.dup2(file, number)
        os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        random.seed()
        # Open for as long as this process lives.
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115
        _entries()[module]()
        status = 0
    except Exception:  # noqa: BLE001 - told as Python tells it of any program
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
