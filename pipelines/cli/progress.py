"""Progress bars on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.markup import escape

from pipelines.cli.console import err


@contextmanager
def progress_bars() -> Iterator[Callable[[Mapping[str, Any]], None] | None]:
    """Yield a listener that draws bars.

    None where there is no terminal.
    """
    if not err.is_terminal:
        yield None
        return
    # Imported only where they are drawn: it takes 0.1 s.
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        yield _Bars(progress)


class _Bars:
    """Turns the events of the stages into three bars."""

    def __init__(self, progress: Any) -> None:
        self._progress = progress
        self._tasks: dict[str, Any] = {}

    def __call__(self, event: Mapping[str, Any]) -> None:
        match event.get("event"):
            case "start":
                self._start_bar("Reading sources", total=event.get("sources"))
            case "source":
                self._advance_bar("Reading sources", event.get("source"))
            case "batch":
                self._start_bar("Processing pages", total=event.get("pages"))
            case "page":
                self._advance_bar("Processing pages")
            case "indexed":
                self._advance_bar("Indexing")

    def _start_bar(self, name: str, total: float | None) -> None:
        if name in self._tasks:
            self._progress.remove_task(self._tasks[name])
        self._tasks[name] = self._progress.add_task(name, total=total)

    def _advance_bar(self, name: str, detail: str | None = None) -> None:
        # How many documents will be indexed is not known before: that bar has no start event.
        if name not in self._tasks:
            self._start_bar(name, None)
        description = name
        if detail:
            description += f" · {escape(detail)}"
        self._progress.update(self._tasks[name], advance=1, description=description)
