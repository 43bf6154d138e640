"""One stage of a run as one command."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from crawlers.errors import CatalogueError
from pipelines.cli.application import open_app_to_work
from pipelines.cli.console import complain, say

if TYPE_CHECKING:
    from pipelines.bootstrap import App
    from pipelines.model import Outcome
    from pipelines.stages.context import RunProblems


@contextmanager
def leaving_to_others(*, quiet: bool) -> Iterator[None]:
    """End the command well where another run is at work, which does the same work.

    Cron starts the next run while a slow one is going on: that is no failure.
    """
    from pipelines.stages.locks import FolderBusy

    try:
        yield
    except FolderBusy as e:
        if not quiet:
            say(f"{e}; nothing was done here")
        raise typer.Exit from e


def run_stage(stage: Callable[[App, RunProblems], str], *, quiet: bool = False) -> None:
    """Run a stage that handles no pages; say what it answers, unless `quiet`."""
    from pipelines.stages.context import RunProblems

    problems = RunProblems()
    # Without a run in the accounts: no page is fetched, and nothing could be counted.
    with open_app_to_work() as maplewire:
        message = stage(maplewire, problems)
    if not quiet:
        say(message)
    finish_command(problems)


def run_counted_stage(stage: Callable[[App, int, RunProblems], str]) -> None:
    """Run a stage that handles pages, with an account.

    The stage gets the run's id. A run that ends by an error is finished with a note that says so.
    """
    from pipelines.stages.context import RunProblems

    problems = RunProblems()
    with open_app_to_work() as maplewire:
        run_id = maplewire.ledger.start_run(maplewire.clock.now())
        # Stands until the stage is over, whatever ends it.
        note: str | None = "ended by an error"
        try:
            message = stage(maplewire, run_id, problems)
            note = None
        finally:
            maplewire.ledger.finish_run(run_id, maplewire.clock.now(), problems.mails_sent, note)
    say(message)
    finish_command(problems)


def finish_command(problems: RunProblems) -> None:
    """Print what went wrong and leave with 1.

    Does nothing where all went well.

    A bug is raised after everything else was done, so that it shows its traceback.
    """
    for sentence in problems.sentences:
        complain(sentence)
    # A group, since several pages may have met different bugs.
    if problems.bugs:
        raise ExceptionGroup("pages were kept aside because of a bug in Maplewire", problems.bugs)
    if problems.troubles or problems.mail_hold is not None:
        raise typer.Exit(1)


def check_files(paths: Sequence[Path]) -> None:
    """Raise CatalogueError with a line for each file that is missing."""
    problems = []
    for path in paths:
        if not path.is_file():
            problems.append(f"{path}: no such file")
    if problems:
        raise CatalogueError(problems)


def outcome_words(outcomes: Mapping[Outcome, int]) -> str:
    """Return what became of the pages: "3 new, 1 off-beat"."""
    parts = []
    for outcome, number in outcomes.items():
        parts.append(f"{number} {outcome.value.replace('_', '-')}")
    return ", ".join(parts) or "nothing to process"
