"""Child processes: how one starts, and how it ends with its parent."""

from __future__ import annotations

import ctypes
import signal
import sys
from subprocess import Popen
from typing import Any

#: From Linux's <sys/prctl.h>: the signal that a process gets when its parent dies.
_PR_SET_PDEATHSIG = 1


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
