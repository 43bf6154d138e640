"""How the accounts of runs are printed."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.cli.console import out, print_json, say
from pipelines.cli.render.json_values import run_json
from pipelines.cli.render.tables import print_table
from pipelines.model import Outcome, RunReport, SourceAccount


def print_runs(runs: Sequence[RunReport], *, as_json: bool = False) -> None:
    """Print runs, then the troubled sources of the first."""
    if as_json:
        print_json([run_json(run) for run in runs])
        return
    outcomes = _outcomes_shown(runs)
    columns = ["run", "begun (UTC)", "took", "fetched", *map(_outcome_word, outcomes), "mails"]
    rows = []
    for run in runs:
        counts = [run.outcomes[outcome] for outcome in outcomes]
        began = f"{run.started:%m-%d %H:%M}"
        rows.append((run.run_id, began, _took(run), run.fetched, *counts, run.mails))
    print_table("Accounts", columns, rows)
    _print_troubled_sources([account for account in runs[0].sources if account.error])


def _outcomes_shown(runs: Sequence[RunReport]) -> list[Outcome]:
    """Return the outcomes to show.

    On a terminal only those that occurred, so that the rest fits.
    """
    if not out.is_terminal:
        return list(Outcome)
    return [outcome for outcome in Outcome if any(run.outcomes[outcome] for run in runs)]


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
    """Print sources with their errors.

    A table on a terminal, else sentences on standard error, away from the data.
    """
    if not out.is_terminal:
        for account in accounts:
            say(f"source {account.source_id}: {account.error}")
        return
    if accounts:
        out.print()
        rows = [(account.source_id, account.result, account.error) for account in accounts]
        print_table("Sources with trouble", ["source", "result", "error"], rows)
