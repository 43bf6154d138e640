"""How the command speaks: data on standard output; progress, messages and errors on standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def configure_logs(*, verbose: bool) -> None:
    """Send what libraries log to standard error: warnings and worse, with `--verbose` everything."""
    level = logging.DEBUG if verbose else logging.WARNING
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    # Its warnings concern single pages; what became of a page stands in the accounts.
    logging.getLogger("trafilatura").setLevel(logging.DEBUG if verbose else logging.ERROR)


def configure_events() -> None:
    """Send the events of the stages to standard error too. Apart from `configure_logs`, since structlog
    costs a quarter of a second that `maplewire --help` should not pay."""
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
    """Write one JSON document, UTF-8, indented only for a person at a terminal."""
    indent = 2 if sys.stdout.isatty() else None
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")


def print_json_line(value: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows as a table on a terminal, as tab-separated lines under a header when piped."""
    if not out.is_terminal:
        for row in ([c.lower() for c in columns], *rows):
            sys.stdout.write("\t".join(" ".join(str(cell).split()) for cell in row) + "\n")
        return
    padding = (0, 0 if len(columns) > _MANY else 1, 0, 0)
    table = Table(
        title=title or None, title_justify="left", header_style="bold",
        box=SIMPLE_HEAD, padding=padding, show_edge=False,
    )  # fmt: skip
    for column in columns:
        is_number = column in _NUMBERS
        table.add_column(column, justify="right" if is_number else "left", overflow="fold", no_wrap=is_number)
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    out.print(table)


_MANY = 9
"""Columns: from here on a terminal of 80 characters has room for one space between them."""
_NUMBERS = {"entries", "known", "skipped", "fetched", "new", "update", "unchanged", "copy", "off beat"} | {
    "aside", "failed", "mails", "run", "copies", "tier", "took",
}  # fmt: skip


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return "1 page", "2 pages"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def say(message: str) -> None:
    """Tell a person something that is not data."""
    err.print(escape(message))


def complain(message: str) -> None:
    err.print(f"[bold red]maplewire:[/] {escape(message)}")


@contextmanager
def progress_bars() -> Iterator[Callable[[Mapping[str, Any]], None] | None]:
    """Yield a listener that draws bars on standard error, None where that is no terminal."""
    if not err.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        yield _Bars(progress)


class _Bars:
    """Turns the events of the stages into three bars: sources read, pages processed, documents indexed."""

    def __init__(self, progress: Any) -> None:
        self._progress = progress
        self._tasks: dict[str, Any] = {}

    def __call__(self, event: Mapping[str, Any]) -> None:
        kind = event.get("event")
        if kind == "start":
            self._bar("Reading sources", total=event.get("sources"))
        elif kind == "source":
            self._advance("Reading sources", event.get("source"))
        elif kind == "batch":
            self._bar("Processing pages", total=event.get("pages"))
        elif kind == "page":
            self._advance("Processing pages")
        elif kind == "indexed":
            self._advance("Indexing")

    def _bar(self, name: str, total: float | None) -> None:
        if name in self._tasks:
            self._progress.remove_task(self._tasks[name])
        self._tasks[name] = self._progress.add_task(name, total=total)

    def _advance(self, name: str, detail: str | None = None) -> None:
        if name not in self._tasks:
            self._bar(name, None)
        described = f"{name} · {escape(detail)}" if detail else name
        self._progress.update(self._tasks[name], advance=1, description=described)
