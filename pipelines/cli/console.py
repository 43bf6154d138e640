"""Data to standard output, the rest to standard error.

All that reaches a terminal goes through here, and here it loses what a terminal would obey: a headline, a
header or the answer of a mail server may hold anything.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
import sys
import traceback
from collections.abc import Iterable, Mapping, MutableMapping
from io import TextIOWrapper
from types import TracebackType
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment

#: What a terminal obeys or cannot write: control characters but tab and line feed, and halves of characters.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
#: Unicode has a picture for each of the first 32 control characters, in their order, from here on.
_PICTURES = 0x2400
_DELETE = 0x7F
_PICTURE_OF_DELETE = "\u2421"
_UNKNOWN = "\ufffd"


def printable(text: str) -> str:
    """Return a text of which a terminal obeys nothing.

    A control character becomes its picture (␛ for escape), one without a picture becomes �.
    """
    return _CONTROLS.sub(_picture_of, text)


def _picture_of(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < ord(" "):
        return chr(_PICTURES + code)
    return _PICTURE_OF_DELETE if code == _DELETE else _UNKNOWN


class _CleanConsole(Console):
    """A console that sends no control character of a text to the terminal."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        # The signs for colours are made later, of a segment's style.
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(printable(segment.text), segment.style)


# soft_wrap: a long line is left to the terminal, so that what is copied from it has no breaks.
out = _CleanConsole(soft_wrap=True, highlight=False)
err = _CleanConsole(stderr=True, soft_wrap=True, highlight=False)


class _CleanFormatter(logging.Formatter):
    """Lines of a log without control characters."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


def configure_logs(*, verbose: bool) -> None:
    """Send warnings of libraries to standard error.

    With `verbose`, all events.
    """
    level = logging.WARNING
    # Its warnings are about single pages. What became of a page stands in the accounts of the run.
    extraction_level = logging.ERROR
    if verbose:
        level = extraction_level = logging.DEBUG
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_CleanFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
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
            _clean_event,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
    )


def _clean_event(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take control characters out of all that an event says."""
    for key, value in event.items():
        event[key] = printable(str(value))
    return event


def set_up_streams() -> None:
    """Let a character that the terminal's encoding lacks be written as its number.

    A bug's traceback loses its control characters too: its last line may quote a page.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.excepthook = _print_traceback


def _print_traceback(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    sys.stderr.write(printable("".join(traceback.format_exception(kind, error, where))))


def print_text(text: str) -> None:
    """Write a text to standard output as it is, but for control characters."""
    sys.stdout.write(printable(text))


def print_json(value: Any) -> None:
    """Write one JSON document in UTF-8, indented on a terminal."""
    indent = None
    if sys.stdout.isatty():
        indent = 2
    _write_json(json.dumps(value, ensure_ascii=False, indent=indent))


def print_json_line(value: Mapping[str, Any]) -> None:
    """Write one object as one line."""
    _write_json(json.dumps(value, ensure_ascii=False))


def _write_json(text: str) -> None:
    # JSON has a form for every character, so a program that reads it loses nothing.
    sys.stdout.write(_CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n")


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
