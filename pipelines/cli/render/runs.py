"""How the accounts of runs are printed."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.beat.source_health import STATES, Health
from pipelines.cli.console import out, print_json, say
from pipelines.cli.render.run_json import health_json, run_json
from pipelines.cli.render.tables import print_table
from pipelines.model import Outcome, RunReport, SourceAccount
from pipelines.text.counts import counted

#: Of what one source complains of; a feed that is wrong throughout complains of each entry.
_COMPLAINTS_SHOWN = 3
#: States of sources that nobody needs to hear of after a run.
_UNTOLD = frozenset({"ok", "off"})

#: A source, its state or the result of its poll, and what to say of it.
_Row = tuple[str, str, str]


def print_runs(runs: Sequence[RunReport], health: Sequence[Health] = (), *, as_json: bool = False) -> None:
    """Print runs, then the sources that are not well.

    `health` is that of all sources, now; in JSON it stands in the first run. What the listings of the
    first run complained of is told too.
    """
    unwell = []
    for one in sorted(health, key=lambda one: STATES.index(one.state)):
        if one.state not in _UNTOLD:
            unwell.append(one)
    if as_json:
        documents = list(map(run_json, runs))
        for document in documents[:1]:
            document["unwell"] = list(map(health_json, unwell))
        print_json(documents)
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
    for sentence in (screen_sentence(runs), scope_sentence(runs)):
        if sentence is not None:
            say(sentence)
    _print_unwell_sources(runs[0].sources, unwell)


def screen_sentence(runs: Sequence[RunReport]) -> str | None:
    """Return what the screen did in these runs, or None where it did nothing."""
    out_pages = sum(run.screen.out for run in runs)
    sampled = sum(run.screen.sampled for run in runs)
    lost = sum(run.screen.lost for run in runs)
    if not out_pages and not sampled:
        return None
    pages = counted(out_pages, "page")
    sentence = f"screened: {pages} that name too little of the beat were not extracted"
    if not sampled:
        return f"{sentence}; none was sampled yet"
    if not lost:
        return f"{sentence}; {sampled} more were, to see what is lost: none was wanted"
    return (
        f"{sentence}; {sampled} more were, to see what is lost: {lost} of them would have been kept "
        "(`maplewire pages` shows them); MAPLEWIRE_SCREEN=false or --no-screen extracts every page"
    )


def scope_sentence(runs: Sequence[RunReport]) -> str | None:
    """Return what `scope: broad` loses, or None where nothing was sampled."""
    sampled = sum(run.screen.scope_sampled for run in runs)
    lost = sum(run.screen.scope_lost for run in runs)
    if not sampled:
        return None
    sentence = f"scope: broad: {counted(sampled, 'page')} that it leaves out came as a sample"
    if not lost:
        return f"{sentence}: none was wanted"
    return (
        f"{sentence}: {lost} would have been lost (`maplewire pages` shows them); where a source loses "
        "many, write scope: all"
    )


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


def _list_unwell(unwell: Sequence[Health]) -> list[_Row]:
    rows: list[_Row] = []
    untried: list[Health] = []
    for health in unwell:
        if health.state == "not tried":
            untried.append(health)
        else:
            rows.append((health.source.id, health.state, _why_and_advice(health)))
    for health in untried[:1]:
        why = _why_and_advice(health)
        if len(untried) > 1:
            # All those of a new catalogue would hide what else is wrong.
            why = f"so are {len(untried) - 1} other sources; {why}"
        rows.append((health.source.id, health.state, why))
    return rows


def _list_complaints(accounts: Sequence[SourceAccount], unwell: Sequence[Health]) -> list[_Row]:
    told = set()
    for health in unwell:
        told.add(health.source.id)
    rows: list[_Row] = []
    for account in accounts:
        if account.source_id in told:
            continue
        complaints = list(account.problems)
        if account.error:
            complaints.insert(0, account.error)
        for complaint in complaints[:_COMPLAINTS_SHOWN]:
            rows.append((account.source_id, account.result, complaint))
        if len(complaints) > _COMPLAINTS_SHOWN:
            more = f"and {len(complaints) - _COMPLAINTS_SHOWN} more (`maplewire status --json`)"
            rows.append((account.source_id, account.result, more))
    return rows


def _why_and_advice(health: Health) -> str:
    if health.advice:
        return f"{health.why}\n→ {health.advice}"
    return health.why


def _print_unwell_sources(accounts: Sequence[SourceAccount], unwell: Sequence[Health]) -> None:
    """Print the sources that are not well, and complaints of the others.

    A table on a terminal, else sentences on standard error, away from the data.
    """
    rows = [*_list_unwell(unwell), *_list_complaints(accounts, unwell)]
    # A second table would break the lines of the first for a program.
    if rows and out.is_terminal:
        out.print()
        print_table("Sources with trouble", ["source", "state", "why, and what to do"], rows)
        return
    for source_id, state, why in rows:
        told = " ".join(why.split())
        if not told.startswith(f"{state} "):
            told = f"{state}: {told}"
        say(f"source {source_id}: {told}")
