"""A run that others hear of: a dead-man's switch, and the operators by mail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from crawlers.errors import CrawlError
from pipelines.cli.application import open_app_to_work
from pipelines.cli.console import complain, say

if TYPE_CHECKING:
    from pipelines.adapters.ping import Ping
    from pipelines.bootstrap import App
    from pipelines.stages.context import RunProblems


@contextmanager
def watched_run(
    problems: RunProblems, rehearsed: datetime | None = None, *, quiet: bool = False
) -> Iterator[App]:
    """Yield Maplewire for one whole run, and tell how it went.

    `problems` are what the run notes; whoever is inside fills them. A run that finds another one at work
    tells nothing: that one does. A run that is `rehearsed` at some time goes by that time, and no switch
    hears of it. With `quiet` it is not said that the operators were told.
    """
    from pipelines.adapters.clock import ShiftedClock, SystemClock
    from pipelines.adapters.ping import Ping
    from pipelines.config import read_settings, reveal
    from pipelines.stages.locks import FolderBusy

    ping = Ping(None if rehearsed else reveal(read_settings().ping_url))
    clock = None
    if rehearsed is not None:
        # It runs on from there, as any clock does.
        clock = ShiftedClock(SystemClock().now() - rehearsed)
    try:
        with open_app_to_work(clock, _tell_of_failure) as maplewire:
            _check_rehearsal(maplewire, rehearsed)
            _complain_about(ping.start())
            with _telling_operators(maplewire, problems, quiet=quiet):
                yield maplewire
    except FolderBusy:
        raise
    except Exception as e:
        # A mistake in the beat too: nobody looks at what cron starts.
        _complain_about(ping.fail(f"{type(e).__name__}: {e}"))
        raise
    _tell_end(ping, problems)


def _check_rehearsal(maplewire: App, rehearsed: datetime | None) -> None:
    """Keep rehearsals and runs in earnest apart.

    Raises CatalogueError where one would go on with the other's data folder.
    """
    from pipelines.stages.rehearsal import begin_rehearsal, refuse_rehearsed

    home = maplewire.settings.home
    if rehearsed is None:
        refuse_rehearsed(maplewire.ledger, home)
    else:
        begin_rehearsal(maplewire.ledger, maplewire.index, rehearsed, home)


@contextmanager
def _telling_operators(maplewire: App, problems: RunProblems, *, quiet: bool) -> Iterator[None]:
    from pipelines.operations.run_watch import tell_of_run

    try:
        yield
    except Exception as e:
        _tell_of_failure(maplewire, e)
        raise
    try:
        done = tell_of_run(maplewire, problems)
    except CrawlError as e:
        # The run itself is done; that nobody could be told must not fail it.
        complain(f"the operators were not told: {e}")
        return
    if quiet:
        return
    for line in done:
        say(line)


def _tell_of_failure(maplewire: App, error: Exception) -> None:
    """Mail the operators that a run could not begin, or ended by an error."""
    from pipelines.operations.run_watch import tell_of_broken_run

    for line in tell_of_broken_run(maplewire, error):
        say(line)


def _tell_end(ping: Ping, problems: RunProblems) -> None:
    lines = [*problems.sentences]
    for bug in problems.bugs:
        lines.append(f"bug: {bug!r}")
    if lines:
        _complain_about(ping.fail("\n".join(lines)))
    else:
        _complain_about(ping.success())


def _complain_about(why_not: str | None) -> None:
    if why_not is not None:
        complain(why_not)
