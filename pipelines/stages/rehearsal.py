"""A rehearsal: runs by a clock that a person sets, in a data folder of its own.

What is noted by such a clock would mislead runs in earnest for as long as it lies ahead: sources that were
asked "tomorrow", mails that were told. So the ledger says that it is a rehearsal, from its first run on.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.errors import CatalogueError, PermanentError
from pipelines.alerts.clock_marks import last_run, rehearsal_mark

if TYPE_CHECKING:
    from pipelines.ports import Ledger, SearchIndex

#: A year that a rehearsal may be in. Close to the ends of the calendar, a week more or less is no date.
_FIRST_YEAR = 1990
_LAST_YEAR = 2999


def read_rehearsal_time(text: str) -> datetime:
    """Read the moment of a rehearsal; one without a zone is UTC.

    Raises CatalogueError with an example.
    """
    example = "write --now 2026-12-05T08:00, in UTC, or with a zone: 2026-12-05T08:00-05:00"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as e:
        raise CatalogueError([f"--now “{text}” is not a time; {example}"]) from e
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        years = f"the years {_FIRST_YEAR} to {_LAST_YEAR}"
        raise CatalogueError([f"--now “{text}” is not in {years}; {example}"])
    return moment.astimezone(UTC)


def rehearsed_until(ledger: Ledger) -> datetime | None:
    """Return the time of the last rehearsed run.

    None for a ledger that is no rehearsal.
    """
    return rehearsal_mark(ledger).read_stored_time()


def time_of_rehearsal(ledger: Ledger) -> datetime | None:
    """Return the time for commands between rehearsed runs.

    It is that at which the last run told its readers: what a person says after a run is later than
    what that run told. None for a ledger that is no rehearsal.
    """
    begun = rehearsed_until(ledger)
    told = last_run(ledger)
    if begun is None or told is None:
        return begun
    return max(begun, told)


def begin_rehearsal(ledger: Ledger, index: SearchIndex, moment: datetime, home: Path) -> None:
    """Note in the ledger that a rehearsed run begins.

    Raises CatalogueError, with nothing noted, where the data folder was used in earnest, and where the
    rehearsal has come further already.
    """
    last = rehearsed_until(ledger)
    if last is None:
        _raise_used_in_earnest(ledger, index, home)
    elif moment < last:
        raise CatalogueError(
            [f"the rehearsal in {home} has come to {last:%Y-%m-%d %H:%M} UTC; --now cannot be before that"]
        )
    rehearsal_mark(ledger).write_time(moment)


def refuse_rehearsed(ledger: Ledger, home: Path) -> None:
    """Raise CatalogueError for a ledger that is a rehearsal."""
    last = rehearsed_until(ledger)
    if last is not None:
        raise CatalogueError(
            [
                f"{home} holds a rehearsal, which has come to {last:%Y-%m-%d %H:%M} UTC: go on with it by "
                "--now TIME, or set MAPLEWIRE_HOME to a data folder of its own for runs in earnest"
            ]
        )


def _raise_used_in_earnest(ledger: Ledger, index: SearchIndex, home: Path) -> None:
    if ledger.runs(1) or ledger.count_articles():
        raise CatalogueError(
            [
                f"--now is for rehearsals, and {home} is in use: set MAPLEWIRE_HOME to a new folder, and "
                "leave MAPLEWIRE_LEDGER_URL unset or name a new ledger"
            ]
        )
    try:
        documents = index.count()
    except PermanentError:
        # An index that nobody has set up yet.
        return
    if documents:
        raise CatalogueError(
            [
                f"--now is for rehearsals, and the search index holds {documents} articles: leave "
                "MAPLEWIRE_INDEX_URL unset or name a new index"
            ]
        )
