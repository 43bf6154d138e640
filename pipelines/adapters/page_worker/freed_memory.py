"""Gives memory that was freed back to the system."""

from __future__ import annotations

import contextlib
import ctypes
import sys


def give_back_freed_memory() -> None:
    """Give freed memory back, where the C library has a way to do so."""
    if sys.platform != "linux":
        return
    # Not every C library of Linux has it.
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
