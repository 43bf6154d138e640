"""The accounts of tasks: counts, notes, and trouble by its kind.

EarlierTaskError is the trouble of a task that could not begin, and is told to nobody. ClosedAccount is
the account of a run that fetched pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from crawlers.errors import CrawlError, PermanentError, TemporaryError

if TYPE_CHECKING:
    from pipelines.bootstrap import App
    from pipelines.model import RunReport
    from pipelines.stages.context import RunProblems

Counts = dict[str, int]
#: A piece of work for one task: "run", "label" and what it is about, by ids. It passes as JSON.
Piece = dict[str, Any]

#: As much as Airflow keeps of a run's note.
NOTE_CHARS = 1000
#: Ids named in the first line of a note.
MOST_NAMED = 6


class ClosedAccount(NamedTuple):
    """What a run that fetches pages has done."""

    counts: Counts
    note: str
    #: Some batch is not processed to its end, so that it is worth while to wake who processes.
    pages_wait: bool


class EarlierTaskError(PermanentError):
    """A task did nothing because an earlier one failed, whose mail says why."""


def planned_pieces(plan: Sequence[Piece] | None) -> tuple[Sequence[Piece], int | None]:
    """Return the pieces of a plan and the number of their run.

    The number is None where there was nothing to do. Raises EarlierTaskError without a plan: the
    planning task failed, and nothing was done.
    """
    # The scheduler runs a closing task whatever became of the others, and passes None for their result.
    if plan is None:
        raise EarlierTaskError(
            "nothing was planned, so nothing was done: the log of the planning task says why"
        )
    return plan, plan[0]["run"] if plan else None


def has_open_batches(app: App, *, of_past: bool) -> bool:
    """Tell whether pages wait to be processed, of a backfill or of what is new."""
    from pipelines.stages.batches import is_of_past

    return any(is_of_past(batch.batch_id) == of_past for batch in app.ledger.open_batches())


def add_up(keys: Sequence[str], accounts: Iterable[Counts]) -> Counts:
    """Return the sums of these keys over all accounts."""
    sums = dict.fromkeys(keys, 0)
    for counts in accounts:
        for key in keys:
            sums[key] += counts[key]
    return sums


def raise_problems(problems: RunProblems, kind: type[CrawlError], before: str = "") -> None:
    """Raise what went wrong in a stage, if anything did.

    Bugs come first; else the sentences are raised as `kind`. `before` is what the sentences are
    preceded by.
    """
    # A bug travels up with its traceback, since no sentence can say what it was.
    if problems.bugs:
        raise ExceptionGroup("pages were kept aside because of a bug in Maplewire", problems.bugs)
    if problems.troubles:
        raise kind(before + "; ".join(problems.sentences))


def worst_kind(problems: RunProblems) -> type[CrawlError]:
    """Return the kind of error as which problems are raised together.

    What needs a person goes first: another try would only hide it behind what waits.
    """
    return PermanentError if problems.has_permanent_trouble else TemporaryError


def note_text(lines: Sequence[str]) -> str:
    """Return lines as a note that the scheduler can keep."""
    text = "\n".join(lines)
    if len(text) <= NOTE_CHARS:
        return text
    return text[: NOTE_CHARS - 1] + "…"


def named_in_brackets(source_ids: Sequence[str]) -> str:
    """Return " (cbc, globe and 3 more)", or "" without a source.

    A dashboard shows the first line of a note alone, so that one names them.
    """
    if not source_ids:
        return ""
    names = ", ".join(source_ids[:MOST_NAMED])
    more = len(source_ids) - MOST_NAMED
    if more > 0:
        names += f" and {more} more"
    return f" ({names})"


def failed_sources(report: RunReport) -> list[str]:
    """Return the ids of the sources that failed in a run."""
    found: list[str] = []
    for source in report.sources:
        if source.result == "failed":
            found.append(source.source_id)
    return found


def failed_source_lines(app: App, report: RunReport) -> list[str]:
    """Return a line for each source that failed: its name, its id and why."""
    names = app.beat.source_names
    lines: list[str] = []
    for source in report.sources:
        if source.result == "failed":
            name = names.get(source.source_id, source.source_id)
            lines.append(f"- {name} ({source.source_id}): {source.error}")
    return lines
