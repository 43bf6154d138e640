"""Child processes: how one starts, and how it ends with its parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import Popen
from typing import Any

#: From Linux's <sys/prctl.h>: the signal that a process gets when its parent dies.
_PR_SET_PDEATHSIG = 1

#: What a process that reads the web is told of our environment. Whatever else is there may be a secret.
ALLOWED_VARIABLES = frozenset({
    # The machine: programs, libraries, folders.
    "HOME", "LD_LIBRARY_PATH", "PATH", "TMPDIR",
    # Language and clock.
    "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "TZ",
    # Which certificates are trusted.
    "OPENSSL_CONF", "SSL_CERT_DIR", "SSL_CERT_FILE",
    # How Python runs.
    "PYTHONDONTWRITEBYTECODE", "PYTHONFAULTHANDLER", "PYTHONHASHSEED", "PYTHONHOME", "PYTHONMALLOC",
    "PYTHONNOUSERSITE", "PYTHONPATH", "PYTHONPYCACHEPREFIX", "PYTHONUNBUFFERED", "PYTHONUTF8",
    "PYTHONWARNINGS",
    # What tests measure: which lines of the child ran.
    "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START",
})  # fmt: skip


def get_signal_at_end_of_parent(number: signal.Signals) -> None:
    """Have this process get a signal when its parent dies.

    Only on Linux. A parent that died before this was called sends none.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


def start_module(name: str, **options: Any) -> Popen[bytes]:
    """Start a module of ours as a program; the options are those of `Popen`."""
    # Without the folder in which we were started: its files would go before modules of the same name.
    return Popen([sys.executable, "-P", "-m", name], **options)


def child_environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Return what a process that reads the web may know of our environment.

    That is a list of names and the place of our packages. Settings, and the keys of a scheduler that
    started us, are left out: the child does not need them.
    """
    environment = {}
    for name, value in ours.items():
        if name in ALLOWED_VARIABLES:
            environment[name] = value
    python_path = [str(Path(__file__).resolve().parents[1])]
    if environment.get("PYTHONPATH"):
        python_path.append(environment["PYTHONPATH"])
    environment["PYTHONPATH"] = os.pathsep.join(python_path)
    return environment
