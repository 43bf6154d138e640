"""Data to standard output, the rest to standard error."""

from __future__ import annotations

import json
import logging
import shutil
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape

# soft_wrap: a long line is left to the terminal, so that what is copied from it has no breaks.
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def configure_logs(*, verbose: bool) -> None:
    """Send warnings of libraries to standard error.

    With `verbose`, all events.
    """
    level = logging.WARNING
    # Its warnings are about single pages. What became of a page stands in the accounts of the run.
    extraction_level = logging.ERROR
    if verbose:
        level = extraction_level = logging.DEBUG
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("trafilatura").setLevel(extraction_level)


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
    indent = None
    if sys.stdout.isatty():
        indent = 2
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")


def print_json_line(value: Mapping[str, Any]) -> None:
    """Write one object as one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def command_name() -> str:
    """Return how a person can call this command again."""
    if shutil.which("maplewire"):
        return "maplewire"
    # In a virtual environment that is not active, it was called by its path.
    return sys.argv[0]


def say(message: str) -> None:
    """Write a message for a person to standard error."""
    err.print(escape(message))


def complain(message: str) -> None:
    """Write what went wrong to standard error."""
    err.print(f"[bold red]maplewire:[/] {escape(message)}")
