"""Bugs that one story, source or mail brings to light, in the log."""

from __future__ import annotations

from typing import Any


def log_bug(event: str, error: Exception, **facts: Any) -> None:
    """Note a bug that was kept from the rest, and what it is about."""
    # Imported here: structlog takes 0.2 s to load, and a reading command has no bug to tell of.
    import structlog

    structlog.get_logger().critical(event, exc_info=error, **facts)
