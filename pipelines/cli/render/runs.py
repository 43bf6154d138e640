"""How the accounts of runs are printed."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.cli.console import out, print_json, say
from pipelines.cli.render.run_json import run_json
from pipelines.cli.render.tables import print_table
from pipelines.model import Outcome, RunReport, SourceAccount


def print_runs(runs: Sequence[RunReport], *, as_json: bool = False) -> None:
    """Print runs, then the troubled sources of the first."""
    if as_json:
        print_json(list(map(run_json, runs)))
        return
    outcomes = _outcomes_shown(runs)
    columns = ["run", "begun (UTC)", "took", "fetched", *map(_outcome_word, outcomes), "mails"]
    rows = []
    for run in runs:
        counts = []
        for outcome in outcomes:
            counts.append(run.outcomes[outcome])
        began = f"{run.started:%m-%d %H:%M}"
        rows.append((run.run_id, began, _took(run), run.fetched, *counts, run.mails))
    print_table("Accounts", columns, rows)
    _print_troubled_sources(runs[0].sources)


def _outcomes_shown(runs: Sequence[RunReport]) -> list[Outcome]:
    """Return the outcomes to show.

    On a terminal only those that occurred, so that the rest fits.
    """
    if not out.is_terminal:
        return list(Outcome)
    shown = []
    for outcome in Outcome:
        if any(run.outcomes[outcome] for run in runs):
            shown.append(outcome)
    return shown


def _outcome_word(outcome: Outcome) -> str:
    if outcome is Outcome.QUARANTINED:
        # Shorter, so that all columns fit.
        return "aside"
    return outcome.value.replace("_", " ")


def _took(run: RunReport) -> str:
    # It still goes on, or was killed: the ledger cannot tell.
    if run.finished is None:
        return "never finished"
    return f"{(run.finished - run.started).total_seconds():.1f} s"


def _print_troubled_sources(accounts: Sequence[SourceAccount]) -> None:
    """Print the sources that had trouble, with their errors.

    A table on a terminal, else sentences on standard error, away from the data.
    """
    rows = []
    for account in accounts:
        if account.error:
            rows.append((account.source_id, account.result, account.error))
    # A second table would break the lines of the first for a program.
    if rows and out.is_terminal:
        out.print()
        print_table("Sources with trouble", ["source", "result", "error"], rows)
        return
    for source_id, _, error in rows:
        say(f"source {source_id}: {error}")
