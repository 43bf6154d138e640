"""Child processes that end with their parent, however that died."""

from __future__ import annotations

import ctypes
import signal
import sys

#: From Linux's <sys/prctl.h>: the signal that a process gets when its parent dies.
_PR_SET_PDEATHSIG = 1


def get_signal_at_end_of_parent(number: signal.Signals) -> None:
    """Have this process get a signal when its parent dies.

    Only on Linux. A parent that died before this was called sends none.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
