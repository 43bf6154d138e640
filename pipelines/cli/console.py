"""Data to standard output, the rest to standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def configure_logs(*, verbose: bool) -> None:
    """Send warnings of libraries to standard error.

    With `verbose`, all events.
    """
    level = logging.DEBUG if verbose else logging.WARNING
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    # Its warnings are about single pages. What became of a page stands in the accounts of the run.
    logging.getLogger("trafilatura").setLevel(logging.DEBUG if verbose else logging.ERROR)


def configure_events() -> None:
    """Send the events of the stages to standard error too."""
    # Not part of configure_logs: structlog takes 0.25 s to import, and `maplewire --help` needs none of it.
    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLogger().level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
    )


def print_json(value: Any) -> None:
    """Write one JSON document in UTF-8, indented on a terminal."""
    indent = 2 if sys.stdout.isatty() else None
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")


def print_json_line(value: Mapping[str, Any]) -> None:
    """Write one object as one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def say(message: str) -> None:
    """Write a message for a person to standard error."""
    err.print(escape(message))


def complain(message: str) -> None:
    """Write what went wrong to standard error."""
    err.print(f"[bold red]maplewire:[/] {escape(message)}")
